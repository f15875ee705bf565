import type { Examples, Targets } from "../shared/dataset/examples.ts";
import { sha256Hex } from "../shared/digest.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { Shard } from "../shared/partition/division.ts";
import { shardSize } from "../shared/partition/shard-size.ts";
import { encodeSafetensors, type Tensor } from "../shared/tensors/safetensors.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { decodeTensors } from "./decode-tensors.ts";
import type { Objects } from "./objects.ts";

export function shardTensors({ train, test }: Shard): Tensor[] {
  return [
    { name: "x_train", shape: [train.count, train.features], data: train.x },
    { name: "y_train", shape: [train.count], data: train.y },
    { name: "x_test", shape: [test.count, test.features], data: test.x },
    { name: "y_test", shape: [test.count], data: test.y },
  ];
}

export function shardKey(plan: Plan, client: number): string {
  return keys.shard(plan.dataset.digest, plan.partition, client);
}

/** Which partition of which data set a shard is of, by their digests. */
export interface PartitionName {
  readonly dataset: string;
  readonly partition: string;
}

/** The bytes of a shard's object, and the digest that its readers will ask for. */
export async function encodeShard(
  { dataset, partition }: PartitionName,
  client: number,
  shard: Shard,
): Promise<{ readonly bytes: Uint8Array; readonly sha256: string }> {
  const bytes = encodeSafetensors(shardTensors(shard), { dataset, partition, client: String(client) });
  return { bytes, sha256: await sha256Hex(bytes) };
}

/** Writes a shard. @returns its digest */
export async function writeShard(
  objects: Objects,
  of: PartitionName,
  client: number,
  shard: Shard,
): Promise<string> {
  const { bytes, sha256 } = await encodeShard(of, client, shard);
  await objects.put(keys.shard(of.dataset, of.partition, client), bytes, "application/octet-stream");
  return sha256;
}

/** @throws ObjectMissing, or ObjectInvalid where it is not the shard that the plan names */
export async function readShard(objects: Objects, plan: Plan, client: number): Promise<Shard> {
  const { bytes } = await objects.get(shardKey(plan, client), shardSize(plan, client).bytes);
  return openShard(plan, client, bytes);
}

/** The shard in an object's bytes. @throws ObjectInvalid where they are not those that the plan names */
export async function openShard(plan: Plan, client: number, bytes: Uint8Array): Promise<Shard> {
  const key = shardKey(plan, client);
  const found = await sha256Hex(bytes);
  const digest = plan.shards[client];
  if (found !== digest) {
    const index = keys.shardIndex(plan.dataset.digest, plan.partition);
    throw objectInvalid(
      `${key}: its bytes have digest ${found}, and the plan says ${digest}; without it and ${index} the next run of ` +
        "this partition writes both anew",
    );
  }
  return decodeShard(key, bytes, plan, shardSize(plan, client).headerBytes);
}

/**
 * @param mostHeaderBytes that it may have
 * @throws ObjectInvalid
 */
export function decodeShard(
  key: string,
  bytes: Uint8Array,
  { dataset }: Pick<Plan, "dataset">,
  mostHeaderBytes: number,
): Shard {
  const { tensors } = decodeTensors(key, bytes, mostHeaderBytes);
  const part = (name: "train" | "test"): Examples => {
    const x = tensors.get(`x_${name}`);
    const y = tensors.get(`y_${name}`);
    const targets = y?.data;
    const expected = dataset.target === "float32" ? Float32Array : Int32Array;
    if (!x || !y || x.data instanceof Int32Array || !targets || !isOf(targets, expected)) {
      const type = dataset.target ?? "int32";
      throw objectInvalid(`${key}: has no x_${name} of bytes or floats with y_${name} of ${type}`);
    }
    const [count = 0, features = 0] = x.shape;
    if (x.shape.length !== 2 || features !== dataset.features || y.shape.join() !== `${count}`) {
      throw objectInvalid(
        `${key}: x_${name} is [${x.shape}] with y_${name} [${y.shape}], not [n, ${dataset.features}] with [n]`,
      );
    }
    if (targets instanceof Int32Array && targets.some((label) => label < 0 || label >= dataset.classes)) {
      throw objectInvalid(`${key}: y_${name} has a label outside 0 ... ${dataset.classes - 1}`);
    }
    return { x: x.data, y: targets, count, features };
  };
  return { train: part("train"), test: part("test") };
}

function isOf(data: Tensor["data"], type: typeof Float32Array | typeof Int32Array): data is Targets {
  return data instanceof type;
}
