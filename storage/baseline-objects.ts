import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { figuresBytes } from "../shared/workflow/record-size.ts";
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
export type Counted = Pick<Plan, "run"> & Parameters<typeof figuresBytes>[0];

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

/** @returns the seal of how each client fares with the model after the last epoch */
export function writeClients(
  objects: Objects,
  plan: Counted,
  epoch: number,
  clients: ClientFigures,
): Promise<string> {
  return objects.putRecord(
    keys.baselineClients(plan.run, epoch),
    { epoch, clients },
    figuresBytes(plan),
    "once",
  );
}

/** The seal of it, or undefined where a version before format 4 wrote it into the epoch's record. @throws ObjectInvalid */
export async function clientsSeal(objects: Objects, plan: Counted, epoch: number) {
  const key = keys.baselineClients(plan.run, epoch);
  return (await objects.findSealed(key, baselineClients, figuresBytes(plan)))?.seal;
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
  const key = keys.baselineClients(plan.run, last.epoch);
  const found = await objects.getSealed(key, baselineClients, figuresBytes(plan));
  if (seal !== undefined && found.seal !== seal) {
    throw objectInvalid(`${key}: its seal is ${found.seal}, and the run goes on from ${seal}`);
  }
  return [...epochs.slice(0, -1), { ...last, clients: found.record.clients }];
}
