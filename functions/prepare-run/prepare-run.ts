import pLimit from "p-limit";
import type * as z from "zod";
import { decodeDataset } from "../../shared/dataset/dataset.ts";
import { type Examples, takeExamples } from "../../shared/dataset/examples.ts";
import { applyScaling, fitScaling, isScaled, momentsOf } from "../../shared/dataset/scaling.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { objectInvalid } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { initialParameters } from "../../shared/model/shape.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { resumedRound } from "../../shared/rounds/resumed-round.ts";
import { chainStart } from "../../shared/workflow/chain.ts";
import type { Deployment } from "../../shared/workflow/deployment.ts";
import { prepareRunInput, type prepareRunOutput } from "../../shared/workflow/payloads.ts";
import {
  type PartitionRecord,
  type Plan,
  partitionRecord,
  type RunRecord,
  runRecord,
} from "../../shared/workflow/records.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import { writeGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { writeShard } from "../../storage/shard-objects.ts";
import type { Step } from "../invocation.ts";
import { originsOf, readFork, takeRounds } from "./fork.ts";

/** Shards written at once: enough to hide the latency of S3, few enough to keep memory near one data set. */
const shardWriters = 4;

/** Divides the data set into the clients' shards, once per partition, and lays out the run. */
export function prepareRun(
  objects: Objects,
  deployment: Deployment,
): Step<z.output<typeof prepareRunInput>, z.output<typeof prepareRunOutput>> {
  return {
    name: "PrepareRun",
    input: prepareRunInput,
    async work({ run }, invocation) {
      const startedAt = Date.now();
      const record = await objects.getRecord(keys.config(run), runRecord);
      const { config, dataset } = record;
      const digest = partitionDigest(config, dataset.digest);
      const index = keys.shardIndex(dataset.digest, digest);
      const known = await findShards(objects, index);
      const partition = known ?? (await writeShards(objects, record, digest));

      const { features, classes } = dataset;
      const shape = { features, hidden: config.model.hidden, classes };
      const clients = partition.clients.map(({ client, train, heldOut }) => ({ client, train, heldOut }));
      const examiner = partition.testSet ? clients.length : null;
      const { scaling } = partition;
      const fork = await readFork(objects, record.from);
      const plan: Plan = {
        run,
        config,
        dataset,
        partition: digest,
        shards: partition.shards,
        scaling,
        shape,
        clients,
        examiner,
        origins: fork ? originsOf(fork) : [],
      };
      const start = await writeGlobal(objects, plan, 0, initialParameters(shape, config.seed), (weights) =>
        chainStart(plan, weights),
      );
      const taken = fork ? await takeRounds(objects, plan, fork, start) : [];
      await objects.putRecord(keys.partition(run), partition);
      // last, so that a run with a plan can go on from it, whenever this was cut off
      await objects.putRecord(keys.plan(run), plan);
      invocation.note({ shards: known ? "found" : "written", clients: clients.length });
      return {
        run,
        startedAt,
        federation: { ...resumedRound(plan, deployment, taken, 1), startedAt: Date.now(), usage: noUsage },
        baseline: { epoch: 0, done: !config.baseline.enabled, usage: noUsage },
        usage: invocation.usage(),
      };
    },
  };
}

/** The partition whose shards stand already; 0.1.0 recorded no digest of them, so its are written again. */
async function findShards(objects: Objects, index: string): Promise<PartitionRecord | undefined> {
  const found = await objects.findRecord(index, partitionRecord);
  return found && found.shards.length > 0 ? found : undefined;
}

/** The index is written last, so that a partition is either there as a whole or made again. */
async function writeShards(
  objects: Objects,
  { config, dataset: { digest: dataset } }: RunRecord,
  digest: string,
): Promise<PartitionRecord> {
  const { bytes } = await objects.get(keys.dataset(dataset));
  const found = await sha256Hex(bytes);
  if (found !== dataset) throw objectInvalid(`${keys.dataset(dataset)}: its bytes have digest ${found}`);
  const content = decodeDataset(bytes);
  const { examples, classes } = content;
  const { clients, testSet } = partitionDataset(examples.y, classes, config, content);
  // each client's report is made of its own training examples, and only the reports meet
  const scaling = isScaled(config.dataset.scaling, examples)
    ? fitScaling(clients.map(({ train }) => momentsOf(takeExamples(examples, train))))
    : null;
  const take = (rows: Uint32Array): Examples => {
    const taken = takeExamples(examples, rows);
    return scaling ? applyScaling(taken, scaling) : taken;
  };

  // the examiner's shard stands behind those of the clients, and has nothing to train on
  const examiner = testSet && { client: clients.length, train: new Uint32Array(), test: testSet.rows };
  const writers = pLimit(shardWriters);
  const shards = await Promise.all(
    [...clients, ...(examiner ? [examiner] : [])].map(({ client, train, test }) =>
      writers(() =>
        writeShard(objects, { dataset, partition: digest }, client, { train: take(train), test: take(test) }),
      ),
    ),
  );
  const record: PartitionRecord = {
    clients: clients.map(({ client, train, test, labelCounts }) => ({
      client,
      train: train.length,
      heldOut: test.length,
      labelCounts: [...labelCounts],
    })),
    shards,
    testSet: testSet && { labelCounts: [...testSet.labelCounts] },
    scaling,
  };
  await objects.putRecord(keys.shardIndex(dataset, digest), record);
  return record;
}
