import { sha256Hex, weightsSha256 } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { Reached } from "../shared/model/baseline.ts";
import { parameterCount, parameterTensors } from "../shared/model/parameters.ts";
import type { ModelSpec } from "../shared/model/spec.ts";
import { likeModel } from "../shared/model/vector-shape.ts";
import { modelWithVectors, vectorTensors } from "../shared/model/vectors.ts";
import { vectorsSize } from "../shared/model/vectors-size.ts";
import type { ObjectSize } from "../shared/tensors/object-size.ts";
import type { Link } from "../shared/workflow/chain.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { type Usage, usageSchema } from "../shared/workflow/usage.ts";
import { parseJson } from "./json.ts";
import { linkMetadata, readLink } from "./linked-headers.ts";
import { readLinkedGlobal } from "./model-objects.ts";
import { naming } from "./naming.ts";
import type { Objects } from "./objects.ts";

/** Where the baseline stands after an epoch, with its place in the run's history. */
export interface Checkpoint extends Reached {
  /** The chain after the epoch. */
  readonly chainSha256: string;
}

/**
 * Epoch 0 is the federation's own start.
 * @param chainSha256 the chain after the epoch, where the reader knows that
 * @throws ObjectMissing, or ObjectInvalid where it is not the checkpoint of that epoch, or not of that chain
 */
export async function readCheckpoint(
  objects: Objects,
  plan: Plan,
  epoch: number,
  chainSha256?: string,
): Promise<Checkpoint> {
  if (epoch === 0) {
    const start = await readLinkedGlobal(objects, plan, 0, chainSha256);
    const velocity = new Float32Array(parameterCount(plan.model));
    return { epoch, parameters: start.parameters, velocity, chainSha256: start.chainSha256 };
  }
  const { key, tensors, metadata } = await readWritten(objects, plan, epoch);
  const { parameters, vectors } = naming(key, () => modelWithVectors(plan.model, tensors, checkpointVectors));
  const { velocity } = vectors;
  const found = {
    weightsSha256: await weightsSha256(parameters),
    stateSha256: await weightsSha256(velocity),
  };
  return { epoch, parameters, velocity, ...readLink(key, metadata, found, chainSha256) };
}

/**
 * What the baseline's invocations had used by then, as versions before format 4 wrote it into the checkpoint.
 * @throws ObjectMissing or ObjectInvalid
 */
export async function usageInHeader(
  objects: Objects,
  plan: Pick<Plan, "run" | "model">,
  epoch: number,
): Promise<Usage> {
  const { key, metadata } = await readWritten(objects, plan, epoch);
  const usage = new TextEncoder().encode(metadata.usage ?? "");
  if ((await sha256Hex(usage)) !== metadata.usageSha256) {
    throw objectInvalid(`${key}: the usage in its header has another digest than stands beside it`);
  }
  return parseJson(key, usage, usageSchema);
}

/** @param link of the epoch */
export async function writeCheckpoint(
  objects: Objects,
  plan: Plan,
  { epoch, parameters, velocity }: Checkpoint,
  link: Link,
): Promise<void> {
  await objects.putTensors(
    keys.baselineCheckpoint(plan.run, epoch),
    [
      ...parameterTensors(plan.model, parameters),
      ...vectorTensors(plan.model, checkpointVectors, { velocity }),
    ],
    { run: plan.run, epoch: String(epoch), ...linkMetadata(link) },
    "once",
  );
}

/** What stands in a checkpoint beside the model: the momentum of its training. */
export const checkpointVectors = { velocity: likeModel };

/** How large a checkpoint can be. */
export function checkpointSize(model: ModelSpec): ObjectSize {
  return vectorsSize(model, [likeModel, ...Object.values(checkpointVectors)]);
}

async function readWritten(objects: Objects, { run, model }: Pick<Plan, "run" | "model">, epoch: number) {
  const key = keys.baselineCheckpoint(run, epoch);
  const { tensors, metadata } = await objects.getTensors(key, checkpointSize(model));
  if (metadata.run !== run || metadata.epoch !== String(epoch)) {
    throw objectInvalid(`${key}: says that it is epoch ${metadata.epoch} of run ${metadata.run}`);
  }
  return { key, tensors, metadata };
}
