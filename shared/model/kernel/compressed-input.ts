import type { Arena, Layout } from "./arena.ts";
import type { BatchInput } from "./input.ts";
import type { CompressedExamples } from "./prepared.ts";
import type { Address, Primitives } from "./primitives.ts";
import { layOutRows } from "./rows.ts";

/**
 * The first layer over the values that are not zero. All examples stand in the arena, where the next call finds
 * them again.
 * @param resident where the examples stand
 * @param rows where the batch's row numbers stand
 */
export function compressedInput(
  primitives: Primitives,
  arena: Arena,
  layout: Layout,
  examples: CompressedExamples,
  batch: number,
  resident: Address,
  rows: Address,
): BatchInput {
  const { words, features, wordsPerEntry } = examples;
  const columns = features + 1;
  const entries = batch * examples.longest;
  const starts = layout.reserve(examples.starts.byteLength);
  const table = layout.reserve(8 * 256);
  const expanded = layOutRows(layout, batch, entries);
  const transposed = layOutRows(layout, columns, entries);
  const expand = wordsPerEntry === 1 ? primitives.expandBytes : primitives.expandFloats;
  let count = 0;
  return {
    open() {
      if (arena.resident !== examples) arena.words.set(words, resident / 4);
      arena.resident = examples;
      arena.words.set(
        examples.starts.map((word) => resident + 4 * word),
        starts / 4,
      );
      const { words: entryWords, floats } = arena;
      for (let byte = 0; byte < 256; byte++) {
        entryWords[table / 4 + 2 * byte] = 0;
        floats[table / 4 + 2 * byte + 1] = byte / 255;
      }
    },
    load(batchRows) {
      count = batchRows.length;
      expand(rows, count, starts, table, expanded.spans, expanded.entries, transposed.spans, columns);
    },
    forward({ matrix, z, stride }) {
      primitives.multiplyRows(expanded.spans, count, matrix, z, stride);
    },
    step({ matrix, delta, stride }, record, plain) {
      primitives.transposeRows(expanded.spans, count, transposed.spans, columns, transposed.entries);
      const step = plain ? primitives.plainStepRows : primitives.generalStepRows;
      step(transposed.spans, columns, delta, matrix, stride, record);
    },
  };
}
