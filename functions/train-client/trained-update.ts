import { localTraining } from "../../shared/client/local-training.ts";
import type { Trained } from "../../shared/client/procedure.ts";
import { clientRandom } from "../../shared/client/randomness.ts";
import type { ClientUpdate } from "../../shared/client/update.ts";
import { updateTensors } from "../../shared/client/update-tensors.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { updateInvalid } from "../../shared/errors.ts";
import { distanceOf } from "../../shared/metrics/drift.ts";
import { localAmount } from "../../shared/model/local-work.ts";
import { layoutOf } from "../../shared/model/spec.ts";
import type { Trainer } from "../../shared/model/trainer.ts";
import type { Vectors } from "../../shared/model/vector-shape.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { guaranteeIn } from "../../shared/privacy/private-steps.ts";
import { serverStartOf } from "../../shared/rounds/server-start.ts";
import { keptSalt } from "../../shared/secure-aggregation/seeds.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import { beyondRange } from "../../shared/strategy/range.ts";
import { hasKept, type ServerStart, type Strategy } from "../../shared/strategy/strategy.ts";
import { throughStages } from "../../shared/update/staged.ts";
import { openStages } from "../../shared/update/stages.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { LinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { writeKept } from "../../storage/strategy-objects.ts";
import type { Invocation } from "../invocation.ts";
import type { ClientSecret } from "./client-data.ts";
import { readClientVectors } from "./client-vectors.ts";
import type { PreparedShard } from "./prepared-shard.ts";

/** A client that trains in a round, with all that it needs for it. */
export interface TrainingClient {
  readonly round: number;
  /** Number of the execution. */
  readonly attempt: number;
  readonly client: number;
  /** The model that the round starts from. */
  readonly before: LinkedGlobal;
  readonly shard: PreparedShard;
  readonly secret: ClientSecret;
  readonly trainer: Trainer;
  /** Of the round. */
  readonly learningRate: number;
  /** What may have led there where a training diverges. */
  readonly blame: string;
}

/** What a client sends of its training, whether in the open or masked. */
export interface TrainedUpdate {
  readonly update: ClientUpdate;
  /** What the server goes on from, as far as a client knows it. */
  readonly start: ServerStart;
  readonly seen: number;
  /** null where the privacy of the examples withholds it. */
  readonly lossSum: number | null;
  readonly keptSha256?: string | undefined;
}

/**
 * Runs the strategy's procedure, stores what the client keeps, and gives what it sends.
 * @throws TrainingDiverged, UpdateInvalid where the server could not add it up
 */
export async function trainedUpdate(
  objects: Objects,
  plan: Plan,
  { round, attempt, client, before, shard, secret, trainer, learningRate, blame }: TrainingClient,
  timed: Invocation["timed"],
): Promise<TrainedUpdate> {
  const { config, model } = plan;
  const { training } = config;
  const global = before.parameters;
  const strategy = strategyOf(config);
  const { client: procedure } = strategy;
  const vectors = await timed("read", () =>
    readClientVectors(objects, plan, strategy, { round, client }, before),
  );
  const random = randomOf(plan, { round, attempt, client, before, secret });
  const promised = plan.privacy && guaranteeIn(config) && { privacy: plan.privacy, random };
  const local = { config, promised, round, client, learningRate, trainer, blame, ...shard };
  const { trained, sent, kept } = await timed("train", () =>
    procedure.run({
      global,
      layout: layoutOf(model),
      training: { ...training, learningRate },
      ...vectors,
      random,
      ...localTraining(local, procedure),
    }),
  );
  const { count } = shard.train;
  const parameters = procedure.sends.model ? trained.parameters : new Float32Array(0);
  const untouched = { client, examples: count, steps: trained.steps, parameters, sent };
  const start = serverStartOf(plan, global, vectors.received);
  const update = throughStages(openStages(config.federation.update), untouched, start, random);
  assertSummable(strategy, global, update, trained);
  const at = { round, attempt, client };
  // nobody who guesses what it keeps can tell by a digest
  const salt = hasMasks(config) ? keptSalt(secret.key, { run: plan.run, ...at }) : undefined;
  const keptSha256 = hasKept(strategy)
    ? await timed("write", () => writeKept(objects, plan, procedure.keeps, at, kept, salt))
    : undefined;
  const lossSum = guaranteeIn(config) ? null : trained.lossSum;
  return { update, start, seen: localAmount(config, count).seen, lossSum, keptSha256 };
}

/** The same in the open: its tensors, and what the update's header says of the training and of these. */
export async function openUpdate(
  { config, model }: Pick<Plan, "config" | "model">,
  { update, seen, lossSum, keptSha256 }: TrainedUpdate,
) {
  const { sends } = strategyOf(config).client;
  const { examples, steps, parameters, sent } = update;
  return {
    tensors: updateTensors(model, sends, update),
    told: {
      ...{ examples, steps, seen, lossSum },
      ...(sends.model && { weightsSha256: await weightsSha256(parameters) }),
      sentSha256: await digestsOf(sent),
      ...(keptSha256 !== undefined && { keptSha256 }),
    },
  };
}

/** The two sources of random numbers of a client in a round. */
export function randomOf(
  { run, config }: Plan,
  {
    round,
    attempt,
    client,
    before,
    secret,
  }: Pick<TrainingClient, "round" | "attempt" | "client" | "before" | "secret">,
) {
  const { chainSha256 } = before;
  return clientRandom(config.seed, secret.key, {
    run,
    round,
    attempt,
    client,
    chainSha256,
    shardSha256: secret.examplesSha256,
  });
}

/** @throws UpdateInvalid, before anything is sent that the server cannot add up */
function assertSummable(
  strategy: Strategy,
  global: Float32Array,
  update: ClientUpdate,
  { start, parameters, distance }: Trained,
): void {
  const known = start === global && parameters === update.parameters;
  const norm = known ? distance : distanceOf(update.parameters, global);
  const problem = beyondRange(strategy, global, update, norm);
  if (problem !== undefined) throw updateInvalid(`client ${update.client}: ${problem}`);
}

async function digestsOf(vectors: Vectors): Promise<Record<string, string>> {
  const digests = Object.entries(vectors).map(async ([name, vector]) => [name, await weightsSha256(vector)]);
  return Object.fromEntries(await Promise.all(digests));
}
