import type { Arena, ArenaLayout } from "./arena.ts";
import type { BatchInput } from "./input.ts";
import { roundUp } from "./matrices.ts";
import type { PlainExamples } from "./prepared.ts";
import type { Address, Primitives } from "./primitives.ts";

/**
 * The first layer over every value, four examples at a time.
 * @param resident where all examples stand
 */
export function denseInput(
  primitives: Primitives,
  arena: Arena,
  layout: ArenaLayout,
  { x, features }: PlainExamples,
  batch: number,
  resident: Address,
): BatchInput {
  /** Features with the bias, in whole groups of four. */
  const depth = roundUp(features + 1, 4);
  const rows = layout.reserve(4 * batch);
  const packed = layout.reserve(roundUp(batch, 4) * depth * 4);
  const pack = x instanceof Uint8Array ? primitives.packBytes : primitives.packFloats;
  let count = 0;
  /** Examples that only fill the last group have no input, but zero times a stale infinity is not zero. */
  const clearFilling = (delta: Address, stride: number) =>
    void arena.bytes.fill(0, delta + count * stride, delta + roundUp(count, 4) * stride);
  return {
    rows,
    open() {},
    load(batchCount) {
      count = batchCount;
      pack(rows, count, resident, features, packed, depth);
    },
    forward({ matrix, z, stride }) {
      primitives.multiplyPacked(packed, Math.ceil(count / 4), depth, matrix, z, stride);
    },
    step({ matrix, delta, stride }, record, plain) {
      clearFilling(delta, stride);
      const step = plain ? primitives.plainStepPacked : primitives.generalStepPacked;
      step(packed, Math.ceil(count / 4), depth, delta, matrix, stride, record);
    },
    addTo(sums, { delta, stride }, record) {
      clearFilling(delta, stride);
      primitives.addRoundedPacked(packed, Math.ceil(count / 4), depth, delta, sums, stride, record);
    },
  };
}
