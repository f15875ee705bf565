import { keys } from "../../shared/layout.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { takenLink } from "../../shared/workflow/chain.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { timesOf } from "../../shared/workflow/round-records.ts";
import { type Fork, readTakenState } from "../../storage/fork-objects.ts";
import { writeGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { writeState } from "../../storage/strategy-objects.ts";

/**
 * Gives a run what its strategy goes on from after the rounds of another one.
 * @returns digests of what the run begins with
 * @throws ObjectMissing or ObjectInvalid
 */
export async function takeState(objects: Objects, plan: Omit<Plan, "start" | "partitionSeal">, fork: Fork) {
  const { round, model, recordSha256 } = fork;
  const state = await readTakenState(objects, plan, fork);
  const strategy = strategyOf(plan.config);
  return {
    weightsSha256: model.weightsSha256,
    stateSha256: state && (await writeState(objects, plan, strategy, round, state)),
    recordSha256,
  };
}

/**
 * Gives a run the rounds of another one up to some round, as if they had been its own: their metrics and times, and the
 * model of the last.
 * @param seal of the plan, to which the chain of the taken model is tied
 */
export async function takeRounds(objects: Objects, plan: Plan, seal: string, fork: Fork): Promise<void> {
  const link = takenLink(plan, seal);
  if (!link) throw new Error(`the plan of ${plan.run} takes no rounds over`);
  await writeGlobal(objects, plan, fork.round, fork.model.parameters, link);
  for (const [i, taken] of fork.rounds.entries()) {
    await objects.putRecord(keys.roundTimes(plan.run, taken.round), timesOf(taken), undefined, "once");
    // word by word, since their digest is of these words
    await objects.putRecord(
      keys.roundMetrics(plan.run, taken.round),
      fork.raws[i] as object,
      undefined,
      "once",
    );
  }
}
