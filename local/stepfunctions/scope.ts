import { enteredTimeMark } from "./entered-time.ts";
import { Abandoned } from "./failures.ts";
import type { Line } from "./history.ts";
import type { Context } from "./library.ts";
import { type TokenInContext, tokenInContext } from "./task-tokens.ts";

/** One run of the library: the machine itself, a branch or an iteration, with its place in the history. */
export interface Scope extends Line {
  readonly context: Context;
  /** What its context shows of the Task in flight. */
  readonly token: TokenInContext;
  /** When the state was entered that it is in, milliseconds since 1970. */
  enteredAt: number;
  readonly children: Set<Scope>;
  /** Nothing may start in it any more. */
  abandoned: boolean;
  /** Ends the library's run. */
  abort: () => void;
  /** The invocation in flight, of which there is one at most. */
  task: AbortController | undefined;
}

export function newScope(context: Context, previous: number): Scope {
  const token = tokenInContext();
  return {
    context: { ...context, Task: token.Task, State: { EnteredTime: enteredTimeMark } },
    token,
    previous,
    enteredAt: 0,
    children: new Set(),
    abandoned: false,
    abort: () => {},
    task: undefined,
  };
}

/** Gives up a run and all within it: invocations in flight are let go, waiting iterations never start. */
export function abandon(scope: Scope): void {
  scope.abandoned = true;
  for (const child of scope.children) abandon(child);
  scope.abort();
  scope.task?.abort(new Abandoned());
}
