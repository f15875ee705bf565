import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import * as z from "zod";

/** Seconds for which what may be read is: the owner asks for it at once, and may ask the door again. */
const readSeconds = 300;
/** Seconds for which the update may be sent: the address is made when it is finished. */
const sendSeconds = 900;

/** In this form it becomes a parameter of the address, as the SDK's own presigner has it. */
const unsigned = { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };

/** Where the bucket answers, as the SDK's requests say it. */
const bucketPlace = z.object({
  request: z.object({
    protocol: z.string(),
    hostname: z.string(),
    port: z.int().optional(),
    /** "/", or with the bucket where that is not the host's name. */
    path: z.string(),
  }),
});

type Place = z.output<typeof bucketPlace>["request"];

export interface UpdateToSend {
  readonly key: string;
  readonly bytes: number;
  /** As base64. */
  readonly checksum: string;
}

/** Addresses at which somebody without credentials may do one thing to one object, by the rights of the door's own role. */
export class Addresses {
  readonly #client: S3Client;
  readonly #signer: SignatureV4;
  readonly #place: () => Promise<Place>;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    const { credentials, region, sha256 } = client.config;
    this.#signer = new SignatureV4({
      service: "s3",
      uriEscapePath: false,
      applyChecksum: false,
      credentials,
      region,
      sha256,
    });
    let known: Promise<Place> | undefined;
    this.#place = () => {
      known ??= placeOf(this.#client, bucket);
      return known;
    };
  }

  reading(key: string): Promise<string> {
    return this.#signed("GET", key, {}, readSeconds);
  }

  /**
   * Takes those very bytes once: all of the headers are part of the signature, and S3 compares length and digest with what
   * comes, and takes it only where nothing is.
   */
  async sending({ key, bytes, checksum }: UpdateToSend) {
    const headers = {
      "content-length": String(bytes),
      "content-type": "application/octet-stream",
      "if-none-match": "*",
      "x-amz-checksum-sha256": checksum,
    };
    return { url: await this.#signed("PUT", key, headers, sendSeconds), headers };
  }

  /** @param key of letters, digits, ".", "_", "-" and "/", as shared/layout.ts makes them: nothing is to be escaped */
  async #signed(
    method: string,
    key: string,
    headers: Readonly<Record<string, string>>,
    expiresIn: number,
  ): Promise<string> {
    const { protocol, hostname, port, path: bucket } = await this.#place();
    const path = `${bucket.replace(/\/$/, "")}/${key}`;
    const host = port === undefined ? hostname : `${hostname}:${port}`;
    const request = {
      ...{ method, protocol, hostname, path, ...(port !== undefined && { port }) },
      headers: { host, ...unsigned, ...headers },
      query: {},
    };
    // what was moved to the query would be no header that has to come
    const unhoistableHeaders = new Set(Object.keys(headers));
    const { query = {} } = await this.#signer.presign(request, { expiresIn, unhoistableHeaders });
    const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    return `${protocol}//${host}${path}?${text.join("&")}`;
  }
}

/** As the SDK's own requests find it, none of which is sent for it. */
async function placeOf(client: S3Client, bucket: string): Promise<Place> {
  const command = new HeadBucketCommand({ Bucket: bucket });
  let place: Place | undefined;
  command.middlewareStack.add(
    () => async (args) => {
      place = bucketPlace.parse(args).request;
      return { response: undefined, output: { $metadata: {} } };
    },
    { step: "finalizeRequest", priority: "high", name: "placeOf" },
  );
  await client.send(command);
  if (!place) throw new Error("the SDK did not say where the bucket is");
  return place;
}
