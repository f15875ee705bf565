import type { EnclosingState, StateDefinition } from "./definition.ts";
import { type Integration, integrationOf, knownResources } from "./integrations.ts";
import { pathProblem, templateProblem } from "./paths.ts";
import { credentialsProblems } from "./task-credentials.ts";
import { longestSeconds } from "./timers.ts";

/** The parameters that a call takes here: needed ones first. */
const parametersOf: Readonly<Record<Exclude<Integration["call"], "function">, Parameters>> = {
  "lambda:invoke": { needed: ["FunctionName"], also: ["Payload"] },
  "states:startExecution": { needed: ["StateMachineArn", "Name", "Input"], also: [] },
  "aws-sdk:s3:putObject": { needed: ["Bucket", "Key", "Body"], also: ["ContentType", "IfNoneMatch"] },
};

interface Parameters {
  readonly needed: readonly string[];
  readonly also: readonly string[];
}

/** What of a Task would be ignored here, or done otherwise than on AWS, by the field's place. */
export function* taskProblems(
  state: StateDefinition,
  around: EnclosingState,
): Generator<[field: string, why: string]> {
  const { Resource: resource, Parameters: parameters } = state;
  const integration = integrationOf(resource);
  const problem = templateProblem(parameters, around, integration?.waits);
  if (problem !== undefined) yield ["Parameters", problem];
  yield* credentialsProblems(state.Credentials, around);
  yield* timeProblems(state, around, integration?.waits ?? false);
  if (integration === undefined) yield ["Resource", `${resource} is neither ${knownResources}`];
  else if (integration.call !== "function") yield* parameterProblems(integration.call, parameters);
}

function* parameterProblems(
  call: keyof typeof parametersOf,
  parameters: unknown,
): Generator<[string, string]> {
  const given = typeof parameters === "object" && parameters !== null ? Object.keys(parameters) : [];
  const { needed, also } = parametersOf[call];
  const names = given.map((key) => key.replace(/\.\$$/, ""));
  for (const name of needed) {
    if (!names.includes(name)) yield ["Parameters", `${call} needs ${name} here`];
  }
  const extra = names.find((name) => !needed.includes(name) && !also.includes(name));
  if (extra !== undefined) yield [`Parameters.${extra}`, `of ${call} is not used here`];
}

function* timeProblems(
  state: StateDefinition,
  around: EnclosingState,
  waits: boolean,
): Generator<[string, string]> {
  for (const field of ["TimeoutSeconds", "HeartbeatSeconds"]) {
    const path = state[`${field}Path`];
    if (Number(state[field] ?? 0) > longestSeconds) yield [field, `exceeds ${longestSeconds}`];
    if (path === undefined) continue;
    if (state[field] !== undefined) yield [field, `and ${field}Path are one too many`];
    const problem = pathProblem(path, around);
    if (problem !== undefined) yield [`${field}Path`, problem];
  }
  for (const field of ["HeartbeatSeconds", "HeartbeatSecondsPath"]) {
    if (!waits && state[field] !== undefined) {
      yield [field, "is kept here where a token is waited for, without which nobody can send heartbeats"];
    }
  }
  if (Number(state.HeartbeatSeconds ?? 0) >= Number(state.TimeoutSeconds ?? Number.POSITIVE_INFINITY)) {
    yield ["HeartbeatSeconds", "must be less than TimeoutSeconds"];
  }
}

/** Whether its time may end, which the executor takes for a failure of the call. */
export const hasTime = (state: StateDefinition): boolean =>
  Object.keys(state).some((field) => /^(Timeout|Heartbeat)Seconds(Path)?$/.test(field));
