import type { LocalFunction } from "../assembly/assembly.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { FaultOfInvocation, InvocationFault } from "./invocation-fault.ts";
import { ServiceError } from "./service-error.ts";
import { newTraceId } from "./trace-id.ts";

export interface AdmissionOptions {
  readonly dispatcher: Dispatcher;
  /** Concurrent invocations beyond which AWS would throttle. */
  readonly concurrency: number;
  readonly interfere?: FaultOfInvocation;
}

/** An invocation that was let in. */
export interface Admitted {
  readonly traceId: string;
  readonly fault: Exclude<InvocationFault, { readonly kind: "throttled" }> | undefined;
}

/** @throws TooManyRequestsException beyond the account's concurrency and the function's own */
export function admit(
  { dispatcher, concurrency, interfere }: AdmissionOptions,
  fn: LocalFunction,
  payload: Buffer,
): Admitted {
  const traceId = newTraceId();
  const fault = interfere?.(fn.name, payload, traceId);
  if (fault?.kind === "throttled" || dispatcher.concurrent >= concurrency) throw ServiceError.throttled();
  if (dispatcher.concurrentOf(fn) >= (fn.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
    throw ServiceError.throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
  }
  return { traceId, fault };
}
