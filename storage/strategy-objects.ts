import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { parameterCount } from "../shared/model/shape.ts";
import { splitVectors, vectorTensors } from "../shared/model/vectors.ts";
import { startState } from "../shared/strategy/strategies.ts";
import { hasState, type Strategy, type Vectors } from "../shared/strategy/strategy.ts";
import { acceptedRounds, type Plan } from "../shared/workflow/records.ts";
import { parseJson } from "./json.ts";
import type { Objects } from "./objects.ts";

/** What a strategy goes on from after a round. */
export interface StrategyState {
  readonly vectors: Vectors;
  /** The last round in which each client's update was accepted: whose kept vectors count. */
  readonly accepted: Readonly<Record<string, number>>;
}

/** After the given round; 0 is the start. @throws ObjectMissing or ObjectInvalid */
export async function readState(
  objects: Objects,
  plan: Plan,
  strategy: Strategy,
  round: number,
): Promise<StrategyState> {
  if (round === 0 || !hasState(strategy)) {
    return { vectors: startState(strategy, parameterCount(plan.shape)), accepted: {} };
  }
  const key = keys.roundState(plan.run, round);
  const { tensors, metadata } = await objects.getTensors(key);
  assertOf(key, plan.run, round, metadata);
  const accepted = parseJson(key, new TextEncoder().encode(metadata.accepted ?? ""), acceptedRounds);
  return { vectors: splitVectors(plan.shape, tensors).vectors, accepted };
}

export async function writeState(
  objects: Objects,
  plan: Plan,
  round: number,
  { vectors, accepted }: StrategyState,
): Promise<void> {
  await objects.putTensors(keys.roundState(plan.run, round), vectorTensors(plan.shape, vectors), {
    run: plan.run,
    round: String(round),
    accepted: JSON.stringify(accepted),
  });
}

/** What the client kept from its last accepted round; zeros before the first. @throws ObjectMissing or ObjectInvalid */
export async function readKept(
  objects: Objects,
  plan: Plan,
  { client: { keeps } }: Strategy,
  client: number,
  round: number | undefined,
): Promise<Vectors> {
  if (round === undefined) {
    const zeros = () => new Float32Array(parameterCount(plan.shape));
    return Object.fromEntries(keeps.map((name) => [name, zeros()]));
  }
  const run = runOfRound(plan, round);
  const key = keys.clientState(run, round, client);
  const { tensors, metadata } = await objects.getTensors(key);
  assertOf(key, run, round, metadata);
  const { vectors } = splitVectors(plan.shape, tensors);
  const missing = keeps.find((name) => !vectors[name]);
  if (missing !== undefined) throw objectInvalid(`${key}: has no vector ${missing}`);
  return vectors;
}

/** The run that has trained a round: a run that goes on from another one has its first rounds of that one. */
function runOfRound({ run, origins }: Plan, round: number): string {
  return origins.reduce((found, origin) => (round <= origin.round ? origin.run : found), run);
}

export async function writeKept(
  objects: Objects,
  plan: Plan,
  round: number,
  client: number,
  kept: Vectors,
): Promise<void> {
  await objects.putTensors(keys.clientState(plan.run, round, client), vectorTensors(plan.shape, kept), {
    run: plan.run,
    round: String(round),
    client: String(client),
  });
}

function assertOf(key: string, run: string, round: number, metadata: Readonly<Record<string, string>>): void {
  if (metadata.run === run && metadata.round === String(round)) return;
  throw objectInvalid(`${key}: says that it is round ${metadata.round} of run ${metadata.run}`);
}
