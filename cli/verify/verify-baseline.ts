import type * as z from "zod";
import { baselineKeyEpoch, baselineOf, keys } from "../../shared/layout.ts";
import { type Reached, trainEpoch } from "../../shared/model/baseline.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import { pickFigures, scoreOf, taskOf } from "../../shared/task/tasks.ts";
import { chainAfter, epochLink } from "../../shared/workflow/chain.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import {
  type BaselineEpoch,
  baselineClients,
  baselineEpoch,
  baselineUsage,
} from "../../shared/workflow/round-records.ts";
import { noUsage, type Usage } from "../../shared/workflow/usage.ts";
import { readCheckpoint } from "../../storage/checkpoint-objects.ts";
import type { LinkedGlobal } from "../../storage/model-objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import type { Judge } from "./judge.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";

type StoredEpoch = SealedRecord<BaselineEpoch>;
type Clients = z.output<typeof baselineClients>;

export interface VerifiedBaseline {
  /** Every epoch, the last with how each client fares; none without a baseline. */
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
  const ending = await clientsOf(scene, plan);
  const epochs = await epochsOf(scene, plan, ending?.record.epoch);
  checkChain(scene, plan, start, epochs);
  checkCount(scene, plan, epochs.length, ending?.record.epoch);
  if (trial.again && trial.judge) await trainAgain(scene, plan, start, epochs, trial.judge, trial.told);
  const verified: BaselineEpoch[] = [];
  let usage = noUsage;
  for (const { record } of epochs) {
    const last = record.epoch === epochs.length;
    await verifyEpoch(scene, plan, record, last, trial.judge, last ? ending : undefined);
    verified.push({ ...record, ...(last && ending && { clients: ending.record.clients }) });
    usage = (await usageOf(scene, plan, record.epoch, last)) ?? usage;
  }
  if (ending && plan.config.federation.budget !== null) tellBeyond(scene, plan, epochs.length);
  return { epochs: verified, usage };
}

/** How each client fares with the last model; which epoch that is of, it says itself. */
async function clientsOf(scene: Scene, plan: Plan): Promise<SealedRecord<Clients> | undefined> {
  const key = keys.baselineClients(plan.run);
  if (!scene.inventory.has(key) && !scene.ended) return undefined;
  return storedRecord(scene, key, baselineClients);
}

/** What an attempt that was cut off has trained beyond the epoch that another one then took for the last. */
function tellBeyond({ inventory, audit }: Scene, plan: Plan, last: number): void {
  for (const key of inventory.below(baselineOf(plan.run))) {
    if ((baselineKeyEpoch(key) ?? 0) <= last) continue;
    inventory.expect(key);
    const why = "it is of an attempt that was cut off, beyond the epoch that the budget has paid for";
    audit.unchecked.push({ objects: key, why });
  }
}

/** Those that stand, up to the last or to the first that does not. */
async function epochsOf(scene: Scene, plan: Plan, last = Infinity): Promise<StoredEpoch[]> {
  const found: StoredEpoch[] = [];
  for (;;) {
    if (found.length >= last) return found;
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

/** As many as the configuration asks for, or as the budget paid for. */
function checkCount({ audit, ended }: Scene, plan: Plan, epochs: number, last = 1): void {
  const { baseline, federation } = plan.config;
  const fewest = federation.budget === null ? baseline.epochs : last;
  if (ended && epochs < fewest) audit.found(keys.baselineEpoch(plan.run, epochs + 1), "is missing");
}

/**
 * The epoch's checkpoint, and the figures of the model in it. Only the last epoch has to have one; an attempt that was cut
 * off may have left those of others.
 * @param ending how each client fares with the model, where it is the last
 */
async function verifyEpoch(
  scene: Scene,
  plan: Plan,
  record: BaselineEpoch,
  last: boolean,
  judge: Judge | undefined,
  ending: SealedRecord<Clients> | undefined,
): Promise<void> {
  const { objects, audit, inventory, ended } = scene;
  const { run } = plan;
  const { chainSha256, epoch } = record;
  const key = keys.baselineCheckpoint(run, epoch);
  const stands = inventory.expect(key);
  if (!stands && last && ended) audit.found(key, "is missing");
  const checkpoint = stands
    ? await audit.read(key, () => readCheckpoint(objects, plan, epoch, chainSha256))
    : undefined;
  const judged = checkpoint && judge && (await judge.ofBaseline(checkpoint.parameters));
  if (judged) {
    const { examples } = record;
    const told = { examples, ...pickFigures(taskOf(plan.config), record) };
    audit.compare(keys.baselineEpoch(run, epoch), told, judged.figures);
  }
  // without the model, that it is of this epoch
  if (ending) {
    const { clients } = judged ?? ending.record;
    audit.compare(keys.baselineClients(run), ending.raw, { epoch, clients });
  }
}

/** What the baseline had used by the epoch, where a checkpoint was written then. */
async function usageOf(scene: Scene, plan: Plan, epoch: number, last: boolean): Promise<Usage | undefined> {
  const { audit, inventory, ended } = scene;
  const key = keys.baselineUsage(plan.run, epoch);
  if (!inventory.has(key) && !(last && ended)) return undefined;
  const stored = await storedRecord(scene, key, baselineUsage);
  if (stored) audit.compare(key, stored.raw, { epoch, usage: stored.record.usage });
  return stored?.record.usage;
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
  for (const { raw } of epochs) {
    // how the last model does for each client, its checkpoint tells
    const { reached, outcome } = await trainEpoch(plan, judge.trainer, judge.pool, from, false);
    const chainSha256 = chainAfter(epochLink(before, outcome));
    audit.compare(keys.baselineEpoch(plan.run, reached.epoch), raw, { ...outcome, chainSha256 });
    before = chainSha256;
    from = reached;
    told(reached.epoch, epochs.length);
  }
}
