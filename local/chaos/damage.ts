import { createHash } from "node:crypto";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../shared/tensors/safetensors.ts";
import type { Damage } from "./fault.ts";

/**
 * An update's bytes as a fault leaves them. What would be found by a digest alone comes with digests that are true, so
 * that the check which the damage is meant for has to find it.
 * @param at where, as a share of the length
 * @returns undefined where nothing of it arrives
 */
export function damaged(bytes: Buffer, damage: Damage, at: number): Buffer | undefined {
  switch (damage) {
    case "absent":
      return undefined;
    case "truncated":
      return bytes.subarray(0, Math.floor(at * bytes.length));
    case "flipped-bit":
    case "rotten-bit":
      return withFlippedBit(bytes, Math.floor(at * 8 * bytes.length));
    case "wrong-shape":
      return rewritten(bytes, (tensors) => [
        ...tensors.slice(1),
        { name: tensors[0]?.name ?? "layers.0.weight", shape: [1, 1], data: Float32Array.of(1) },
      ]);
    case "not-finite":
      return rewritten(bytes, (tensors) =>
        withValue(tensors, at, at < 0.5 ? Number.NaN : Number.POSITIVE_INFINITY),
      );
    case "other-round":
      return rewritten(bytes, (tensors) => [...tensors], 1);
  }
}

function withFlippedBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return flipped;
}

/** The value at that place of the first tensor; of an update that has none, one tensor with it. */
function withValue([first, ...rest]: readonly Tensor[], at: number, value: number): Tensor[] {
  if (first === undefined) return [{ name: "layers.0.weight", shape: [1, 1], data: Float32Array.of(value) }];
  const data = Float32Array.from(first.data);
  data[Math.floor(at * data.length)] = value;
  return [{ ...first, data }, ...rest];
}

/** The same update with other tensors or of a later round, and digests that agree with what it holds. */
function rewritten(bytes: Buffer, change: (tensors: readonly Tensor[]) => Tensor[], rounds = 0): Buffer {
  // an update has its model's tensors in their order, weightsSha256 covers them one after the other
  const { tensors, metadata } = decodeSafetensors(Uint8Array.from(bytes));
  const changed = change([...tensors.values()]);
  const header: Record<string, unknown> = JSON.parse(metadata.update ?? "{}");
  const model = changed
    .filter(({ name }) => !name.includes("/"))
    .sort((a, b) => placeOf(a.name) - placeOf(b.name));
  const update = JSON.stringify({
    ...header,
    round: Number(header.round) + rounds,
    ...(header.weightsSha256 !== undefined && { weightsSha256: digestOf(model) }),
  });
  return Buffer.from(
    encodeSafetensors(changed, { ...metadata, update, updateSha256: sha256(Buffer.from(update)) }),
  );
}

/** layers.I.weight before layers.I.bias */
function placeOf(name: string): number {
  const [, layer, part] = name.split(".");
  return 2 * Number(layer) + (part === "weight" ? 0 : 1);
}

function digestOf(tensors: readonly Tensor[]): string {
  return sha256(
    Buffer.concat(tensors.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))),
  );
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
