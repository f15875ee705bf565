import { objectInvalid } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { flattenTensors, parameterTensors } from "../../shared/model/parameters.ts";
import { parameterCount } from "../../shared/model/shape.ts";
import type { Tensor } from "../../shared/tensors/safetensors.ts";
import type { Plan } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";
import { readGlobal } from "../model-objects.ts";

/** Where the baseline stands after an epoch: all that the next epoch depends on. */
export interface Checkpoint {
  readonly epoch: number;
  readonly parameters: Float32Array;
  /** SGD's momentum. */
  readonly velocity: Float32Array;
}

const velocityPrefix = "velocity.";

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
  const parameters = new Map<string, Tensor>();
  const velocity = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    if (name.startsWith(velocityPrefix)) velocity.set(name.slice(velocityPrefix.length), tensor);
    else parameters.set(name, tensor);
  }
  return {
    epoch,
    parameters: flattenTensors(plan.shape, parameters),
    velocity: flattenTensors(plan.shape, velocity),
  };
}

export function writeCheckpoint(objects: Objects, plan: Plan, checkpoint: Checkpoint): Promise<void> {
  const { epoch, parameters, velocity } = checkpoint;
  const momentum = parameterTensors(plan.shape, velocity).map((tensor) => ({
    ...tensor,
    name: `${velocityPrefix}${tensor.name}`,
  }));
  return objects.putTensors(
    keys.baselineCheckpoint(plan.run, epoch),
    [...parameterTensors(plan.shape, parameters), ...momentum],
    { run: plan.run, epoch: String(epoch) },
  );
}
