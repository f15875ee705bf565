import { expensesOf, type TimedLeft } from "../../cloud/cost/expenses.ts";
import { footprints } from "../../functions/footprints.ts";
import { modelFilesOf } from "../../report/model-files.ts";
import { reportPage } from "../../report/page.ts";
import { plannedModels, storyOf } from "../../report/story.ts";
import { canBeTried } from "../../report/trial.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { FedstepError } from "../../shared/errors.ts";
import { keys, type ModelName, modelFiles, modelNames } from "../../shared/layout.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import { modelKey } from "../../shared/workflow/one-clients-model.ts";
import { outcomeOf } from "../../shared/workflow/outcome.ts";
import type { PartitionRecord, Plan } from "../../shared/workflow/plan-record.ts";
import {
  type Expenses,
  expensesRecord,
  type Outcome,
  outcomeRecord,
  type Result,
  type Spent,
  withExpenses,
} from "../../shared/workflow/result-record.ts";
import { addUsage, type Usage } from "../../shared/workflow/usage.ts";
import { thisWriter, writerName } from "../../shared/workflow/writer.ts";
import { readCheckpoint } from "../../storage/checkpoint-objects.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { compareCopy, compareRecordCopy } from "./compare-copies.ts";
import { compareBytes } from "./compare-objects.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";

export interface Finished {
  readonly plan: Plan;
  readonly partition: PartitionRecord;
  readonly left: TimedLeft;
  /** Of the baseline's invocations, up to its last checkpoint. */
  readonly baselineUsage: Usage;
}

/** What FinishRun wrote of a run: result, models and report, each made again of the records before it. */
export async function verifyOutcome(scene: Scene, finished: Finished): Promise<void> {
  const { plan, partition, left } = finished;
  const key = keys.result(plan.run);
  const outcome = outcomeOf(plan, partition, left);
  const models = await modelsOf(scene, plan, outcome);
  for (const name of modelNames)
    if (outcome[name]) await verifyModel(scene, plan, outcome, name, models[name]);
  const stored = await storedRecord(scene, key, outcomeRecord);
  if (stored) scene.audit.compare(key, stored.raw, outcome);
  const expenses = await verifyExpenses(scene, finished);
  const result = expenses && withExpenses(outcome, expenses);
  if (result) await compareRecordCopy(scene, key, result);
  await verifyReport(scene, { plan, outcome, left, result, models });
}

type Models = Readonly<Partial<Record<ModelName, Float32Array>>>;

/** Those that are what the outcome speaks of; the others were found where their round or epoch was verified. */
async function modelsOf({ objects }: Scene, plan: Plan, { federated, baseline }: Outcome): Promise<Models> {
  const last = baseline?.epochs.length ?? 0;
  const [global, checkpoint] = await Promise.all([
    ifSound(() => readLinkedGlobal(objects, plan, federated.round), federated.weightsSha256),
    baseline && ifSound(() => readCheckpoint(objects, plan, last), baseline.weightsSha256),
  ]);
  return { ...(global && { federated: global }), ...(checkpoint && { baseline: checkpoint }) };
}

async function ifSound(
  reading: () => Promise<{ readonly parameters: Float32Array }>,
  digest: string,
): Promise<Float32Array | undefined> {
  try {
    const { parameters } = await reading();
    return (await weightsSha256(parameters)) === digest ? parameters : undefined;
  } catch (error) {
    if (error instanceof FedstepError) return undefined;
    throw error;
  }
}

async function verifyModel(
  scene: Scene,
  plan: Plan,
  outcome: Outcome,
  name: ModelName,
  parameters: Float32Array | undefined,
): Promise<void> {
  if (!parameters) {
    for (const file of modelFiles) scene.inventory.expect(modelKey(outcome, name, file));
    return;
  }
  for (const { file, content } of modelFilesOf(plan, outcome, name, parameters)) {
    const key = modelKey(outcome, name, file);
    await compareBytes(scene, key, content);
    await compareCopy(scene, key, content);
  }
}

/** What a page tells. */
interface Told {
  readonly plan: Plan;
  readonly outcome: Outcome;
  readonly left: TimedLeft;
  readonly result: Result | undefined;
  readonly models: Models;
}

/** The page is the same bytes by the version that wrote it alone. */
async function verifyReport(
  scene: Scene,
  { plan, outcome, left: { rounds, epochs }, result, models: { federated, baseline } }: Told,
): Promise<void> {
  const { audit, inventory, writer } = scene;
  const key = keys.report(plan.run);
  if (writer && writer.version !== thisWriter.version) {
    if (!inventory.expect(key)) audit.found(key, "is missing");
    const why = `${writerName(writer)} wrote it, and this is ${writerName(thisWriter)}`;
    audit.unchecked.push({ objects: key, why });
    return;
  }
  const shown = canBeTried(plan, outcome);
  if (!result || (shown && !federated)) {
    // what it must be cannot be told, and the reason is a finding already
    inventory.expect(key);
    return;
  }
  const models =
    shown && federated ? plannedModels(plan, { federated, ...(baseline && { baseline }) }) : undefined;
  const page = reportPage(storyOf({ result, rounds, epochs, models }));
  await compareBytes(scene, key, page);
  await compareCopy(scene, key, page);
}

/** @returns what the run took: what no repetition takes again as it is told, and what follows from that reckoned again */
async function verifyExpenses(
  scene: Scene,
  { plan, left, baselineUsage }: Finished,
): Promise<Expenses | undefined> {
  const key = keys.expenses(plan.run);
  const stored = await storedRecord(scene, key, expensesRecord);
  if (!stored) return undefined;
  const { seconds, spent } = stored.record;
  scene.audit.unchecked.push({
    objects: key,
    fields: ["seconds", "spent.executions", "spent.prepare.*", "spent.finish.*", "spent.architecture"],
    why: "no repetition takes the same; that sums and cost follow from it was reckoned again",
  });
  const own = left.rounds.slice(takenRounds(plan));
  const again: Spent = {
    ...spent,
    federation: addUsage(...own.map(({ usage }) => usage)),
    baseline: baselineUsage,
  };
  const expenses = expensesOf(plan, left, seconds, again, footprints);
  scene.audit.compare(key, stored.raw, expenses);
  return expenses;
}
