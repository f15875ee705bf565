import type { Arena, Layout } from "./arena.ts";
import type { BatchInput } from "./input.ts";
import type { CompressedExamples } from "./prepared.ts";
import type { Primitives } from "./primitives.ts";
import { layOutRows } from "./rows.ts";

/**
 * The first layer over the values that are not zero. All examples stand in the arena, from its start, where the next
 * call finds them again; a batch is no more than their spans.
 */
export function compressedInput(
  primitives: Primitives,
  arena: Arena,
  layout: Layout,
  examples: CompressedExamples,
  batch: number,
): BatchInput {
  const { words, starts, features, wordsPerEntry } = examples;
  const columns = features + 1;
  const resident = layout.reserve(words.byteLength);
  const sources = layout.reserve(8 * batch);
  const table = layout.reserve(8 * 256);
  const entries = batch * examples.longest;
  const rows = layOutRows(layout, batch, entries);
  const transposed = layOutRows(layout, columns, entries);
  const expand = wordsPerEntry === 1 ? primitives.expandBytes : primitives.expandFloats;
  let count = 0;
  return {
    open() {
      if (arena.resident !== examples) arena.words.set(words, resident / 4);
      arena.resident = examples;
      for (let byte = 0; byte < 256; byte++) {
        arena.words[table / 4 + 2 * byte] = 0;
        arena.floats[table / 4 + 2 * byte + 1] = byte / 255;
      }
    },
    load(batchRows) {
      count = batchRows.length;
      for (let i = 0; i < count; i++) {
        const row = batchRows[i] as number;
        arena.words[sources / 4 + 2 * i] = resident + 4 * (starts[row] as number);
        arena.words[sources / 4 + 2 * i + 1] = resident + 4 * (starts[row + 1] as number);
      }
      expand(sources, count, table, rows.spans, rows.entries, transposed.spans, columns);
    },
    forward({ matrix, z, stride }) {
      primitives.multiplyRows(rows.spans, count, matrix, z, stride);
    },
    step({ matrix, delta, stride }, record, plain) {
      primitives.transposeRows(rows.spans, count, transposed.spans, columns, transposed.entries);
      const step = plain ? primitives.plainStepRows : primitives.generalStepRows;
      step(transposed.spans, columns, delta, matrix, stride, record);
    },
  };
}
