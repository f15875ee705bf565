import type { InvocationFault } from "../lambda/invocation-fault.ts";
import { S3Error } from "../s3/errors.ts";
import type { RequestFault } from "../s3/request-fault.ts";
import { damaged } from "./damage.ts";
import { type ChaosEvent, identityOf, identityText } from "./event.ts";
import type { Fault } from "./fault.ts";
import type { Injection } from "./journal.ts";
import type { FaultPlan } from "./plan.ts";

/** An invocation that S3 has a part in. */
interface Involved {
  readonly fault: Fault;
  /** Tries so far, by method and path. */
  readonly tries: Map<string, number>;
  writes: number;
  /** Ends the process; resolves once it is gone. */
  end(): Promise<void>;
}

const refusals = {
  "s3-error": ["InternalError", "We encountered an internal error. Please try again."],
  "s3-slow-down": ["SlowDown", "Please reduce your request rate."],
} as const;

const updateKey = /\/updates\/[^/]+\/\d+\/\d+\/\d+\.safetensors(?:\?|$)/;

/**
 * Lets a plan's faults happen: the Lambda endpoint asks it about every event, the S3 endpoint about every request. It
 * knows whose request one is by the trace id that the SDK sends from within a function, there as on AWS.
 */
export class Chaos {
  readonly #plan: FaultPlan;
  readonly #injected: (injection: Injection) => void;
  readonly #deliveries = new Map<string, number>();
  readonly #involved = new Map<string, Involved>();

  /** @param injected told of every fault, when it is injected */
  constructor(plan: FaultPlan, injected: (injection: Injection) => void) {
    this.#plan = plan;
    this.#injected = injected;
  }

  /** What happens to the invocation of a function. */
  invocation(name: string, payload: Buffer, traceId: string): InvocationFault | undefined {
    const identity = identityOf(name, payload);
    if (identity === undefined) return undefined;
    const text = identityText(identity);
    const delivery = (this.#deliveries.get(text) ?? 0) + 1;
    this.#deliveries.set(text, delivery);
    const event: ChaosEvent = { ...identity, delivery };
    const fault = this.#plan(event);
    if (fault === undefined) return undefined;
    this.#injected({ event, fault });
    switch (fault.fault) {
      case "throttled":
      case "delivered-twice":
        return { kind: fault.fault };
      case "killed":
      case "timed-out":
      case "out-of-memory": {
        const involved = this.#involve(traceId, fault);
        const begun = (end: () => Promise<void>) => {
          involved.end = end;
        };
        return { kind: "ended", how: fault.fault, beforeWork: fault.afterWrite === null, begun };
      }
      default:
        this.#involve(traceId, fault);
        return undefined;
    }
  }

  /** What happens to a request to S3. */
  request(method: string, path: string, traceId: string | undefined): RequestFault | undefined {
    const involved = this.#involved.get(traceId ?? "");
    if (involved === undefined) return undefined;
    const { fault } = involved;
    if (fault.fault === "s3-error" || fault.fault === "s3-slow-down") {
      // of a HEAD, too, the answer is what was read
      if ((method === "PUT") !== (fault.method === "PUT")) return undefined;
      const request = `${method} ${path}`;
      const tries = (involved.tries.get(request) ?? 0) + 1;
      involved.tries.set(request, tries);
      const [code, message] = refusals[fault.fault];
      return tries > fault.tries ? undefined : { refusal: new S3Error(code, message) };
    }
    if (method !== "PUT") return undefined;
    if (fault.fault === "update") {
      if (!updateKey.test(path)) return undefined;
      const store = (bytes: Buffer) => damaged(bytes, fault.damage, fault.at);
      return { store, keepsChecksum: fault.damage === "rotten-bit" };
    }
    if (!("afterWrite" in fault)) return undefined;
    const written = async () => {
      involved.writes++;
      if (involved.writes === fault.afterWrite) await involved.end();
    };
    return { written };
  }

  #involve(traceId: string, fault: Fault): Involved {
    const involved: Involved = { fault, tries: new Map(), writes: 0, end: async () => {} };
    this.#involved.set(traceId, involved);
    return involved;
  }
}
