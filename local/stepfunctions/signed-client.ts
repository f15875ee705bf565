import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { signedHeaders } from "../iam/signature/sign.ts";
import { type Credentials, sha256Hex } from "../iam/signature/signature.ts";

/** A request to a service of the local endpoint. */
export interface ServiceRequest {
  /** As it is signed for. */
  readonly service: string;
  /** POST unless said otherwise. */
  readonly method?: string;
  /** As it stands on the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
  /** Told of an interim response. */
  readonly informed?: () => void;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a role asks services of the local endpoint, over kept connections. */
export class SignedClient {
  readonly #url: string;
  readonly #credentials: () => Credentials;
  readonly #agent: Agent;

  /** @param credentials of the role, as they are now */
  constructor(url: string, credentials: () => Credentials, agent = new Agent({ keepAlive: true })) {
    this.#url = url;
    this.#credentials = credentials;
    this.#agent = agent;
  }

  /** Over the same connections, as somebody else. */
  as(credentials: () => Credentials): SignedClient {
    return new SignedClient(this.#url, credentials, this.#agent);
  }

  send(asked: ServiceRequest): Promise<ServiceAnswer> {
    const { service, method = "POST", path, headers, body, signal, informed } = asked;
    const { host } = new URL(this.#url);
    const bytes = Buffer.from(body);
    const payloadHash = sha256Hex(bytes);
    const signed = signedHeaders(
      {
        method,
        url: path,
        headers: {
          ...headers,
          host,
          "content-length": String(bytes.length),
          "x-amz-content-sha256": payloadHash,
        },
        payloadHash,
      },
      service,
      this.#credentials(),
    );
    const options = { agent: this.#agent, method, path, headers: signed, ...(signal && { signal }) };
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#url, options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 500,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      if (informed) outgoing.on("information", informed);
      outgoing.on("error", reject);
      outgoing.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
