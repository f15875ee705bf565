import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { doorUnreachable, doorUntrusted, ownerInvalid } from "../../shared/errors.ts";
import { systemCode } from "../../system/system-error.ts";
import type { DoorAddress } from "./door-address.ts";

export interface Asked {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Bytes of an answer that are read at the most. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Answered {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Uint8Array;
}

/** Milliseconds for a connection; between two signs of life; and for all of an exchange. */
const patience = { connect: 15_000, silence: 60_000, all: 15 * 60_000 };

/** Outbound requests: through the proxy that HTTPS_PROXY names, unless NO_PROXY does, and where nobody is led elsewhere. */
export class Transport {
  readonly #dispatcher: Dispatcher;

  private constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /**
   * @param ca file of certificates that are trusted beside those that Node knows
   * @throws OwnerInvalid where that cannot be read, or the environment names what is no proxy
   */
  static async open({ local }: DoorAddress, ca: string | undefined): Promise<Transport> {
    // whatever NODE_TLS_REJECT_UNAUTHORIZED lets other programs believe
    const tls = { rejectUnauthorized: true, ...(ca !== undefined && { ca: await authorities(ca) }) };
    const options = { connect: { ...tls, timeout: patience.connect } };
    return new Transport(
      local ? new Agent(options) : byProxy({ ...options, requestTls: tls, proxyTls: tls }),
    );
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }

  /**
   * What is answered, whatever its status; nobody follows a redirect.
   * @throws DoorUnreachable, DoorUntrusted where the answer has no end; the signal's reason
   */
  async exchange({ method, url, headers = {}, body, most, signal }: Asked): Promise<Answered> {
    const tooLong = AbortSignal.timeout(patience.all);
    const options = {
      ...{ method, headers, dispatcher: this.#dispatcher, ...(body && { body }) },
      ...{ headersTimeout: patience.silence, bodyTimeout: patience.silence },
      signal: signal ? AbortSignal.any([signal, tooLong]) : tooLong,
    };
    const { host } = new URL(url);
    try {
      const answer = await request(url, options);
      const bytes = await bounded(answer.body, most, host);
      return { status: answer.statusCode, headers: answer.headers, bytes };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof Error && error.name === "DoorUntrusted") throw error;
      throw doorUnreachable(`${host}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

/** @throws OwnerInvalid, which repeats no password of a proxy */
function byProxy(options: EnvHttpProxyAgent.Options): Dispatcher {
  try {
    return new EnvHttpProxyAgent(options);
  } catch {
    throw ownerInvalid("HTTPS_PROXY or HTTP_PROXY: takes http://HOST:PORT, and names something else");
  }
}

/** @throws DoorUntrusted */
async function bounded(body: AsyncIterable<Uint8Array>, most: number, host: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // leaving the loop ends the connection
  for await (const part of body) {
    size += part.length;
    if (size > most)
      throw doorUntrusted(`${host}: answers with more than the ${most} bytes that it may have`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function authorities(file: string): Promise<string[]> {
  // what NODE_EXTRA_CA_CERTS names is not among what Node lists, and a list of one's own replaces it
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const files = [file, ...(extra === undefined || extra === "" ? [] : [extra])];
  const read = files.map(async (one) => {
    const text = await readFile(one, "utf8").catch((error: unknown) => {
      throw ownerInvalid(`--ca: ${one} cannot be read: ${reasonOf(error)}`);
    });
    if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
    throw ownerInvalid(`--ca: ${one} holds no certificate in PEM`);
  });
  return [...rootCertificates, ...(await Promise.all(read))];
}

const untrustedCertificate = /CERT|SELF_SIGNED|UNABLE_TO_/;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  const code = systemCode(inner) ?? systemCode(error) ?? inner.name;
  const advice = untrustedCertificate.test(code)
    ? "; where a proxy or an authority of your own signs, name its certificate by --ca FILE or NODE_EXTRA_CA_CERTS"
    : "";
  return `${code}: ${inner.message}${advice}`;
}

/** Longest pause that somebody may ask for, in milliseconds. */
const mostPauseMs = 10 * 60_000;

/** The door has too much to do (429), and may say when to come again. */
export class Busy extends Error {
  /** Milliseconds; undefined where it does not say. */
  readonly pauseMs: number | undefined;

  constructor({ headers }: Pick<Answered, "headers">) {
    super("is busy");
    const seconds = Number(headers["retry-after"]);
    this.pauseMs = seconds > 0 ? Math.min(1000 * seconds, mostPauseMs) : undefined;
  }
}
