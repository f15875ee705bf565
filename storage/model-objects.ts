import { weightsSha256 } from "../shared/digest.ts";
import { isNamed, objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { flattenTensors, parameterTensors } from "../shared/model/parameters.ts";
import { likeModel } from "../shared/model/vector-shape.ts";
import { vectorsSize } from "../shared/model/vectors-size.ts";
import { encodeSafetensors } from "../shared/tensors/safetensors.ts";
import { chainAfter, type Link } from "../shared/workflow/chain.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { linkMetadata, readLink } from "./linked-headers.ts";
import { naming } from "./naming.ts";
import type { Objects } from "./objects.ts";

/** A global model with its place in the run's history. */
export interface LinkedGlobal extends Link {
  readonly parameters: Float32Array;
  readonly weightsSha256: string;
  /** The chain after it. */
  readonly chainSha256: string;
}

/**
 * @param chainSha256 the chain after it, where the reader knows that: what ties it to all before it
 * @throws ObjectMissing, or ObjectInvalid where it is not the model of that round, or not of that chain
 */
export async function readLinkedGlobal(
  objects: Objects,
  plan: Pick<Plan, "run" | "model">,
  round: number,
  chainSha256?: string,
): Promise<LinkedGlobal> {
  const key = keys.global(plan.run, round);
  const { tensors, metadata } = await objects.getTensors(key, vectorsSize(plan.model, [likeModel]));
  const parameters = naming(key, () => flattenTensors(plan.model, tensors));
  if (metadata.run !== plan.run || metadata.round !== String(round)) {
    throw objectInvalid(`${key}: says that it is round ${metadata.round} of run ${metadata.run}`);
  }
  const found = { weightsSha256: await weightsSha256(parameters) };
  return { parameters, ...readLink(key, metadata, found, chainSha256), ...found };
}

/** The bytes of a global model's object. */
export function encodeGlobal(
  { run, model }: Pick<Plan, "run" | "model">,
  round: number,
  parameters: Float32Array,
  link: Link,
): Uint8Array {
  return encodeSafetensors(parameterTensors(model, parameters), {
    run,
    round: String(round),
    ...linkMetadata(link),
  });
}

/**
 * Writes the global model of a round. One that another version has written before, whose header says more, is that model
 * where its chain is this one's.
 * @throws ObjectTaken
 */
export async function writeGlobal(
  objects: Objects,
  plan: Pick<Plan, "run" | "model">,
  round: number,
  parameters: Float32Array,
  link: Link & Pick<LinkedGlobal, "weightsSha256">,
): Promise<LinkedGlobal> {
  const bytes = encodeGlobal(plan, round, parameters, link);
  const chainSha256 = chainAfter(link);
  try {
    await objects.put(keys.global(plan.run, round), bytes, "application/octet-stream", "once");
  } catch (error) {
    if (!isNamed(error, "ObjectTaken")) throw error;
    await readLinkedGlobal(objects, plan, round, chainSha256).catch((found: unknown) => {
      throw isNamed(found, "ObjectInvalid") ? error : found;
    });
  }
  return { ...link, parameters, chainSha256 };
}
