import { objectInvalid } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { parameterCount } from "../../shared/model/shape.ts";
import { openStrategy, startState } from "../../shared/strategy/strategies.ts";
import { hasState } from "../../shared/strategy/strategy.ts";
import { chainNext } from "../../shared/workflow/chain.ts";
import { type Plan, planRecord, type RoundMetrics, type RunRecord } from "../../shared/workflow/records.ts";
import { type LinkedGlobal, readGlobal, writeGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readRounds } from "../../storage/run-objects.ts";
import { readState, writeState } from "../../storage/strategy-objects.ts";

/** Where a run goes on from. */
export interface Fork {
  readonly parent: Plan;
  readonly round: number;
}

/** @throws ObjectMissing or ObjectInvalid */
export async function readFork(objects: Objects, from: RunRecord["from"]): Promise<Fork | undefined> {
  if (!from) return undefined;
  return { parent: await objects.getRecord(keys.plan(from.run), planRecord), round: from.round };
}

/**
 * Gives a run the rounds of another one up to some round, as if they had been its own: their metrics, the model of
 * the last, and what its strategy goes on from where the strategy is the same. What clients keep stays where it is,
 * and belongs to their shards: with another partition the strategy starts anew.
 * @param start the run's own start, to which the chain of the taken model is tied
 * @returns the metrics of the rounds that it has taken
 * @throws ObjectMissing or ObjectInvalid
 */
export async function takeRounds(
  objects: Objects,
  plan: Plan,
  { parent, round }: Fork,
  start: LinkedGlobal,
): Promise<RoundMetrics[]> {
  if (
    parent.shape.hidden.join() !== plan.shape.hidden.join() ||
    parent.shape.features !== plan.shape.features
  ) {
    throw objectInvalid(`${keys.plan(parent.run)}: its model has another shape than that of ${plan.run}`);
  }
  const rounds = await readRounds(objects, parent.run, round);
  const parameters = await readGlobal(objects, parent, round);
  await takeState(objects, plan, parent, round);
  await writeGlobal(objects, plan, round, parameters, (weights) => chainNext(start.chainSha256, weights, []));
  for (const metrics of rounds) await objects.putRecord(keys.roundMetrics(plan.run, metrics.round), metrics);
  return rounds;
}

/** The runs that a run has rounds of, and up to which: its parent, and those of its parent. */
export function originsOf({ parent, round }: Fork): Plan["origins"] {
  const before = parent.origins.map((origin) => ({ ...origin, round: Math.min(origin.round, round) }));
  return [{ run: parent.run, round }, ...before];
}

async function takeState(objects: Objects, plan: Plan, parent: Plan, round: number): Promise<void> {
  const strategy = openStrategy(plan.config.federation.strategy);
  if (!hasState(strategy)) return;
  const { keeps } = strategy.client;
  const same =
    parent.config.federation.strategy.name === strategy.name &&
    (keeps.length === 0 || parent.partition === plan.partition);
  if (!same) {
    const vectors = startState(strategy, parameterCount(plan.shape));
    return writeState(objects, plan, round, { vectors, accepted: {} });
  }
  await writeState(objects, plan, round, await readState(objects, parent, strategy, round));
}
