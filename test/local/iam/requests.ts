import { createHash, createHmac } from "node:crypto";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { SignatureV4 } from "@smithy/signature-v4";

/** A signer that nobody here wrote: the SDK's own. */
export interface Signing {
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly service: string;
  readonly region?: string;
  readonly date: Date;
}

class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = ArrayBuffer.isView(secret)
      ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
      : typeof secret === "string"
        ? secret
        : undefined;
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

export interface PlainRequest {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

const signerOf = ({ credentials, service, region = "us-east-1" }: Signing) =>
  new SignatureV4({ credentials, service, region, sha256: Sha256, uriEscapePath: service !== "s3" });

const address = { protocol: "http:", hostname: "127.0.0.1" };

/** The request with its signature in the header. */
export async function signedBySdk(request: PlainRequest, signing: Signing): Promise<PlainRequest> {
  const options = { signingDate: signing.date };
  const { headers } = await signerOf(signing).sign({ ...address, ...request }, options);
  return { ...request, headers };
}

/** The request with its signature in the address. */
export async function presignedBySdk(
  request: PlainRequest,
  signing: Signing,
  expiresIn: number,
): Promise<PlainRequest> {
  const options = { signingDate: signing.date, expiresIn };
  const headers = { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD", ...request.headers };
  const { headers: sent, query } = await signerOf(signing).presign(
    { ...address, ...request, headers },
    { ...options, unhoistableHeaders: new Set(Object.keys(request.headers)) },
  );
  const text = Object.entries(query ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  return { ...request, headers: sent, query: Object.fromEntries(text) };
}

/** /path?query */
export function urlOf({ path, query = {} }: PlainRequest): string {
  const text = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return text.length === 0 ? path : `${path}?${text.join("&")}`;
}

/** As Node's server gives it. */
export function messageOf(request: PlainRequest): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.method = request.method;
  message.url = urlOf(request);
  message.rawHeaders = Object.entries(request.headers).flat();
  for (const [name, value] of Object.entries(request.headers)) message.headers[name.toLowerCase()] = value;
  return message;
}
