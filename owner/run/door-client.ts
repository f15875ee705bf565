import type * as z from "zod";
import { doorUnreachable, doorUntrusted, FedstepError } from "../../shared/errors.ts";
import { jsonOf } from "../../shared/json-of.ts";
import {
  type DoorErrorName,
  type DoorRequest,
  doorError,
  type EndAnswer,
  endAnswer,
  type JobAnswer,
  jobAnswer,
  type RoundAnswer,
  roundAnswer,
  type SendAnswer,
  sendAnswer,
} from "../../shared/owners/door-protocol.ts";
import type { RefusalName } from "../../shared/owners/refusals.ts";
import { type Signer, sign } from "../../shared/owners/signed.ts";
import { problemsOf } from "../../shared/problems-of.ts";
import type { DoorAddress } from "./door-address.ts";
import { type Answered, Busy, type Transport } from "./transport.ts";

/** An update as it is told of: its size, and its digest as lower-case hex. */
export interface UpdateDigest {
  readonly bytes: number;
  readonly sha256: string;
}

type Asking<Ask extends DoorRequest["ask"]> = Omit<
  Extract<DoorRequest, { readonly ask: Ask }>,
  "federation" | "door" | "at" | "ask"
>;
type Request = DoorRequest extends infer One
  ? One extends DoorRequest
    ? Omit<One, "federation" | "door" | "at">
    : never
  : never;

/** Of an answer: what a function can answer with at the most (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const mostAnswerBytes = 6 * 2 ** 20;
/** Milliseconds by which an owner's clock is mended at the most: what it signs tells a time, and is good for that time. */
const mostSkewMs = 86_400_000;
/** Characters of what a door says that are repeated. */
const mostSaid = 300;

/** Asks the door, in an owner's name. */
export class DoorClient {
  readonly #federation: string;
  readonly #address: DoorAddress;
  readonly #transport: Transport;
  readonly #signer: () => Promise<Signer>;
  readonly #tell: (line: string) => void;
  /** Milliseconds by which the door's clock is ahead. */
  #skewMs = 0;
  /** Whether that was mended since the door has answered what it was asked for. */
  #mended = false;

  constructor(
    federation: string,
    address: DoorAddress,
    transport: Transport,
    signer: Signer | (() => Promise<Signer>),
    tell: (line: string) => void,
  ) {
    this.#federation = federation;
    this.#address = address;
    this.#transport = transport;
    // an owner may take new keys while it takes part
    this.#signer = typeof signer === "function" ? signer : async () => signer;
    this.#tell = tell;
  }

  job(asking: Asking<"job">, signal?: AbortSignal): Promise<JobAnswer> {
    return this.#ask({ ask: "job", ...asking }, jobAnswer, signal);
  }

  /** @param object left out of what the job is about */
  send(
    job: string,
    { bytes, sha256 }: UpdateDigest,
    object?: "boxes",
    signal?: AbortSignal,
  ): Promise<SendAnswer> {
    return this.#ask({ ask: "send", job, bytes, sha256, ...(object && { object }) }, sendAnswer, signal);
  }

  /** @param round before the job's */
  round(job: string, round: number, signal?: AbortSignal): Promise<RoundAnswer> {
    return this.#ask({ ask: "round", job, round }, roundAnswer, signal);
  }

  /** @param boxes that were sent beside it */
  done(
    job: string,
    { bytes, sha256 }: UpdateDigest,
    boxes?: UpdateDigest,
    signal?: AbortSignal,
  ): Promise<EndAnswer> {
    const beside = boxes && { boxes: { bytes: boxes.bytes, sha256: boxes.sha256 } };
    return this.#ask({ ask: "done", job, bytes, sha256, ...beside }, endAnswer, signal);
  }

  decline(job: string, refusal: RefusalName, signal?: AbortSignal): Promise<EndAnswer> {
    return this.#ask({ ask: "decline", job, refusal }, endAnswer, signal);
  }

  /**
   * @throws DoorUnreachable, DoorUntrusted, Busy; an error by the name of what the door refuses by; the signal's reason
   */
  async #ask<T>(request: Request, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const answered = await this.#post(request, signal);
    const value = this.#jsonOf(answered);
    if (answered.status === 200) {
      // the machine's clock may be set right, or go on being wrong otherwise, later
      this.#mended = false;
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      throw this.#untrusted(`is no answer to ${request.ask}: ${problemsOf(parsed.error)}`);
    }
    const refused = doorError.safeParse(value);
    if (!refused.success) throw doorUnreachable(`${this.#address.host}: answers ${answered.status}`);
    const { error, message, at } = refused.data;
    if (error !== "ClockSkewed") throw refusedBy(error, message);
    this.#mendClock(at);
    return this.#ask(request, schema, signal);
  }

  async #post(request: Request, signal?: AbortSignal): Promise<Answered> {
    const { url, host } = this.#address;
    const at = new Date(Date.now() + this.#skewMs).toISOString();
    const content = { federation: this.#federation, door: host, at, ...request };
    const body = new TextEncoder().encode(JSON.stringify(await sign("door", content, await this.#signer())));
    const headers = { "content-type": "application/json", accept: "application/json" };
    const asked = { method: "POST", url, headers, body, most: mostAnswerBytes, signal } as const;
    const answered = await this.#transport.exchange(asked);
    if (answered.status === 429) throw new Busy(answered);
    if (answered.status >= 300 && answered.status < 400) {
      throw this.#untrusted(`is led elsewhere by ${answered.status}, and nobody goes there`);
    }
    return answered;
  }

  #jsonOf({ status, headers, bytes }: Answered): unknown {
    const type = String(headers["content-type"] ?? "nothing that says what it is");
    if (type.split(";")[0]?.trim() === "application/json") return jsonOf(Buffer.from(bytes).toString());
    if (status !== 200) return undefined;
    throw this.#untrusted(`is ${said(type)}, and no JSON: something in between answers itself`);
  }

  /** Once: a door whose time goes on changing is no clock. @throws DoorUntrusted */
  #mendClock(at: string): void {
    const skewMs = Date.parse(at) - Date.now();
    const clock = `the clock of this machine is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? "behind" : "ahead of"} the door's`;
    if (Math.abs(skewMs) > mostSkewMs)
      throw this.#untrusted(`${clock}, which is more than a day: set the clock right`);
    if (this.#mended) throw this.#untrusted(`${clock}, after it was mended once`);
    this.#skewMs = skewMs;
    this.#mended = true;
    this.#tell(`${clock}; what is signed from now on tells the door's time`);
  }

  #untrusted(what: string): FedstepError {
    return doorUntrusted(`the answer of ${this.#address.host} ${said(what)}`);
  }
}

/** What a door says, as a line that holds nothing else. */
function said(text: string): string {
  return text.slice(0, mostSaid).replace(/\s+/g, " ").toWellFormed();
}

/** The error that a door's refusal is, by its name. */
function refusedBy(error: DoorErrorName, message: string): FedstepError {
  const why = said(message);
  return error === "DoorFailed" ? doorUnreachable(`DoorFailed: ${why}`) : new FedstepError(error, why);
}
