import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { flattenTensors, parameterTensors } from "../shared/model/parameters.ts";
import { parameterCount } from "../shared/model/shape.ts";
import { splitVectors, vectorTensors } from "../shared/model/vectors.ts";
import type { Plan } from "../shared/workflow/records.ts";
import { noUsage, type Usage, usageSchema } from "../shared/workflow/usage.ts";
import { parseJson } from "./json.ts";
import { readGlobal } from "./model-objects.ts";
import type { Objects } from "./objects.ts";

/** Where the baseline stands after an epoch: all that the next epoch depends on. */
export interface Checkpoint {
  readonly epoch: number;
  readonly parameters: Float32Array;
  /** SGD's momentum. */
  readonly velocity: Float32Array;
}

/** Epoch 0 is the federation's own start. @throws ObjectMissing or ObjectInvalid */
export async function readCheckpoint(objects: Objects, plan: Plan, epoch: number): Promise<Checkpoint> {
  if (epoch === 0) {
    const parameters = await readGlobal(objects, plan, 0);
    return { epoch, parameters, velocity: new Float32Array(parameterCount(plan.shape)) };
  }
  const { key, tensors } = await readWritten(objects, plan.run, epoch);
  const { model, vectors } = splitVectors(plan.shape, tensors);
  if (!vectors.velocity) throw objectInvalid(`${key}: has no velocity`);
  return { epoch, parameters: flattenTensors(plan.shape, model), velocity: vectors.velocity };
}

/** What the baseline's invocations had used when the checkpoint was written. @throws ObjectMissing or ObjectInvalid */
export async function usageAtCheckpoint(objects: Objects, run: string, epoch: number): Promise<Usage> {
  if (epoch === 0) return noUsage;
  const { key, metadata } = await readWritten(objects, run, epoch);
  return parseJson(key, new TextEncoder().encode(metadata.usage ?? ""), usageSchema);
}

/** @param usage of the baseline's invocations so far: the one thing in a checkpoint that a repetition may not repeat */
export function writeCheckpoint(
  objects: Objects,
  plan: Plan,
  checkpoint: Checkpoint,
  usage: Usage,
): Promise<void> {
  const { epoch, parameters, velocity } = checkpoint;
  return objects.putTensors(
    keys.baselineCheckpoint(plan.run, epoch),
    [...parameterTensors(plan.shape, parameters), ...vectorTensors(plan.shape, { velocity })],
    { run: plan.run, epoch: String(epoch), usage: JSON.stringify(usage) },
  );
}

async function readWritten(objects: Objects, run: string, epoch: number) {
  const key = keys.baselineCheckpoint(run, epoch);
  const { tensors, metadata } = await objects.getTensors(key);
  if (metadata.run !== run || metadata.epoch !== String(epoch)) {
    throw objectInvalid(`${key}: says that it is epoch ${metadata.epoch} of run ${metadata.run}`);
  }
  return { key, tensors, metadata };
}
