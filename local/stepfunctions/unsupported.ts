import { definitionUnsupported } from "../../shared/errors.ts";
import { choiceProblems } from "./choice-rules.ts";
import {
  type EnclosingState,
  type MachineDefinition,
  nestedMachines,
  type StateDefinition,
} from "./definition.ts";
import { dataLimitExceeded } from "./failures.ts";
import { pathProblem, templateProblem } from "./paths.ts";
import { hasTime, taskProblems } from "./task-rules.ts";
import { longestSeconds } from "./timers.ts";

/** Where a definition asks for something that would be ignored here, or done otherwise than on AWS. */
export interface Problem {
  readonly state: string;
  readonly field: string;
  readonly why: string;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const flow = "Type Comment QueryLanguage InputPath OutputPath";
/** All that is supported, by type: what is not listed is refused by name rather than ignored. */
const fields: Readonly<Record<string, ReadonlySet<string>>> = {
  Task: words(
    `${flow} Next End Resource Parameters Credentials ResultSelector ResultPath Retry Catch ` +
      "TimeoutSeconds TimeoutSecondsPath HeartbeatSeconds HeartbeatSecondsPath",
  ),
  Parallel: words(`${flow} Next End Branches Parameters ResultSelector ResultPath Retry Catch`),
  Map: words(
    `${flow} Next End ItemProcessor Iterator ItemsPath ItemSelector Parameters MaxConcurrency MaxConcurrencyPath ` +
      "ResultSelector ResultPath Retry Catch",
  ),
  Pass: words(`${flow} Next End Result Parameters ResultPath`),
  Wait: words(`${flow} Next End Seconds SecondsPath Timestamp TimestampPath`),
  Choice: words(`${flow} Choices Default`),
  Succeed: words(flow),
  Fail: words("Type Comment QueryLanguage Error Cause"),
};
const machineFields = words("Comment QueryLanguage StartAt States Version");
const retryFields = words(
  "ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds JitterStrategy Comment",
);
const catchFields = words("ErrorEquals Next ResultPath Comment");
/** These end an execution here whatever the definition says, but for a Task that catches an answer that is too large. */
const terminal = words(`States.Runtime ${dataLimitExceeded}`);
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function* unknownFields(object: Fields, known: ReadonlySet<string>, where = ""): Generator<[string, string]> {
  for (const field of Object.keys(object)) {
    if (!known.has(field)) yield [`${where}${field}`, "would be ignored here"];
  }
  if ((object.QueryLanguage ?? "JSONPath") !== "JSONPath")
    yield ["QueryLanguage", "only JSONPath is executed here"];
}

function* resultPathProblems(field: string, path: unknown): Generator<[string, string]> {
  if (path === undefined || path === null) return;
  if (path === "$") yield [field, 'an explicit "$" would write a field of that name: leave it out'];
  else if (!/^\$(\.[A-Za-z_][\w-]*)+$/.test(String(path))) {
    yield [field, `${path} is no plain $.name path, which is all the executor writes to correctly`];
  }
}

function* errorProblems(state: StateDefinition): Generator<[string, string]> {
  for (const [kind, known] of [
    ["Retry", retryFields],
    ["Catch", catchFields],
  ] as const) {
    for (const [index, entry] of listOf(state[kind]).entries()) {
      const where = `${kind}[${index}].`;
      yield* unknownFields(entry, known, where);
      yield* resultPathProblems(`${where}ResultPath`, entry.ResultPath);
      const names = Array.isArray(entry.ErrorEquals) ? entry.ErrorEquals : [];
      const caught = kind === "Catch" && state.Type === "Task" ? dataLimitExceeded : undefined;
      const name = names.find((one) => terminal.has(one) && one !== caught);
      if (name !== undefined)
        yield [`${where}ErrorEquals`, `${name} ends the execution here and is never matched`];
      if (names.includes("States.TaskFailed") && (state.Type !== "Task" || hasTime(state))) {
        yield [
          `${where}ErrorEquals`,
          "States.TaskFailed would match States.Timeout here, which it does not on AWS",
        ];
      }
    }
  }
}

function* mapProblems(state: StateDefinition, around: EnclosingState): Generator<[string, string]> {
  const processor = isFields(state.ItemProcessor) ? state.ItemProcessor : {};
  const config = isFields(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
  if ((config.Mode ?? "INLINE") !== "INLINE")
    yield ["ItemProcessor.ProcessorConfig.Mode", "only INLINE runs here"];
  for (const field of ["ItemsPath", "MaxConcurrencyPath"]) {
    const problem = state[field] === undefined ? undefined : pathProblem(state[field], within(around));
    if (problem !== undefined) yield [field, problem];
  }
  for (const field of ["ItemSelector", "Parameters"]) {
    const problem = templateProblem(state[field], "iteration");
    if (problem !== undefined) yield [field, problem];
  }
}

/** Maps and branches are evaluated in runs of their own, whose input is not the execution's. */
const within = (around: EnclosingState): EnclosingState => (around === "machine" ? "branch" : around);

function* stateProblems(state: StateDefinition, around: EnclosingState): Generator<[string, string]> {
  const known = fields[state.Type];
  if (known === undefined) return yield ["Type", `${state.Type} is not known`];
  yield* unknownFields(state, known);
  for (const field of ["InputPath", "OutputPath", "SecondsPath", "TimestampPath"]) {
    const path = state[field];
    const problem = path === undefined || path === null ? undefined : pathProblem(path, around);
    if (problem !== undefined) yield [field, problem];
  }
  const ownParameters = state.Type === "Map" || state.Type === "Task";
  for (const field of ownParameters ? ["ResultSelector"] : ["Parameters", "ResultSelector"]) {
    const problem = templateProblem(state[field], around);
    if (problem !== undefined) yield [field, problem];
  }
  yield* resultPathProblems("ResultPath", state.ResultPath);
  yield* errorProblems(state);
  if (state.Type === "Task") yield* taskProblems(state, around);
  if (state.Type === "Map") yield* mapProblems(state, around);
  if (state.Type === "Choice") yield* choiceProblems(state.Choices, around);
  if (state.Type === "Pass" && "Result" in state && !state.Result) {
    yield ["Result", `${JSON.stringify(state.Result)} would be ignored: wrap it in an object`];
  }
  if (state.Type === "Fail" && state.Error === undefined)
    yield ["Error", "is missing, and would be made up here"];
  if (Number(state.Seconds ?? 0) > longestSeconds) yield ["Seconds", `exceeds ${longestSeconds}`];
}

function* machineProblems(
  machine: MachineDefinition,
  holder: string,
  around: EnclosingState,
  seen: Set<string>,
): Generator<Problem> {
  const config =
    around === "iteration" ? ["ProcessorConfig"] : around === "machine" ? ["TimeoutSeconds"] : [];
  for (const [field, why] of unknownFields(machine, new Set([...machineFields, ...config]))) {
    yield { state: holder, field, why };
  }
  if (Number(machine.TimeoutSeconds ?? 1) < 1 || Number(machine.TimeoutSeconds ?? 1) > longestSeconds) {
    yield { state: holder, field: "TimeoutSeconds", why: `must be 1 to ${longestSeconds}` };
  }
  for (const [name, state] of Object.entries(machine.States)) {
    if (seen.has(name))
      yield { state: name, field: "name", why: "stands for two states, and must be unique" };
    seen.add(name);
    for (const [field, why] of stateProblems(state, around)) yield { state: name, field, why };
    const inside = state.Type === "Map" || around === "iteration" ? "iteration" : "branch";
    for (const nested of nestedMachines(name, state)) yield* machineProblems(nested, name, inside, seen);
  }
}

/** Throws DefinitionUnsupported with every state and field that would not run here as it runs on AWS. */
export function refuseUnsupported(machine: MachineDefinition): void {
  const problems = [...machineProblems(machine, "the machine", "machine", new Set())];
  if (problems.length === 0) return;
  const list = problems.map(({ state, field, why }) => `${state}: ${field}: ${why}`);
  throw definitionUnsupported(`The state machine cannot be run locally:\n${list.join("\n")}`);
}
