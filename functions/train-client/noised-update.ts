import { localAmount } from "../../shared/model/local-work.ts";
import { noisedChangeOf, noisedChangesOf } from "../../shared/privacy/clients/noised-changes.ts";
import { noisedSum, noisedSumsOf } from "../../shared/privacy/noised-sum.ts";
import type { NoisedPart } from "../../shared/secure-aggregation/update-integers.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Objects } from "../../storage/objects.ts";
import type { Invocation } from "../invocation.ts";
import { randomOf, type TrainingClient, trainedUpdate } from "./trained-update.ts";

/** A client's part of a sum of gradients to which all of the round add their noise. */
export interface NoisedUpdate extends NoisedPart {
  /** Of the plan, as it is told: who was sampled stays with the client. */
  readonly examples: number;
  readonly steps: number;
  readonly seen: number;
}

/** Samples, clips and adds the client's share of the noise. */
export async function noisedUpdate(
  plan: Plan,
  { round, attempt, client, before, shard, secret, trainer }: TrainingClient,
  timed: Invocation["timed"],
): Promise<NoisedUpdate> {
  const { parameters: global } = before;
  const random = randomOf(plan, { round, attempt, client, before, secret });
  const noised = noisedSumsOf(plan, global.length);
  const units = await timed("train", () => noisedSum(trainer, global, shard.train, noised, random));
  const { count } = shard.train;
  return { units, examples: count, ...localAmount(plan.config, count) };
}

/** Where clients hide themselves: trains, shortens the change, and adds the client's share of the noise. */
export async function noisedChange(
  objects: Objects,
  plan: Plan,
  training: TrainingClient,
  timed: Invocation["timed"],
): Promise<NoisedUpdate> {
  const { parameters: global } = training.before;
  const { update, seen } = await trainedUpdate(objects, plan, training, timed);
  const noised = noisedChangesOf(plan, global.length);
  const units = noisedChangeOf(update, global, noised, randomOf(plan, training));
  return { units, examples: update.examples, steps: update.steps, seen };
}
