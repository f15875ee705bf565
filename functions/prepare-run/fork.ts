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
import { readKept, readState, writeKept, writeState } from "../../storage/strategy-objects.ts";

/**
 * Gives a run the rounds of another one up to some round, as if they had been its own: their metrics, the model of
 * the last, and what its strategy goes on from where the strategy is the same. What clients keep belongs to their
 * shards: with another partition the strategy starts anew.
 * @param start the run's own start, to which the chain of the taken model is tied
 * @returns the metrics of the rounds that it has taken
 * @throws ObjectMissing or ObjectInvalid
 */
export async function takeRounds(
  objects: Objects,
  plan: Plan,
  from: NonNullable<RunRecord["from"]>,
  start: LinkedGlobal,
): Promise<RoundMetrics[]> {
  const { round } = from;
  const parent = await objects.getJson(keys.plan(from.run), planRecord);
  if (
    parent.shape.hidden.join() !== plan.shape.hidden.join() ||
    parent.shape.features !== plan.shape.features
  ) {
    throw objectInvalid(`${keys.plan(from.run)}: its model has another shape than that of ${plan.run}`);
  }
  const rounds = await readRounds(objects, from.run, round);
  const parameters = await readGlobal(objects, parent, round);
  await takeState(objects, plan, parent, round);
  await writeGlobal(objects, plan, round, parameters, (weights) => chainNext(start.chainSha256, weights, []));
  for (const metrics of rounds) await objects.putJson(keys.roundMetrics(plan.run, metrics.round), metrics);
  return rounds;
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
  const state = await readState(objects, parent, strategy, round);
  if (keeps.length > 0) {
    for (const [client, accepted] of Object.entries(state.accepted)) {
      const kept = await readKept(objects, parent, strategy, Number(client), accepted);
      await writeKept(objects, plan, accepted, Number(client), kept);
    }
  }
  await writeState(objects, plan, round, state);
}
