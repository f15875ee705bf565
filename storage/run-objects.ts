import pLimit from "p-limit";
import type * as z from "zod";
import { weightsSha256 } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { flattenTensors } from "../shared/model/parameters.ts";
import type { ModelShape } from "../shared/model/shape.ts";
import { splitVectors } from "../shared/model/vectors.ts";
import {
  type BaselineEpoch,
  baselineEpoch,
  type Plan,
  type Result,
  type RoundMetrics,
  roundMetrics,
} from "../shared/workflow/records.ts";
import type { Objects } from "./objects.ts";

/** Reads in flight: a run has hundreds of small objects, and S3 answers each in tens of milliseconds. */
const readers = 32;

/** The metrics of the first so many rounds. @throws ObjectMissing or ObjectInvalid */
export function readRounds(objects: Objects, run: string, count: number): Promise<RoundMetrics[]> {
  return readNumbered(objects, count, (round) => keys.roundMetrics(run, round), roundMetrics);
}

/** The baseline's first so many epochs. @throws ObjectMissing or ObjectInvalid */
export function readEpochs(objects: Objects, run: string, count: number): Promise<BaselineEpoch[]> {
  return readNumbered(objects, count, (epoch) => keys.baselineEpoch(run, epoch), baselineEpoch);
}

function readNumbered<T>(
  objects: Objects,
  count: number,
  key: (n: number) => string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const limit = pLimit(readers);
  return Promise.all(
    Array.from({ length: count }, (_, i) => limit(() => objects.getRecord(key(i + 1), schema))),
  );
}

/** The metrics of rounds that stand, from the given one up to the first that does not. @throws ObjectInvalid */
export function completedRounds(objects: Objects, run: string, first = 1): Promise<RoundMetrics[]> {
  return upToMissing(objects, first, (round) => keys.roundMetrics(run, round), roundMetrics);
}

/** The baseline's epochs that stand, likewise. @throws ObjectInvalid */
export function completedEpochs(objects: Objects, run: string, first = 1): Promise<BaselineEpoch[]> {
  return upToMissing(objects, first, (epoch) => keys.baselineEpoch(run, epoch), baselineEpoch);
}

async function upToMissing<T>(
  objects: Objects,
  first: number,
  key: (n: number) => string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const found: T[] = [];
  for (;;) {
    const next = await objects.findRecord(key(first + found.length), schema);
    if (!next) return found;
    found.push(next);
  }
}

/**
 * The models that a run keeps, flat in the order of denseLayers.
 * @throws ObjectMissing, or ObjectInvalid where they are not the ones that the result speaks of
 */
export async function readFinalModels(
  objects: Objects,
  { run, shape }: Pick<Plan, "run" | "shape">,
  { federated, baseline }: Pick<Result, "federated" | "baseline">,
): Promise<{ shape: ModelShape; federated: Float32Array; baseline?: Float32Array }> {
  const read = async (key: string, digest: string) => {
    const { tensors } = await objects.getTensors(key);
    // the baseline's momentum lies beside it
    const parameters = flattenTensors(shape, splitVectors(shape, tensors).model);
    const found = await weightsSha256(parameters);
    if (found !== digest) {
      throw objectInvalid(`${key}: the weights have digest ${found}, the result says ${digest}`);
    }
    return parameters;
  };
  const [global, checkpoint] = await Promise.all([
    read(keys.global(run, federated.round), federated.weightsSha256),
    baseline && read(keys.baselineCheckpoint(run, baseline.epochs.length), baseline.weightsSha256),
  ]);
  return { shape, federated: global, ...(checkpoint && { baseline: checkpoint }) };
}
