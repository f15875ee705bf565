import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { Objects } from "./objects.ts";

/** Objects without a bucket: some that are held, and those that were written. */
export interface HeldObjects {
  readonly objects: Objects;
  /** By key. */
  readonly written: ReadonlyMap<string, Uint8Array>;
}

interface HeldRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Where bytes are by key, at hand or to be brought; undefined where there are none. */
export interface HeldBytes {
  get(key: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/**
 * What a step needs of a bucket where there is none: at an owner's, what came to it and what is to leave. Whatever goes over
 * the network is asked of this place, so that the step knows no difference; nothing listens, and nothing is sent.
 * @param held what its get throws, whoever reads throws
 */
export function holdObjects(held: HeldBytes): HeldObjects {
  const written = new Map<string, Uint8Array>();
  const answer = async ({ method, path, headers, body }: HeldRequest) => {
    const key = decodeURIComponent(path.split("?")[0] ?? "").replace(/^\/held\//, "");
    const found = written.get(key) ?? (await held.get(key));
    if (method === "GET") return found ? reply(200, found) : reply(404, "NoSuchKey");
    if (method !== "PUT") return reply(501, "NotImplemented");
    if (found && "if-none-match" in headers) return reply(412, "PreconditionFailed");
    if (typeof body !== "string" && !(body instanceof Uint8Array)) return reply(501, "NotImplemented");
    written.set(key, typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body));
    return reply(200, new Uint8Array());
  };
  const client = new S3Client({
    region: "us-east-1",
    // what is signed by them goes nowhere
    credentials: { accessKeyId: "held", secretAccessKey: "held" },
    endpoint: "http://held.invalid",
    forcePathStyle: true,
    requestHandler: { handle: async (request: HeldRequest) => ({ response: await answer(request) }) },
  });
  return { objects: new Objects(client, "held"), written };
}

/** @param content of the object, or the name of the error */
function reply(statusCode: number, content: Uint8Array | string) {
  const bytes =
    typeof content === "string"
      ? new TextEncoder().encode(`<Error><Code>${content}</Code><Message>${content}</Message></Error>`)
      : content;
  return {
    statusCode,
    headers: { "content-length": String(bytes.length), "content-type": "application/xml" },
    body: Readable.from(bytes.length === 0 ? [] : [bytes]),
  };
}
