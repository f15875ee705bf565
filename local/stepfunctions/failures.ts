import { maxPayloadBytes } from "../../cloud/quotas.ts";

/** Characters of both, by the API's types SensitiveError and SensitiveCause: what is longer is cut, as AWS' histories show it. */
const most = { error: 256, cause: 32_768 } as const;

/**
 * How a state failed, in the two fields Step Functions has for it: the library matches `name` with ErrorEquals and
 * hands `message` on as the Cause.
 */
export class StateFailure extends Error {
  /** Read by the library: false keeps Retry and Catch from seeing it. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(error: string, cause: string, terminal = false) {
    super(cause.slice(0, most.cause).toWellFormed());
    this.name = error.slice(0, most.error).toWellFormed();
    this.isRetryable = !terminal;
    this.isCatchable = !terminal;
  }
}

/**
 * What a call has answered is beyond the quota: nothing repeats it, and a state catches it that names it, which States.ALL does
 * not. Step Functions' documentation calls it terminal for States.ALL alone.
 */
export class AnswerTooLarge extends StateFailure {
  override readonly isRetryable = false;

  constructor(what: string) {
    super(dataLimitExceeded, tooLargeCause(what));
  }
}

export const dataLimitExceeded = "States.DataLimitExceeded";
export const tooLargeCause = (what: string): string =>
  `${what} exceeds the maximum number of bytes service limit (${maxPayloadBytes}).`;

export const runtimeFailure = (cause: string): StateFailure =>
  new StateFailure("States.Runtime", cause, true);

/** The run was given up, because of a failure beside it or the execution's end: nothing may retry or catch this. */
export class Abandoned extends StateFailure {
  constructor() {
    super("States.Runtime", "abandoned", true);
  }
}

/** What a run of the library was rejected with, as the failure that lies in it. */
export function failureOf(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  if (!(thrown instanceof Error)) return runtimeFailure(String(thrown));
  if (thrown.name === "ExecutionAbortedError") return new Abandoned();
  if (thrown.name === "ExecutionError") return failureOf(thrown.cause);
  // the library's own: States.Timeout, States.NoChoiceMatched ..., a Fail state's; their message repeats the name
  if ("isRetryable" in thrown) {
    return new StateFailure(
      thrown.name,
      thrown.message === thrown.name ? "" : thrown.message,
      !thrown.isRetryable,
    );
  }
  return runtimeFailure(thrown.message);
}
