import { type FedstepError, isNamed, objectInvalid, objectMissing, objectTaken } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { clientFiguresBytes } from "../shared/workflow/record-size.ts";
import {
  type BaselineEpoch,
  baselineClients,
  baselineUsage,
  type ClientFigures,
} from "../shared/workflow/round-records.ts";
import { noUsage, type Usage } from "../shared/workflow/usage.ts";
import { usageInHeader } from "./checkpoint-objects.ts";
import type { Objects } from "./objects.ts";

/** A run, and what says how large its figures are. */
export type Counted = Pick<Plan, "run"> & Parameters<typeof clientFiguresBytes>[0];

/**
 * Keeps what the baseline's invocations had used when an epoch's checkpoint was written, unless an earlier attempt has.
 * @returns what stands
 */
export async function keepUsage(objects: Objects, run: string, epoch: number, usage: Usage): Promise<Usage> {
  return (await objects.keepFirst(keys.baselineUsage(run, epoch), baselineUsage, { epoch, usage })).usage;
}

/** What the baseline's invocations had used at a checkpoint. @throws ObjectMissing, ObjectInvalid, RecordsUnknown */
export async function usageAtCheckpoint(
  objects: Objects,
  plan: Pick<Plan, "run" | "model">,
  epoch: number,
): Promise<Usage> {
  if (epoch === 0) return noUsage;
  const found = await objects.findRecord(keys.baselineUsage(plan.run, epoch), baselineUsage);
  return found?.usage ?? usageInHeader(objects, plan, epoch);
}

/** The baseline's last epoch, by an attempt's decision. */
export interface LastEpoch {
  readonly epoch: number;
  /** Of the record of how each client fares with its model. */
  readonly seal: string;
}

/**
 * Which epoch is the baseline's last, where that is decided: a budget, which goes by prices and times, may come to another one
 * when the step is repeated.
 * @param reached an epoch with a checkpoint, of which a run of format 4 may say it
 * @throws ObjectInvalid
 */
export async function findLastEpoch(
  objects: Objects,
  plan: Counted,
  reached?: number,
): Promise<LastEpoch | undefined> {
  const found = await findClients(objects, plan, reached);
  return found && { epoch: found.record.epoch, seal: found.seal };
}

async function findClients(objects: Objects, plan: Counted, epoch?: number) {
  const find = (key: string) => objects.findSealed(key, baselineClients, clientFiguresBytes(plan));
  const found = await find(keys.baselineClients(plan.run));
  return found ?? (epoch === undefined ? undefined : find(keys.baselineClients(plan.run, epoch)));
}

/**
 * Decides that an epoch is the last one, with how each client fares with its model.
 * @returns the seal of that
 * @throws ObjectTaken where it is decided otherwise
 */
export async function writeClients(
  objects: Objects,
  plan: Counted,
  epoch: number,
  clients: ClientFigures,
): Promise<string> {
  const key = keys.baselineClients(plan.run);
  try {
    return await objects.putRecord(key, { epoch, clients }, clientFiguresBytes(plan), "once");
  } catch (error) {
    const last = isNamed(error, "ObjectTaken") ? await findLastEpoch(objects, plan) : undefined;
    throw last && last.epoch !== epoch ? beyondLast(plan.run, last, epoch) : error;
  }
}

/** Another execution has decided which epoch is the last, while this one went on. */
export function beyondLast(run: string, last: LastEpoch, epoch: number): FedstepError {
  return objectTaken(
    `${keys.baselineClients(run)}: another execution has ended the baseline with epoch ${last.epoch}, and this one is at ` +
      `epoch ${epoch}; resume the run, which goes on from that end`,
  );
}

/**
 * The epochs of a baseline that is done, the last with how each client fares with its model.
 * @param seal of that, where the reader knows it
 * @throws ObjectMissing, or ObjectInvalid where it is another one
 */
export async function withClients(
  objects: Objects,
  plan: Counted,
  epochs: readonly BaselineEpoch[],
  seal?: string,
): Promise<BaselineEpoch[]> {
  const last = epochs.at(-1);
  if (!last || last.clients) return [...epochs];
  const key = keys.baselineClients(plan.run);
  const found = await findClients(objects, plan, last.epoch);
  if (!found) throw objectMissing(`there is no object ${key}`);
  if (found.record.epoch !== last.epoch) {
    throw objectInvalid(`${key}: is of epoch ${found.record.epoch}, and the last one is ${last.epoch}`);
  }
  if (seal !== undefined && found.seal !== seal) {
    throw objectInvalid(`${key}: its seal is ${found.seal}, and the run goes on from ${seal}`);
  }
  return [...epochs.slice(0, -1), { ...last, clients: found.record.clients }];
}
