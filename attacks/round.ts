import { hexToBytes } from "@noble/hashes/utils.js";
import { aggregateRound } from "../functions/aggregate-round/aggregate-round.ts";
import { defaultDeployment } from "../functions/footprints.ts";
import { prepareRun } from "../functions/prepare-run/prepare-run.ts";
import { simulatedData } from "../functions/train-client/client-data.ts";
import { trainClient } from "../functions/train-client/train-client.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import { type Dataset, encodeDataset } from "../shared/dataset/dataset.ts";
import { type Examples, takeExamples } from "../shared/dataset/examples.ts";
import { sha256Hex, weightsSha256 } from "../shared/digest.ts";
import { keys } from "../shared/layout.ts";
import type { MlpSpec } from "../shared/model/mlp/dense-layers.ts";
import { flattenTensors } from "../shared/model/parameters.ts";
import { permutation, randomStream } from "../shared/random.ts";
import { hasMasks } from "../shared/secure-aggregation/settings.ts";
import { decodeSafetensors } from "../shared/tensors/safetensors.ts";
import { chainAfter } from "../shared/workflow/chain.ts";
import { datasetRecordOf } from "../shared/workflow/dataset-record.ts";
import type { ClientReport, HelperReport } from "../shared/workflow/payloads.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { type HeldObjects, holdObjects } from "../storage/held-objects.ts";
import { encodeGlobal, readLinkedGlobal } from "../storage/model-objects.ts";
import { Plans } from "../storage/plans.ts";
import { readShard } from "../storage/shard-objects.ts";
import { keepSimulatedKey } from "../storage/simulated-keys.ts";
import { isKnown } from "./control.ts";
import { differenceOf } from "./inversion.ts";
import { nobodyCounts } from "./invocation.ts";
import { type MaskedRound, openedBy, seenOf } from "./masked.ts";

/** A federation that is attacked. */
export interface Cohort {
  readonly clients: number;
  /** That each client trains with; it holds out one more. */
  readonly examples: number;
  readonly hidden: number;
  readonly seed: number;
  /** Settings beside these, as --set takes them: what is to protect the clients. */
  readonly set?: readonly string[];
}

/** What a round leaves in the bucket, and what nobody but its owners should know. */
export interface Released {
  readonly spec: MlpSpec;
  /** The global model that the clients began with. */
  readonly before: Float32Array;
  /** What each client's update is in the bucket, as a change of the model up to a factor, ascending by client. */
  readonly updates: readonly Float32Array[];
  /** The same without its masks, as two helpers who tell each other all they know have it; where there are masks. */
  readonly opened?: readonly Float32Array[];
  /** What they add up to, likewise: the step to the next global model. */
  readonly sum: Float32Array;
  /** The examples that each has trained with. */
  readonly truth: readonly Examples[];
}

/** Asks the helpers for sums. @param writer of the run */
export type Ask = (round: MaskedRound, writer: string) => Promise<void>;

/** What the aggregator hands out in place of a global model, knowing only its shape. */
export type Craft = (spec: MlpSpec) => Float32Array;

const run = "attacked";

/**
 * Plays a round by the functions that are deployed, over objects in memory: PrepareRun, each TrainClient, AggregateRound. Each
 * client trains one epoch in batches of 8 at a learning rate of 0.1.
 * @param ask of a masked round, before its helpers open what the coordinator would have asked for
 * @param craft in its place the first round is honest, and the clients train the crafted model in the second
 */
export async function playRound(
  dataset: Dataset,
  cohort: Cohort,
  craft?: Craft,
  ask?: Ask,
): Promise<Released> {
  const content = drawn(dataset, cohort);
  const bytes = encodeDataset(content);
  const digest = await sha256Hex(bytes);
  const record = {
    run,
    createdAt: "2026-01-01T00:00:00.000Z",
    config: configOf(cohort),
    dataset: datasetRecordOf({ ...content, source: "attack" }, digest),
  };
  const held = new Map([[keys.dataset(digest), bytes]]);
  const first = holdObjects(held);
  await first.objects.putRecord(keys.config(run), record);
  await keepSimulatedKey(first.objects, run, await secretOf(cohort));
  const prepared = await prepareRun(first.objects, defaultDeployment, {
    env: {},
    limits: { passes: 1 },
  }).work({ input: { run }, execution }, nobodyCounts);
  const honest = await trainAll(
    first,
    prepared,
    prepared.federation.round,
    prepared.federation.chainSha256,
    ask,
  );
  if (!craft) return honest;
  const { before, stateSha256, recordSha256 } = await readLinkedGlobal(first.objects, honest.plan, 1);
  const crafted = craft(honest.spec);
  const forged = { before, stateSha256, recordSha256, weightsSha256: await weightsSha256(crafted) };
  const second = holdObjects(
    new Map([
      ...held,
      ...first.written,
      [keys.global(run, 1), encodeGlobal(honest.plan, 1, crafted, forged)],
    ]),
  );
  return trainAll(second, prepared, 2, chainAfter(forged));
}

type Prepared = Awaited<ReturnType<ReturnType<typeof prepareRun>["work"]>>;

async function trainAll(
  { objects, written }: HeldObjects,
  { run, plan: seal, writer, federation }: Prepared,
  round: number,
  chainSha256: string,
  ask?: Ask,
): Promise<Released & { readonly plan: Plan }> {
  const plan = await new Plans(objects).of(run, seal);
  const { model } = plan;
  if (model.kind !== "mlp") throw new Error(`an attack on ${model.kind} is not here`);
  const client = trainClient(objects, simulatedData(objects, 2 ** 24));
  const underWay = { run, plan: seal, writer };
  const reports: ClientReport[] = [];
  for (const { client: id, task } of federation.participants) {
    const asked = { ...underWay, round, attempt: 1, task, client: id, chainSha256 };
    reports.push(await client.work(asked, nobodyCounts));
  }
  const { parameters: before, weightsSha256: globalSha256 } = await readLinkedGlobal(
    objects,
    plan,
    round - 1,
  );
  const numbers = federation.participants.map(({ client: id }) => id);
  const shards = await Promise.all(numbers.map((id) => readShard(objects, plan, id)));
  const released = { plan, spec: model, before, truth: shards.map(({ train }) => train) };
  // whoever has crafted the model has no use for the next one, and adds up what came
  const goesOn = round === federation.round;
  const step = async (opened?: HelperReport[]) => {
    const told = opened ? { ...federation, opened } : federation;
    await aggregateRound(objects, defaultDeployment).work(
      { ...underWay, federation: told, reports },
      nobodyCounts,
    );
    const { parameters } = await readLinkedGlobal(objects, plan, round);
    return differenceOf(parameters, before);
  };
  if (!hasMasks(plan.config)) {
    const updates = numbers.map((id) =>
      differenceOf(stored(written, keys.update(run, round, id), model), before),
    );
    return { ...released, updates, sum: goesOn ? await step() : sumOf(updates) };
  }
  const context = { run, attempt: 1, round, plan: seal, chainSha256, globalSha256 };
  const masked = { objects, plan, context, federation, reports };
  await ask?.(masked, writer);
  const seen = await Promise.all(numbers.map((id) => seenOf(masked, id)));
  const opened = seen.map((one) => one.opened);
  return {
    ...released,
    updates: seen.map((one) => one.masked),
    opened,
    sum: goesOn ? await step(await openedBy(masked, writer)) : sumOf(opened),
  };
}

/** What clients draw noise from: another one for each seed, and the same figures whenever the table is made. */
async function secretOf({ seed }: Cohort): Promise<Uint8Array> {
  return hexToBytes(await sha256Hex(new TextEncoder().encode(`attacked ${seed}`)));
}

function sumOf(updates: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0)] = updates;
  return first.map((_, i) => updates.reduce((sum, one) => sum + (one[i] as number), 0));
}

function stored(written: ReadonlyMap<string, Uint8Array>, key: string, model: MlpSpec): Float32Array {
  const bytes = written.get(key);
  if (!bytes) throw new Error(`nobody has written ${key}`);
  return flattenTensors(model, decodeSafetensors(bytes).tensors);
}

/** As many examples as the cohort takes, drawn without repetition from those that the attacker has not. */
function drawn(dataset: Dataset, { clients, examples, seed }: Cohort): Dataset {
  const order = permutation(dataset.examples.count, randomStream(seed, "partition"));
  const rows = order.filter((row) => !isKnown(row));
  const { name, source, classes, imageShape, examples: all } = dataset;
  return {
    ...{ name, source, classes, ...(imageShape && { imageShape }) },
    examples: takeExamples(all, rows.slice(0, clients * (examples + 1))),
  };
}

function configOf({ clients, examples, hidden, seed, set = [] }: Cohort) {
  return resolveConfig({
    file: {
      seed,
      dataset: { heldOut: 1 / (examples + 1) },
      partition: { kind: "iid", clients },
      model: { hidden: [hidden] },
      training: { learningRate: 0.1, batchSize: 8, localEpochs: 1 },
      federation: { rounds: 2 },
      baseline: { enabled: false },
    },
    set: [...set],
  });
}

const execution = {
  id: "arn:aws:states:eu-west-1:123456789012:execution:fedstep:attacked",
  name: run,
  startTime: "2026-01-01T00:00:00.000Z",
};
