import { isDeepStrictEqual } from "node:util";
import { objectTaken } from "../../shared/errors.ts";
import { keys, ownObjectsOf } from "../../shared/layout.ts";
import { type PartitionRecord, type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { assertSameArithmetic, buildOf, thisWriter, writerName } from "../../shared/workflow/writer.ts";
import type { Objects } from "../../storage/objects.ts";
import { sealRecord } from "../../storage/sealed-records.ts";

export interface KeptPlan {
  readonly plan: Plan;
  readonly seal: string;
  /** The record of the partition as the plan names it, to be written under its key. */
  readonly partitionText: string;
}

/**
 * Writes the plan down, unless an attempt before has. It comes before all that is made by it, since its seal, which tells who
 * wrote it, stands in the model's header: a later version goes on from an earlier one's plan.
 * @throws ObjectTaken where that one has another partition, or another start; ArithmeticDiffers
 */
export async function keepPlan(
  objects: Objects,
  unsealed: Omit<Plan, "partitionSeal">,
  partition: PartitionRecord,
): Promise<KeptPlan> {
  const { run, start } = unsealed;
  const [key, partitionKey] = [keys.plan(run), keys.partition(run)];
  const told = await sealRecord(partitionKey, partition);
  const plan = { ...unsealed, partitionSeal: told.seal };
  const seal = await objects.putNewRecord(key, plan);
  if (seal !== undefined) return { plan, seal, partitionText: told.text };

  const stands = await objects.getSealed(key, planRecord);
  const { record, writer } = stands;
  assertSameArithmetic(run, writer);
  // with the name of whoever has planned with it: so it has the bytes that may stand there already
  const named = await sealRecord(partitionKey, partition, undefined, writer);
  if (record.partitionSeal === named.seal && isDeepStrictEqual(record.start, start)) {
    return { plan: record, seal: stands.seal, partitionText: named.text };
  }
  throw objectTaken(
    `${key}: ${writerName(writer)} has planned the run, and ${writerName(thisWriter)} divides or starts it otherwise; take ` +
      `${buildOf(writer)} for it, or ${startAnew(run)}`,
  );
}

/** What a person does about a run of which nothing is trained yet. */
export function startAnew(run: string): string {
  return `have all below ${ownObjectsOf(run)} removed but ${keys.config(run)}, and resume the run: nothing is trained yet`;
}
