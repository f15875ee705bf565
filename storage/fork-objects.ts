import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { isSameModel, layoutOf } from "../shared/model/spec.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import type { StrategyState } from "../shared/rounds/open-round.ts";
import { startState } from "../shared/strategy/strategies.ts";
import { hasState } from "../shared/strategy/strategy.ts";
import { takenSha256 } from "../shared/workflow/chain.ts";
import { type Plan, planRecord } from "../shared/workflow/plan-record.ts";
import type { TimedRound } from "../shared/workflow/round-records.ts";
import type { RunRecord } from "../shared/workflow/run-record.ts";
import { assertSameArithmetic } from "../shared/workflow/writer.ts";
import { chainedRounds } from "./chained-records.ts";
import { type LinkedGlobal, readLinkedGlobal } from "./model-objects.ts";
import type { Objects } from "./objects.ts";
import { readState } from "./strategy-objects.ts";

/** Where a run goes on from: rounds of another one, and the model after them. */
export interface Fork {
  readonly parent: Plan;
  readonly round: number;
  readonly rounds: readonly TimedRound[];
  /** Their metrics as they lie in the bucket. */
  readonly raws: readonly object[];
  /** Digest of these rounds. */
  readonly recordSha256: string;
  readonly model: LinkedGlobal;
}

/**
 * @throws ObjectMissing, or ObjectInvalid where the other run's rounds, or the model after them, are not what its plan
 * and its chain say; ArithmeticDiffers
 */
export async function readFork(
  objects: Objects,
  { run, round }: NonNullable<RunRecord["from"]>,
): Promise<Fork> {
  const { record: parent, seal, writer } = await objects.getSealed(keys.plan(run), planRecord);
  assertSameArithmetic(run, writer);
  const rounds = await chainedRounds(objects, parent, seal, { count: round });
  const model = await readLinkedGlobal(objects, parent, round, rounds.chainSha256);
  return {
    parent,
    round,
    rounds: rounds.records,
    raws: rounds.raws,
    recordSha256: takenSha256(rounds.raws),
    model,
  };
}

/**
 * What a run's strategy goes on from after the rounds of another one: that one's state where the strategy is the same.
 * What clients keep stays where it is, and belongs to their shards, which are the same.
 * @returns null where the strategy has no state
 * @throws ObjectMissing or ObjectInvalid
 */
export async function readTakenState(
  objects: Objects,
  plan: Omit<Plan, "start" | "partitionSeal">,
  { parent, round, model }: Fork,
): Promise<StrategyState | null> {
  if (!isSameModel(parent.model, plan.model)) {
    throw objectInvalid(`${keys.plan(parent.run)}: its model is another than that of ${plan.run}`);
  }
  if (parent.partition !== plan.partition) {
    throw objectInvalid(
      `${keys.plan(parent.run)}: its examples are divided otherwise than those of ${plan.run}, which would hold out what ` +
        "its model was trained on",
    );
  }
  const strategy = strategyOf(plan.config);
  if (!hasState(strategy)) return null;
  return parent.config.federation.strategy.name === strategy.name
    ? readState(objects, parent, strategy, round, model.stateSha256)
    : { vectors: startState(strategy, layoutOf(plan.model)), accepted: {} };
}
