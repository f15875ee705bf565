import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { flattenTensors, parameterTensors } from "../shared/model/parameters.ts";
import { parameterCount } from "../shared/model/shape.ts";
import { splitVectors, vectorTensors } from "../shared/model/vectors.ts";
import type { Plan } from "../shared/workflow/records.ts";
import { readGlobal } from "./model-objects.ts";
import type { Objects } from "./objects.ts";

/** Where the baseline stands after an epoch: all that the next epoch depends on. */
export interface Checkpoint {
  readonly epoch: number;
  readonly parameters: Float32Array;
  /** SGD's momentum. */
  readonly velocity: Float32Array;
}

/** Epoch 0 is the federation's own start. */
export async function readCheckpoint(objects: Objects, plan: Plan, epoch: number): Promise<Checkpoint> {
  if (epoch === 0) {
    const parameters = await readGlobal(objects, plan, 0);
    return { epoch, parameters, velocity: new Float32Array(parameterCount(plan.shape)) };
  }
  const key = keys.baselineCheckpoint(plan.run, epoch);
  const { tensors, metadata } = await objects.getTensors(key);
  if (metadata.run !== plan.run || metadata.epoch !== String(epoch)) {
    throw objectInvalid(`${key}: says that it is epoch ${metadata.epoch} of run ${metadata.run}`);
  }
  const { model, vectors } = splitVectors(plan.shape, tensors);
  if (!vectors.velocity) throw objectInvalid(`${key}: has no velocity`);
  return { epoch, parameters: flattenTensors(plan.shape, model), velocity: vectors.velocity };
}

export function writeCheckpoint(objects: Objects, plan: Plan, checkpoint: Checkpoint): Promise<void> {
  const { epoch, parameters, velocity } = checkpoint;
  return objects.putTensors(
    keys.baselineCheckpoint(plan.run, epoch),
    [...parameterTensors(plan.shape, parameters), ...vectorTensors(plan.shape, { velocity })],
    { run: plan.run, epoch: String(epoch) },
  );
}
