import type { Arena, Layout } from "./arena.ts";
import type { BatchInput } from "./input.ts";
import { roundUp } from "./network.ts";
import type { PlainExamples } from "./prepared.ts";
import type { Primitives } from "./primitives.ts";

/** The first layer over every value, four examples at a time. */
export function denseInput(
  primitives: Primitives,
  arena: Arena,
  layout: Layout,
  examples: PlainExamples,
  batch: number,
): BatchInput {
  const { x, features } = examples;
  const pitch = roundUp(features, 4) * x.BYTES_PER_ELEMENT;
  /** Features with the bias, in whole groups of four. */
  const depth = roundUp(features + 1, 4);
  const rowsAsTheyCame = layout.reserve(batch * pitch);
  const packed = layout.reserve(roundUp(batch, 4) * depth * 4);
  const pack = x instanceof Uint8Array ? primitives.packBytes : primitives.packFloats;
  let count = 0;
  return {
    open() {
      arena.resident = undefined;
    },
    load(rows) {
      const target = x instanceof Uint8Array ? arena.bytes : arena.floats;
      count = rows.length;
      for (let i = 0; i < count; i++) {
        const from = (rows[i] as number) * features;
        target.set(x.subarray(from, from + features), (rowsAsTheyCame + i * pitch) / x.BYTES_PER_ELEMENT);
      }
      pack(rowsAsTheyCame, count, features, pitch, packed, depth);
    },
    forward({ matrix, z, stride }) {
      primitives.multiplyPacked(packed, Math.ceil(count / 4), depth, matrix, z, stride);
    },
    step({ matrix, delta, stride }, record, plain) {
      // examples that only fill the last group have no input, but zero times a stale infinity is not zero
      arena.bytes.fill(0, delta + count * stride, delta + roundUp(count, 4) * stride);
      const step = plain ? primitives.plainStepPacked : primitives.generalStepPacked;
      step(packed, Math.ceil(count / 4), depth, delta, matrix, stride, record);
    },
  };
}
