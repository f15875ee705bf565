import type * as z from "zod";
import type { Examples } from "../../shared/dataset/examples.ts";
import { applyScaling } from "../../shared/dataset/scaling.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { assertEvaluated } from "../../shared/model/assert-finite.ts";
import type { Trainer } from "../../shared/model/trainer.ts";
import type { EvaluationSums } from "../../shared/task/tasks.ts";
import { parsePayload, trainClientInput } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { holdObjects } from "../../storage/held-objects.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { Plans } from "../../storage/plans.ts";
import { OpenTrainers } from "../open-trainers.ts";
import type { ClientData } from "./client-data.ts";
import type { PreparedShard } from "./prepared-shard.ts";
import { trainAlone } from "./train-alone.ts";
import { trainClient } from "./train-client.ts";

/** What an owner's process gives to the step that trains there. */
export interface OwnersWork {
  /** As the state machine would give it. */
  readonly input: z.input<typeof trainClientInput>;
  /** What the step reads of the run, by key. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** As the agreed schema reads them, not scaled yet. */
  readonly examples: { readonly train: Examples; readonly heldOut: Examples };
  readonly dataMac: string;
  /** 32 bytes, which nobody else has. */
  readonly secretKey: Uint8Array;
  /** What it tells of the model that it has trained alone, in its final pass. */
  readonly alone?: EvaluationSums | undefined;
}

/** A model that was trained alone beside the federation's, each on what the owner holds out. */
export interface TrainedAlone {
  readonly weightsSha256: string;
  readonly alone: EvaluationSums;
  readonly federated: EvaluationSums;
}

/**
 * The part of a client in a round where its owner keeps the examples: the very step that Lambda runs, over objects that came
 * to the owner and examples that stay there.
 * @returns what it would have written, by key
 * @throws whatever TrainClient throws; what it says may hold what is the owner's alone
 */
export async function workAtOwner(work: OwnersWork): Promise<ReadonlyMap<string, Uint8Array>> {
  const { objects, written } = holdObjects(work.objects);
  const step = trainClient(objects, ownData(work));
  const input = parsePayload(trainClientInput, work.input, step.name);
  await step.work(input, {
    // nobody pays for it
    usage: () => ({ count: 0, cold: 0, billedMs: 0, gbSeconds: 0 }),
    remainingMs: () => Number.POSITIVE_INFINITY,
    note: () => {},
    timed: (_phase, perform) => perform(),
  });
  return written;
}

/**
 * Trains alone for as many rounds as the run has had before the final pass. The model stays in this process.
 * @throws TrainingDiverged, and whatever reading throws
 */
export async function trainAloneAtOwner({
  input: { run, plan: seal, round, client, chainSha256 },
  objects: held,
  examples,
}: Pick<OwnersWork, "input" | "objects" | "examples">): Promise<TrainedAlone> {
  const { objects } = holdObjects(held);
  const plan = await new Plans(objects).of(run, seal);
  const trainer = await new OpenTrainers().of(plan);
  const global = await readLinkedGlobal(objects, plan, round - 1, chainSha256);
  const shard = preparedShard(plan, trainer, examples);
  const parameters = await trainAlone(plan, { client, rounds: round - 1 }, shard, trainer);
  const alone = await trainer.evaluate(parameters, shard.test);
  assertEvaluated(alone, "the model that was trained alone", "it was trained alone");
  const federated = await trainer.evaluate(global.parameters, shard.test);
  return { weightsSha256: await weightsSha256(parameters), alone, federated };
}

function ownData({ examples, secretKey, dataMac, alone }: OwnersWork): ClientData {
  return {
    shard: async (plan, _client, trainer) => preparedShard(plan, trainer, examples),
    secret: async () => ({ key: secretKey, examplesSha256: dataMac }),
    alone,
  };
}

function preparedShard(
  { scaling }: Plan,
  trainer: Trainer,
  { train, heldOut }: OwnersWork["examples"],
): PreparedShard {
  const prepared = (some: Examples) => trainer.prepare(scaling ? applyScaling(some, scaling) : some);
  return { train: prepared(train), test: prepared(heldOut) };
}
