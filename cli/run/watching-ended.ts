import { FedstepError, InputError, watchingEnded } from "../../shared/errors.ts";
import { commandFor } from "../targets/command-for.ts";
import { namedServiceError } from "../targets/service-error.ts";
import type { Target } from "../targets/target.ts";

/**
 * What to tell of an error that ended the watching of a run, where the run does not end with it: that it goes on, and
 * how it is watched again and stopped.
 */
export function endOfWatching(target: Target, run: string, error: unknown, signal: AbortSignal): unknown {
  const goesOn =
    `run ${run} goes on without being watched; ${commandFor(target, `follow ${run}`)} watches it again, ` +
    `${commandFor(target, `stop ${run}`)} ends it`;
  if (signal.aborted) return watchingEnded(goesOn, { cause: error });
  const named = namedServiceError(error);
  if (!named) return error;
  const kind = named instanceof InputError ? InputError : FedstepError;
  return new kind(named.name, `${named.message}; ${goesOn}`, { cause: error });
}
