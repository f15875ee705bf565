import { encodeDataset } from "../../../shared/dataset/dataset.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import { runRecord } from "../../../shared/workflow/run-record.ts";
import { MemoryBucket } from "../memory-bucket.ts";
import { toyDataset } from "../played-run.ts";

/** The toy configuration as an execution asks for it. */
export const set = {
  "partition.clients": 3,
  "partition.otherShare": 0.2,
  "model.hidden": [5],
  "training.batchSize": 4,
  "federation.rounds": 4,
  "baseline.epochs": 4,
};
const custom = { preset: "custom", set };

/** A bucket that holds the toy data set, and an input that names it. */
export async function withToy(owners?: { name: string; examples: number }[]) {
  const bucket = new MemoryBucket();
  const bytes = encodeDataset({ ...toyDataset(), ...(owners && { owners }) });
  const dataset = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(dataset), bytes);
  return { bucket, dataset, asked: { ...custom, dataset } };
}

export const written = (bucket: MemoryBucket) => [...bucket.contents.keys()].sort();
export const record = (bucket: MemoryBucket, run: string) => runRecord.parse(bucket.json(keys.config(run)));

/** Ten thousand images, of which few take part: for what asks for MNIST or the sample. */
export const few = {
  preset: "smoke",
  set: { "dataset.limit": 400, "federation.rounds": 1, "baseline.epochs": 1 },
};
