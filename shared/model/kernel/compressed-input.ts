import type { Arena, ArenaLayout } from "./arena.ts";
import type { BatchInput } from "./input.ts";
import type { CompressedExamples } from "./prepared.ts";
import type { Address, Primitives } from "./primitives.ts";
import { layOutRows } from "./rows.ts";

/**
 * The first layer over the values that are not zero.
 * @param resident where all examples stand
 */
export function compressedInput(
  primitives: Primitives,
  arena: Arena,
  layout: ArenaLayout,
  examples: CompressedExamples,
  batch: number,
  resident: Address,
): BatchInput {
  const { features, wordsPerEntry } = examples;
  /** Of neighbouring features, the bias's one among them. */
  const pairs = Math.ceil((features + 1) / 2);
  const starts = layout.reserve(examples.starts.byteLength);
  const table = layout.reserve(4 * 256);
  const rows = layout.reserve(4 * batch);
  const entries = batch * examples.longest;
  const byExample = layOutRows(layout, batch, entries, 12);
  const byPair = layOutRows(layout, pairs, entries, 12);
  const expand = wordsPerEntry === 1 ? primitives.expandBytes : primitives.expandFloats;
  let count = 0;
  const transpose = () =>
    primitives.transposePairs(byExample.spans, count, byPair.spans, pairs, byPair.entries);
  return {
    rows,
    open() {
      arena.words.set(
        examples.starts.map((word) => resident + 4 * word),
        starts / 4,
      );
      arena.floats.set(
        Float32Array.from({ length: 256 }, (_, byte) => byte / 255),
        table / 4,
      );
    },
    load(batchCount) {
      count = batchCount;
      expand(rows, count, starts, table, byExample.spans, byExample.entries, byPair.spans, pairs);
    },
    forward({ matrix, z, stride }) {
      primitives.multiplyPairs(byExample.spans, count, matrix, z, stride);
    },
    step({ matrix, delta, stride }, record, plain) {
      transpose();
      const step = plain ? primitives.plainStepPairs : primitives.generalStepPairs;
      step(byPair.spans, pairs, delta, matrix, stride, record);
    },
    addTo(sums, { delta, stride }, record) {
      transpose();
      primitives.addRoundedPairs(byPair.spans, pairs, delta, sums, stride, record);
    },
  };
}
