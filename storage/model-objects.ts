import { weightsSha256 } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { flattenTensors, parameterTensors } from "../shared/model/parameters.ts";
import { type Plan, planRecord } from "../shared/workflow/records.ts";
import type { Objects } from "./objects.ts";

/** The plan of a run never changes once written; a warm environment reads it once. */
export class Plans {
  readonly #objects: Objects;
  #latest: Plan | undefined;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  async of(run: string): Promise<Plan> {
    if (this.#latest?.run !== run) this.#latest = await this.#objects.getRecord(keys.plan(run), planRecord);
    return this.#latest;
  }
}

/** @throws ObjectMissing, or ObjectInvalid where it is not the model of that round or its digest does not match */
export async function readGlobal(objects: Objects, plan: Plan, round: number): Promise<Float32Array> {
  return (await readLinkedGlobal(objects, plan, round)).parameters;
}

/** A global model with what ties it to the rounds before it. */
export interface LinkedGlobal {
  readonly parameters: Float32Array;
  readonly weightsSha256: string;
  /** As of shared/workflow/chain. */
  readonly chainSha256: string;
}

/** @throws ObjectMissing, or ObjectInvalid where it is not the model of that round or its digest does not match */
export async function readLinkedGlobal(objects: Objects, plan: Plan, round: number): Promise<LinkedGlobal> {
  const key = keys.global(plan.run, round);
  const { tensors, metadata } = await objects.getTensors(key);
  const parameters = flattenTensors(plan.shape, tensors);
  if (metadata.run !== plan.run || metadata.round !== String(round)) {
    throw objectInvalid(`${key}: says that it is round ${metadata.round} of run ${metadata.run}`);
  }
  const digest = await weightsSha256(parameters);
  if (metadata.weightsSha256 !== digest) {
    throw objectInvalid(
      `${key}: the weights have digest ${digest}, its header says ${metadata.weightsSha256}`,
    );
  }
  return { parameters, weightsSha256: digest, chainSha256: metadata.chainSha256 ?? "" };
}

/**
 * Writes the global model of a round.
 * @param chain gives the chain's digest after the round from the model's
 */
export async function writeGlobal(
  objects: Objects,
  plan: Pick<Plan, "run" | "shape">,
  round: number,
  parameters: Float32Array,
  chain: (weightsSha256: string) => string,
): Promise<LinkedGlobal> {
  const digest = await weightsSha256(parameters);
  const chainSha256 = chain(digest);
  await objects.putTensors(keys.global(plan.run, round), parameterTensors(plan.shape, parameters), {
    run: plan.run,
    round: String(round),
    weightsSha256: digest,
    chainSha256,
  });
  return { parameters, weightsSha256: digest, chainSha256 };
}
