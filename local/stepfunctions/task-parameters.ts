import type { StateDefinition } from "./definition.ts";
import { runtimeFailure } from "./failures.ts";
import type { Json } from "./library.ts";
import type { TaskLimits } from "./task-clock.ts";
import { roleOf } from "./task-credentials.ts";
import { longestSeconds } from "./timers.ts";

/** What a Task is about to do. */
export interface ReadTask extends TaskLimits {
  /** What its call gets. */
  readonly input: Json;
  /** Of the role that makes the call; undefined for the state machine's own. */
  readonly roleArn: string | undefined;
}

/**
 * A Task whose parameters say role and times too: AWS reads them from the input that Parameters read, which no handler
 * sees once they are evaluated.
 */
export function withCallInParameters(state: StateDefinition): StateDefinition {
  const { Credentials, TimeoutSecondsPath, HeartbeatSecondsPath, Parameters, ...others } = state;
  const besides = {
    ...(Credentials !== undefined && { Credentials }),
    ...(TimeoutSecondsPath !== undefined && { "TimeoutSeconds.$": TimeoutSecondsPath }),
    ...(HeartbeatSecondsPath !== undefined && { "HeartbeatSeconds.$": HeartbeatSecondsPath }),
  };
  if (Object.keys(besides).length === 0) return state;
  const input = Parameters === undefined ? { "Input.$": "$" } : { Input: Parameters };
  return { ...others, Parameters: { ...besides, ...input } };
}

/** @param given what `withCallInParameters` has made of the input */
export function readTask(name: string, state: StateDefinition, given: Json): ReadTask {
  const changed = withCallInParameters(state) !== state;
  const { Credentials, Input: input = null, ...byPath } = changed ? objectOf(given) : { Input: given };
  const times = { TimeoutSeconds: state.TimeoutSeconds, HeartbeatSeconds: state.HeartbeatSeconds, ...byPath };
  const timeoutSeconds = secondsOf(name, "TimeoutSeconds", times.TimeoutSeconds);
  const heartbeatSeconds = secondsOf(name, "HeartbeatSeconds", times.HeartbeatSeconds);
  if ((heartbeatSeconds ?? 0) >= (timeoutSeconds ?? Number.POSITIVE_INFINITY)) {
    throw runtimeFailure(`The HeartbeatSeconds of the state '${name}' are not less than its TimeoutSeconds`);
  }
  const roleArn = state.Credentials === undefined ? undefined : roleOf(name, Credentials);
  return { input, roleArn, timeoutSeconds, heartbeatSeconds };
}

/** @throws States.Runtime for what is no whole number of seconds, as AWS ends an execution for a path to such a value */
function secondsOf(name: string, field: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= longestSeconds) {
    return value;
  }
  throw runtimeFailure(
    `The ${field} of the state '${name}' are ${JSON.stringify(value)}: take a whole number from 1 to ${longestSeconds}`,
  );
}

const objectOf = (value: Json): { readonly [field: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
