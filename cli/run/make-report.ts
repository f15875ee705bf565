import { plannedModels, storyOf } from "../../report/story.ts";
import { canBeTried } from "../../report/trial.ts";
import { keys } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { readLeftModels } from "../../storage/left-models.ts";
import type { Objects } from "../../storage/objects.ts";
import { readEpochs, readRounds } from "../../storage/run-objects.ts";

/**
 * The page that tells a run, made of records and models whose seals and digests are checked: of the page that lies in the
 * bucket nothing tells whether it was damaged.
 * @throws ObjectMissing or ObjectInvalid
 */
export async function makeReport(objects: Objects, result: Result): Promise<string> {
  const { run } = result;
  const plan = await objects.getRecord(keys.plan(run), planRecord);
  const [rounds, epochs, left] = await Promise.all([
    // the pass that evaluates the final model comes after the rounds
    readRounds(objects, plan, result.federated.rounds.length + 1),
    readEpochs(objects, plan, result.baseline?.epochs.length ?? 0),
    canBeTried(plan, result) ? readLeftModels(objects, result, plan.model) : undefined,
  ]);
  // loaded here, since the charting library takes longer to load than other commands take
  const { reportPage } = await import("../../report/page.ts");
  return reportPage(storyOf({ result, rounds, epochs, models: left && plannedModels(plan, left) }));
}
