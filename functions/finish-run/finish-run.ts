import type * as z from "zod";
import { expensesOf } from "../../cloud/cost/expenses.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { modelFilesOf } from "../../report/model-files.ts";
import { reportPage } from "../../report/page.ts";
import { plannedModels, storyOf } from "../../report/story.ts";
import { canBeTried } from "../../report/trial.ts";
import { objectInvalid } from "../../shared/errors.ts";
import { keys, modelNames, reportType } from "../../shared/layout.ts";
import { scoreOf, taskOf } from "../../shared/task/tasks.ts";
import { modelKey } from "../../shared/workflow/one-clients-model.ts";
import { outcomeOf } from "../../shared/workflow/outcome.ts";
import { finishRunInput, type finishRunOutput } from "../../shared/workflow/payloads.ts";
import { type PartitionRecord, type Plan, partitionRecord } from "../../shared/workflow/plan-record.ts";
import { partitionBytes } from "../../shared/workflow/record-size.ts";
import { type Outcome, withExpenses } from "../../shared/workflow/result-record.ts";
import { withClients } from "../../storage/baseline-objects.ts";
import { chainedEpochs, chainedRounds } from "../../storage/chained-records.ts";
import type { Objects } from "../../storage/objects.ts";
import { Plans } from "../../storage/plans.ts";
import { keepExpenses } from "../../storage/result-objects.ts";
import { readFinalModels } from "../../storage/run-objects.ts";
import { footprints } from "../footprints.ts";
import type { Step } from "../invocation.ts";
import { finishRunFootprint } from "./footprint.ts";

type Input = z.output<typeof finishRunInput>;

/**
 * Gathers what rounds and epochs have left behind into the run's result, with the models that it speaks of and a page
 * that tells it.
 */
export function finishRun(
  objects: Objects,
  deployment: Deployment,
): Step<Input, z.output<typeof finishRunOutput>> {
  const plans = new Plans(objects);
  return {
    name: finishRunFootprint.name,
    input: finishRunInput,
    async work({ run, plan: planSeal, startedAt, usage, federation, baseline }, invocation) {
      const plan = await plans.of(run, planSeal);
      const [partition, rounds, epochs] = await Promise.all([
        readPartition(objects, plan),
        chainedRounds(objects, plan, planSeal, { count: federation.round - 1, end: federation.chainSha256 }),
        chainedEpochs(objects, plan, planSeal, { count: baseline.epoch, end: baseline.chainSha256 }),
      ]);

      const left = {
        ended: federation.ended ?? "rounds",
        rounds: rounds.records,
        epochs: await withClients(objects, plan, epochs.records, baseline.clientsSeal),
      };
      const outcome = outcomeOf(plan, partition, left);
      const models = await readFinalModels(objects, plan, outcome);
      await invocation.timed("write", () => writeModels(objects, plan, outcome, models));
      const seconds = (Date.now() - startedAt) / 1000;
      const spent = {
        executions: federation.execution.number,
        architecture: deployment.architecture,
        prepare: usage,
        federation: federation.usage,
        baseline: baseline.usage,
        finish: invocation.usage(),
      };
      // before the page, which shows it: of a repetition's, the first counts
      const expenses = await keepExpenses(objects, run, expensesOf(plan, left, seconds, spent, footprints));
      const result = withExpenses(outcome, expenses);
      const tried = canBeTried(plan, outcome) ? plannedModels(plan, models) : undefined;
      const page = reportPage(storyOf({ result, rounds: left.rounds, epochs: left.epochs, models: tried }));
      await objects.put(keys.report(run), page, reportType, "unread");
      // last, since a run with a result counts as finished
      const resultSeal = await objects.putRecord(keys.result(run), outcome, undefined, "unread");
      const task = taskOf(plan.config);
      invocation.note({ [task.score.name]: scoreOf(task, outcome.federated), ratio: result.ratio });
      const notes = plan.startedBy?.notes ?? [];
      const { chainSha256 } = federation;
      return { run, result: keys.result(run), resultSeal, chainSha256, ...(notes.length > 0 && { notes }) };
    },
  };
}

/** @throws ObjectMissing, or ObjectInvalid where it is not the one that the plan was made with */
async function readPartition(objects: Objects, plan: Plan): Promise<PartitionRecord> {
  const { run, partitionSeal, clients, dataset } = plan;
  const key = keys.partition(run);
  const { record, seal } = await objects.getSealed(
    key,
    partitionRecord,
    partitionBytes(clients.length, dataset),
  );
  if (seal === partitionSeal) return record;
  throw objectInvalid(`${key}: its seal is ${seal}, and ${keys.plan(run)} says ${partitionSeal}`);
}

/** @param models flat by their layout */
async function writeModels(
  objects: Objects,
  plan: Plan,
  outcome: Outcome,
  models: { readonly federated: Float32Array; readonly baseline?: Float32Array },
): Promise<void> {
  for (const name of modelNames) {
    const parameters = models[name];
    if (!parameters) continue;
    const files = modelFilesOf(plan, outcome, name, parameters);
    await Promise.all(
      files.map(({ file, content, type }) =>
        objects.put(modelKey(outcome, name, file), content, type, "unread"),
      ),
    );
  }
}
