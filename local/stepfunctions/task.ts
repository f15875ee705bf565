import { callOf } from "./call.ts";
import type { StateDefinition } from "./definition.ts";
import type { ExecutionContext } from "./environment.ts";
import { Abandoned, failureOf, StateFailure } from "./failures.ts";
import type { Json } from "./library.ts";
import type { Scope } from "./scope.ts";
import { inputAndRole } from "./task-credentials.ts";

/**
 * One attempt of a Task state: makes its call, and records what became of it. TimeoutSeconds is kept here and
 * not by the library, since it must not run while the invocation waits for a core.
 */
export async function runTask(
  { history, services }: ExecutionContext,
  name: string,
  state: StateDefinition,
  given: Json,
  scope: Scope,
): Promise<Json> {
  const seconds = state.TimeoutSeconds;
  const { input, roleArn } = inputAndRole(name, state, given);
  const resource = String(state.Resource);
  const call = callOf(resource, input, {
    ...(seconds !== undefined && { timeoutInSeconds: seconds }),
    ...(roleArn !== undefined && { taskCredentials: { roleArn } }),
  });

  const control = new AbortController();
  const { signal } = control;
  scope.task = control;
  const cut = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  // it may be rejected before anyone waits for it
  cut.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const started = (): void => {
    if (typeof seconds !== "number") return;
    timer = setTimeout(() => control.abort(new StateFailure("States.Timeout", "")), seconds * 1000);
  };
  const taskInput = history.payload(JSON.stringify(input), `The task input of the state '${name}'`);
  history.add(scope, ...call.scheduled(taskInput));
  history.add(scope, ...call.started());
  try {
    // the payload may have been too large, or the history full
    signal.throwIfAborted();
    const performed = async () => {
      const asked = roleArn === undefined ? services : await services.as(roleArn);
      // nobody may have waited for the role
      signal.throwIfAborted();
      return call.perform(asked, { signal, started });
    };
    const result = await Promise.race([cut, performed()]);
    signal.throwIfAborted();
    const output = history.payload(JSON.stringify(result), `The state/task '${resource}'`);
    history.add(scope, ...call.succeeded(output));
    return result;
  } catch (error) {
    const failure = failureOf(signal.aborted ? signal.reason : error);
    if (failure instanceof Abandoned) throw failure;
    const details = { error: failure.name, cause: failure.message };
    history.add(scope, ...call.failed(signal.aborted ? "TimedOut" : "Failed", details));
    throw failure;
  } finally {
    clearTimeout(timer);
    scope.task = undefined;
  }
}
