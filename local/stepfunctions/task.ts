import { maxPayloadBytes } from "../../cloud/quotas.ts";
import { callOf } from "./call.ts";
import type { StateDefinition } from "./definition.ts";
import { withEnteredTime } from "./entered-time.ts";
import type { ExecutionContext } from "./environment.ts";
import { Abandoned, AnswerTooLarge, dataLimitExceeded, failureOf } from "./failures.ts";
import { bytesOf } from "./history.ts";
import type { Json } from "./library.ts";
import type { Scope } from "./scope.ts";
import { TaskClock } from "./task-clock.ts";
import { readTask } from "./task-parameters.ts";

/**
 * One attempt of a Task state: makes its call, waits for its token where it has one, and records what became of it. Its
 * times are kept here and not by the library, since they must not run while the invocation waits for a core.
 */
export async function runTask(
  { history, services }: ExecutionContext,
  name: string,
  state: StateDefinition,
  given: Json,
  scope: Scope,
): Promise<Json> {
  const { input, roleArn, ...limits } = readTask(name, state, withEnteredTime(given, scope.enteredAt));
  const { timeoutSeconds, heartbeatSeconds } = limits;
  const resource = String(state.Resource);
  const call = callOf(resource, input, {
    ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
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
  const clock = new TaskClock(limits, (failure) => control.abort(failure));
  const wait = call.submitted && services.tokens.wait(scope.token.take(), () => clock.beat());
  const taskInput = history.payload(JSON.stringify(input), `The task input of the state '${name}'`);
  history.add(scope, ...call.scheduled(taskInput));
  history.add(scope, ...call.started());
  try {
    // the payload may have been too large, or the history full
    signal.throwIfAborted();
    const performed = async (): Promise<Json> => {
      const asked = roleArn === undefined ? services : await services.as(roleArn);
      // nobody may have waited for the role
      signal.throwIfAborted();
      const answer = await call.perform(asked, { signal, started: () => clock.start() });
      if (!call.submitted || !wait) return answer;
      if (wait.open) {
        const text = history.payload(JSON.stringify(answer), `The answer to the state '${name}'`);
        history.add(scope, ...call.submitted(text));
      }
      return wait.outcome;
    };
    // a function may hand its token back before it has answered, and need not have answered then
    const result = await Promise.race([cut, performed(), ...(wait ? [wait.outcome] : [])]);
    signal.throwIfAborted();
    const [answered, what] = [JSON.stringify(result), `The state/task '${resource}'`];
    if (bytesOf(answered) > maxPayloadBytes && catches(state, dataLimitExceeded)) {
      throw new AnswerTooLarge(what);
    }
    const output = history.payload(answered, what);
    history.add(scope, ...call.succeeded(output));
    return result;
  } catch (error) {
    const failure = failureOf(signal.aborted ? signal.reason : error);
    if (failure instanceof Abandoned) throw failure;
    const details = { error: failure.name, cause: failure.message };
    history.add(scope, ...call.failed(signal.aborted ? "TimedOut" : "Failed", details));
    throw failure;
  } finally {
    wait?.close();
    clock.stop();
    scope.task = undefined;
  }
}

/** Whether one of a state's catchers has the error's own name. */
function catches({ Catch }: StateDefinition, name: string): boolean {
  const catchers: unknown[] = Array.isArray(Catch) ? Catch : [];
  return catchers.some((one) => Object(Object(one).ErrorEquals).includes?.(name) === true);
}
