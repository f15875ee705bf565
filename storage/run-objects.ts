import { weightsSha256 } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { ModelSpec } from "../shared/model/spec.ts";
import { likeModel, type VectorShapes } from "../shared/model/vector-shape.ts";
import { modelWithVectors } from "../shared/model/vectors.ts";
import { vectorsSize } from "../shared/model/vectors-size.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { figuresBytes } from "../shared/workflow/record-size.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import {
  type BaselineEpoch,
  baselineEpoch,
  roundMetrics,
  type TimedRound,
} from "../shared/workflow/round-records.ts";
import { type Counted, withClients } from "./baseline-objects.ts";
import { checkpointVectors } from "./checkpoint-objects.ts";
import { naming } from "./naming.ts";
import { readNumbered } from "./numbered-records.ts";
import type { Objects } from "./objects.ts";
import type { SealedRecord } from "./sealed-records.ts";
import { withTimes } from "./timed-rounds.ts";

/** The metrics of the first so many rounds, and what they took. @throws ObjectMissing or ObjectInvalid */
export async function readRounds(objects: Objects, plan: Counted, count: number): Promise<TimedRound[]> {
  const key = (round: number) => keys.roundMetrics(plan.run, round);
  const kind = { key, schema: roundMetrics, most: figuresBytes(plan) };
  return withTimes(objects, plan.run, await readNumbered(objects, kind, count));
}

/** The epochs of a baseline that is done, as many as given. @throws ObjectMissing or ObjectInvalid */
export async function readEpochs(objects: Objects, plan: Counted, count: number): Promise<BaselineEpoch[]> {
  const key = (epoch: number) => keys.baselineEpoch(plan.run, epoch);
  const kind = { key, schema: baselineEpoch, most: figuresBytes(plan) };
  return withClients(objects, plan, recordsOf(await readNumbered(objects, kind, count)));
}

/** The metrics of rounds that stand, and what they took, from the given one up to the first that does not. @throws ObjectInvalid */
export async function completedRounds(objects: Objects, run: string, first = 1): Promise<TimedRound[]> {
  const key = (n: number) => keys.roundMetrics(run, first - 1 + n);
  return withTimes(objects, run, await readNumbered(objects, { key, schema: roundMetrics }));
}

/** The baseline's epochs that stand, likewise. @throws ObjectInvalid */
export async function completedEpochs(objects: Objects, run: string, first = 1): Promise<BaselineEpoch[]> {
  const key = (n: number) => keys.baselineEpoch(run, first - 1 + n);
  return recordsOf(await readNumbered(objects, { key, schema: baselineEpoch }));
}

const recordsOf = <T>(sealed: readonly SealedRecord<T>[]) => sealed.map(({ record }) => record);

/**
 * The models that a run keeps, flat by their layout.
 * @throws ObjectMissing, or ObjectInvalid where they are not the ones that the result speaks of
 */
export async function readFinalModels(
  objects: Objects,
  { run, model }: Pick<Plan, "run" | "model">,
  { federated, baseline }: Pick<Outcome, "federated" | "baseline">,
): Promise<{ model: ModelSpec; federated: Float32Array; baseline?: Float32Array }> {
  const read = async (key: string, beside: VectorShapes, digest: string) => {
    const { tensors } = await objects.getTensors(
      key,
      vectorsSize(model, [likeModel, ...Object.values(beside)]),
    );
    const { parameters } = naming(key, () => modelWithVectors(model, tensors, beside));
    const found = await weightsSha256(parameters);
    if (found !== digest) {
      throw objectInvalid(`${key}: the weights have digest ${found}, the result says ${digest}`);
    }
    return parameters;
  };
  const [global, checkpoint] = await Promise.all([
    read(keys.global(run, federated.round), {}, federated.weightsSha256),
    baseline &&
      read(keys.baselineCheckpoint(run, baseline.epochs.length), checkpointVectors, baseline.weightsSha256),
  ]);
  return { model, federated: global, ...(checkpoint && { baseline: checkpoint }) };
}
