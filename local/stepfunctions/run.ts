import { setImmediate } from "node:timers/promises";
import type { ExecutionContext } from "./environment.ts";
import { Abandoned, failureOf } from "./failures.ts";
import { fanOut } from "./fan-out.ts";
import type { Json, LibraryEvent } from "./library.ts";
import type { Program } from "./program.ts";
import type { Scope } from "./scope.ts";
import { runTask } from "./task.ts";

/** What a retry waits where it is to be fast, milliseconds. */
const fastWaitMs = 10;

function record(event: LibraryEvent, { history }: ExecutionContext, program: Program, scope: Scope): void {
  if (scope.abandoned || !("state" in event)) return;
  const { name } = event.state;
  const type = program.states[name]?.Type ?? event.state.type;
  if (event.type === "StateEntered") {
    const input = history.payload(JSON.stringify(event.state.input), `The input of the state '${name}'`);
    const details = { name, input, inputDetails: { truncated: false } };
    history.transitions += 1;
    scope.enteredAt = event.timestamp;
    history.add(scope, `${type}StateEntered`, { stateEnteredEventDetails: details }, event.timestamp);
  } else if (event.type === "StateExited") {
    const output = history.payload(JSON.stringify(event.state.output), `The output of the state '${name}'`);
    const details = { name, output, outputDetails: { truncated: false } };
    history.add(scope, `${type}StateExited`, { stateExitedEventDetails: details }, event.timestamp);
  } else if (event.type === "StateRetried") {
    history.transitions += 1;
  }
}

/** Runs a machine, a branch or an iteration in the library. Throws a StateFailure. */
export async function run(
  environment: ExecutionContext,
  program: Program,
  input: Json,
  scope: Scope,
): Promise<Json> {
  if (scope.abandoned) throw new Abandoned();
  const handle = async (name: string, stateInput: Json): Promise<Json> => {
    // the library's event log runs behind by microtasks: afterwards the state's entry is in the history
    await setImmediate();
    if (scope.abandoned) throw new Abandoned();
    const state = program.states[name] ?? { Type: "Task" };
    const nested = program.nested[name] ?? [];
    if (nested.length === 0) return runTask(environment, name, state, stateInput, scope);
    const below = (part: Program, partInput: Json, child: Scope) => run(environment, part, partInput, child);
    return fanOut(environment.history, below, { name, state, nested, input: stateInput, scope });
  };
  const handlers = Object.keys(program.states).map((name) => [name, (value: Json) => handle(name, value)]);
  const waits = environment.fastRetries ? Object.keys(program.states).map((name) => [name, fastWaitMs]) : [];
  const execution = program.machine.run(input, {
    context: scope.context,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      retryIntervalOverrides: Object.fromEntries(waits),
    },
  });
  scope.abort = execution.abort;
  const recorded = (async () => {
    for await (const event of execution.eventLogs) record(event, environment, program, scope);
  })();
  try {
    return await execution.result;
  } catch (error) {
    throw failureOf(error);
  } finally {
    await recorded;
  }
}
