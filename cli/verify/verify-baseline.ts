import { keys } from "../../shared/layout.ts";
import { type Reached, trainEpoch } from "../../shared/model/baseline.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import { pickFigures, scoreOf, taskOf } from "../../shared/task/tasks.ts";
import { chainAfter, epochLink } from "../../shared/workflow/chain.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { type BaselineEpoch, baselineEpoch } from "../../shared/workflow/round-records.ts";
import { noUsage, type Usage } from "../../shared/workflow/usage.ts";
import { readCheckpoint, usageAtCheckpoint } from "../../storage/checkpoint-objects.ts";
import type { LinkedGlobal } from "../../storage/model-objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import type { Judge } from "./judge.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";

type StoredEpoch = SealedRecord<BaselineEpoch>;

export interface VerifiedBaseline {
  /** Every epoch; none without a baseline. */
  readonly epochs: readonly BaselineEpoch[];
  /** Of its invocations, as its last checkpoint says. */
  readonly usage: Usage;
}

/** How much of the baseline is done again. */
export interface BaselineTrial {
  readonly judge: Judge | undefined;
  /** Whether every epoch is trained again. */
  readonly again: boolean;
  readonly told: (epoch: number, of: number) => void;
}

/**
 * The baseline's epochs along their chain of digests, the checkpoints that hold their models, and the last model's
 * figures on the data set's examples.
 */
export async function verifyBaseline(
  scene: Scene,
  plan: Plan,
  start: LinkedGlobal,
  trial: BaselineTrial,
): Promise<VerifiedBaseline> {
  if (!plan.config.baseline.enabled) return { epochs: [], usage: noUsage };
  const epochs = await epochsOf(scene, plan);
  const records = epochs.map(({ record }) => record);
  checkChain(scene, plan, start, epochs);
  checkCount(scene, plan, records);
  if (trial.again && trial.judge) await trainAgain(scene, plan, start, epochs, trial.judge, trial.told);
  let usage: Usage | undefined;
  for (const record of records) {
    usage = await verifyCheckpoint(scene, plan, record, record === records.at(-1), trial.judge);
  }
  return { epochs: records, usage: usage ?? noUsage };
}

/** Those that stand, up to the first that does not. */
async function epochsOf(scene: Scene, plan: Plan): Promise<StoredEpoch[]> {
  const found: StoredEpoch[] = [];
  for (;;) {
    const key = keys.baselineEpoch(plan.run, found.length + 1);
    if (!scene.inventory.has(key)) return found;
    const stored = await storedRecord(scene, key, baselineEpoch);
    if (!stored) return found;
    found.push(stored);
  }
}

function checkChain({ audit }: Scene, plan: Plan, start: LinkedGlobal, epochs: readonly StoredEpoch[]): void {
  const task = taskOf(plan.config);
  let before = start.chainSha256;
  for (const [i, { record, raw }] of epochs.entries()) {
    const key = keys.baselineEpoch(plan.run, i + 1);
    const chain = chainAfter(epochLink(before, record, raw));
    if (record.chainSha256 !== chain) {
      audit.found(key, `its chain is ${record.chainSha256}, and what it says makes ${chain} of those before`);
    }
    if (record.epoch !== i + 1) audit.found(key, `says that it is epoch ${record.epoch}`);
    const [score, right] = [scoreOf(task, record), task.detailedScore(record.examples, record)];
    if (right !== undefined && score !== right) {
      audit.found(key, `its ${task.score.noun} is ${score}, and its details make ${right}`);
    }
    before = record.chainSha256 ?? chain;
  }
}

/** As many as the configuration asks for, or as the budget paid for; the last says how each client fares. */
function checkCount({ audit, ended }: Scene, plan: Plan, epochs: readonly BaselineEpoch[]): void {
  const { baseline, federation } = plan.config;
  const fewest = federation.budget === null ? baseline.epochs : 1;
  if (ended && epochs.length < fewest) {
    audit.found(keys.baselineEpoch(plan.run, epochs.length + 1), "is missing");
  }
  for (const { epoch, clients } of epochs) {
    const last = epoch === epochs.length && ended;
    if ((clients !== undefined) === last || !ended) continue;
    const told = last ? "does not tell" : "tells";
    audit.found(keys.baselineEpoch(plan.run, epoch), `${told} how each client fares, as the last epoch does`);
  }
}

/** @returns what the baseline had used by then, where it is there */
async function verifyCheckpoint(
  { objects, audit, inventory, ended }: Scene,
  plan: Plan,
  record: BaselineEpoch,
  last: boolean,
  judge: Judge | undefined,
): Promise<Usage | undefined> {
  const key = keys.baselineCheckpoint(plan.run, record.epoch);
  if (!inventory.expect(key)) {
    if (last && ended) audit.found(key, "is missing");
    return undefined;
  }
  const { chainSha256, epoch } = record;
  const checkpoint = await audit.read(key, () => readCheckpoint(objects, plan, epoch, chainSha256));
  if (checkpoint && judge) {
    const { clients, ...figures } = await judge.ofBaseline(checkpoint.parameters);
    const { examples } = record;
    const told = pickFigures(taskOf(plan.config), record);
    audit.compare(
      keys.baselineEpoch(plan.run, epoch),
      { examples, ...told, clients: record.clients },
      { ...figures, ...(record.clients && { clients }) },
    );
  }
  return audit.read(key, () => usageAtCheckpoint(objects, plan, epoch));
}

async function trainAgain(
  { audit }: Scene,
  plan: Plan,
  start: LinkedGlobal,
  epochs: readonly StoredEpoch[],
  judge: Judge,
  told: BaselineTrial["told"],
): Promise<void> {
  const velocity = new Float32Array(parameterCount(plan.model));
  let from: Reached = { epoch: 0, parameters: start.parameters, velocity };
  let before = start.chainSha256;
  for (const { record, raw } of epochs) {
    const last = record.clients !== undefined;
    const { reached, outcome } = await trainEpoch(plan, judge.trainer, judge.pool, from, last);
    const chainSha256 = chainAfter(epochLink(before, outcome));
    audit.compare(keys.baselineEpoch(plan.run, reached.epoch), raw, { ...outcome, chainSha256 });
    before = chainSha256;
    from = reached;
    told(reached.epoch, epochs.length);
  }
}
