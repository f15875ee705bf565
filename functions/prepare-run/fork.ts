import { objectInvalid } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { parameterCount } from "../../shared/model/shape.ts";
import { openStrategy, startState } from "../../shared/strategy/strategies.ts";
import { hasState } from "../../shared/strategy/strategy.ts";
import { takenLink, takenSha256 } from "../../shared/workflow/chain.ts";
import { type Plan, planRecord, type RoundMetrics, type RunRecord } from "../../shared/workflow/records.ts";
import { assertSameArithmetic } from "../../shared/workflow/writer.ts";
import { chainedRounds } from "../../storage/chained-records.ts";
import { type LinkedGlobal, readLinkedGlobal, writeGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readState, writeState } from "../../storage/strategy-objects.ts";

/** Where a run goes on from: rounds of another one, and the model after them. */
export interface Fork {
  readonly parent: Plan;
  readonly round: number;
  readonly rounds: readonly RoundMetrics[];
  /** Digest of these rounds. */
  readonly recordSha256: string;
  readonly model: LinkedGlobal;
}

/**
 * @throws ObjectMissing, or ObjectInvalid where the other run's rounds, or the model after them, are not what its plan
 * and its chain say; ArithmeticDiffers
 */
export async function readFork(objects: Objects, from: RunRecord["from"]): Promise<Fork | undefined> {
  if (!from) return undefined;
  const { run, round } = from;
  const { record: parent, seal, writer } = await objects.getSealed(keys.plan(run), planRecord);
  assertSameArithmetic(run, writer);
  const rounds = await chainedRounds(objects, parent, seal, { count: round });
  const model = await readLinkedGlobal(objects, parent, round, rounds.chainSha256);
  return { parent, round, rounds: rounds.records, recordSha256: takenSha256(rounds.raws), model };
}

/** The runs that a run has rounds of, and up to which: its parent, and those of its parent. */
export function originsOf({ parent, round }: Fork): Plan["origins"] {
  const before = parent.origins.map((origin) => ({ ...origin, round: Math.min(origin.round, round) }));
  return [{ run: parent.run, round }, ...before];
}

/**
 * Gives a run what its strategy goes on from after the rounds of another one, where the strategy is the same. What
 * clients keep stays where it is, and belongs to their shards: with another partition the strategy starts anew.
 * @returns digests of what the run begins with
 * @throws ObjectMissing or ObjectInvalid
 */
export async function takeState(objects: Objects, plan: Omit<Plan, "start">, fork: Fork) {
  const { parent, round, model, recordSha256 } = fork;
  if (
    parent.shape.hidden.join() !== plan.shape.hidden.join() ||
    parent.shape.features !== plan.shape.features
  ) {
    throw objectInvalid(`${keys.plan(parent.run)}: its model has another shape than that of ${plan.run}`);
  }
  const strategy = openStrategy(plan.config.federation.strategy);
  const { keeps } = strategy.client;
  const same =
    parent.config.federation.strategy.name === strategy.name &&
    (keeps.length === 0 || parent.partition === plan.partition);
  const state = async () =>
    same
      ? await readState(objects, parent, strategy, round, model.stateSha256)
      : { vectors: startState(strategy, parameterCount(plan.shape)), accepted: {} };
  return {
    weightsSha256: model.weightsSha256,
    stateSha256: hasState(strategy) ? await writeState(objects, plan, round, await state()) : null,
    recordSha256,
  };
}

/**
 * Gives a run the rounds of another one up to some round, as if they had been its own: their metrics, and the model of
 * the last.
 * @param seal of the plan, to which the chain of the taken model is tied
 */
export async function takeRounds(objects: Objects, plan: Plan, seal: string, fork: Fork): Promise<void> {
  const link = takenLink(plan, seal);
  if (!link) throw new Error(`the plan of ${plan.run} takes no rounds over`);
  await writeGlobal(objects, plan, fork.round, fork.model.parameters, link);
  for (const metrics of fork.rounds)
    await objects.putRecord(keys.roundMetrics(plan.run, metrics.round), metrics);
}
