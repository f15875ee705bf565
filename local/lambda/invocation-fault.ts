/** What is done to an invocation on purpose; local/chaos decides it. */
export type InvocationFault =
  | { readonly kind: "throttled" }
  /** The event goes to two environments, and the first answer counts. */
  | { readonly kind: "delivered-twice" }
  | EndedProcess;

export interface EndedProcess {
  readonly kind: "ended";
  /** What the process is said to have ended of; in truth it is killed each time, and nobody waits for a clock. */
  readonly how: "killed" | "timed-out" | "out-of-memory";
  /** It never gets the event. Otherwise it ends when told to, at the latest at its answer, which nobody gets. */
  readonly beforeWork: boolean;
  /** Told, when the work begins, how to end the process before that; what is given resolves once it is gone. */
  begun(end: () => Promise<void>): void;
}

/** Asked about every invocation, by the function's name. */
export type FaultOfInvocation = (
  name: string,
  payload: Buffer,
  traceId: string,
) => InvocationFault | undefined;
