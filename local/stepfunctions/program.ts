import { type MachineDefinition, nestedMachines, parseMachine, type StateDefinition } from "./definition.ts";
import { libraryMachine, type StateMachine, validate } from "./library.ts";
import { withCallInParameters } from "./task-parameters.ts";
import { longestSeconds } from "./timers.ts";
import { typedRule } from "./typed-rules.ts";
import { refuseUnsupported } from "./unsupported.ts";

/**
 * A machine made ready for the library. Map and Parallel states become Tasks there, whose handlers run the nested
 * machines (see `fan-out`): the library itself would go on with waiting iterations after one has failed, hide
 * `$$.Map.Item` from iterations, and lose the last events of nested runs. Choice states ask for types
 * before they compare (see `typed-rules`). Everything else is its own work: the order of states, data flow, Wait, Retry
 * with backoff and jitter, Catch.
 */
export interface Program {
  readonly machine: StateMachine;
  readonly states: Readonly<Record<string, StateDefinition>>;
  /** Of each Map one, of each Parallel one a branch. */
  readonly nested: Readonly<Record<string, readonly Program[]>>;
}

const shared = ["InputPath", "OutputPath", "ResultSelector", "ResultPath", "Retry", "Catch", "Next", "End"];

function forLibrary(state: StateDefinition): StateDefinition {
  // `task` keeps a Task's time; the library would end each after 60 s, where AWS has practically no default
  const timeout = { TimeoutSeconds: longestSeconds };
  if (state.Type === "Task") return { ...withCallInParameters(withHeartbeatsCaught(state)), ...timeout };
  if (state.Type === "Choice" && Array.isArray(state.Choices))
    return { ...state, Choices: state.Choices.map(typedRule) };
  if (state.Type !== "Map" && state.Type !== "Parallel") return state;
  // a Map's Parameters are an older name of its ItemSelector
  const kept = state.Type === "Parallel" ? [...shared, "Parameters"] : shared;
  const fields = kept.filter((field) => field in state).map((field) => [field, state[field]]);
  return { Type: "Task", Resource: "nested", ...timeout, ...Object.fromEntries(fields) };
}

/**
 * States.Timeout stands for heartbeats that did not come too, which have a name of their own beside it
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html); the library compares names alone.
 */
function withHeartbeatsCaught(state: StateDefinition): StateDefinition {
  const widened = ["Retry", "Catch"].flatMap((field) => {
    const rules: unknown = state[field];
    return Array.isArray(rules) ? [[field, rules.map(withHeartbeatTimeout)]] : [];
  });
  return { ...state, ...Object.fromEntries(widened) };
}

function withHeartbeatTimeout(rule: Readonly<Record<string, unknown>>): object {
  const names: unknown = rule.ErrorEquals;
  if (!Array.isArray(names) || !names.includes("States.Timeout")) return rule;
  return { ...rule, ErrorEquals: [...names, "States.HeartbeatTimeout"] };
}

/** Where the context object holds the start that the execution's record has; the library's own is that of its own run. */
export const startInContext = "Started";

function withOwnStart(state: StateDefinition): StateDefinition {
  return JSON.parse(JSON.stringify(state).replaceAll("$$.Execution.StartTime", () => `$$.${startInContext}`));
}

function compile(machine: MachineDefinition): Program {
  const states = Object.entries(machine.States);
  return {
    machine: libraryMachine({
      StartAt: machine.StartAt,
      States: Object.fromEntries(states.map(([name, state]) => [name, forLibrary(withOwnStart(state))])),
    }),
    states: machine.States,
    nested: Object.fromEntries(
      states.map(([name, state]) => [name, nestedMachines(name, state).map((nested) => compile(nested))]),
    ),
  };
}

export interface Workflow {
  readonly program: Program;
  /** Undefined without a TimeoutSeconds of the whole machine. */
  readonly timeoutSeconds: number | undefined;
  readonly fastRetries?: boolean | undefined;
}

/** Checks a definition and makes it ready. Throws DefinitionUnsupported. */
export function loadWorkflow(definition: unknown): Workflow {
  const machine = parseMachine(definition, "the definition");
  refuseUnsupported(machine);
  validate(machine);
  const seconds = machine.TimeoutSeconds;
  return { program: compile(machine), timeoutSeconds: typeof seconds === "number" ? seconds : undefined };
}
