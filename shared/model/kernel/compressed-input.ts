import type { Arena, Layout } from "./arena.ts";
import type { BatchInput } from "./input.ts";
import type { CompressedExamples } from "./prepared.ts";
import type { Primitives } from "./primitives.ts";
import { layOutRows, type RowsRegion } from "./rows.ts";

/** The first layer over the values that are not zero. */
export function compressedInput(
  primitives: Primitives,
  arena: Arena,
  layout: Layout,
  examples: CompressedExamples,
  batch: number,
  transposed: RowsRegion,
): BatchInput {
  const { starts, entries } = layOutRows(layout, batch, examples.longest);
  let count = 0;
  return {
    load(rows) {
      const { words } = arena;
      let address = entries;
      count = rows.length;
      words[starts / 4] = address;
      for (let i = 0; i < count; i++) {
        const row = rows[i] as number;
        const from = 2 * (examples.starts[row] as number);
        const end = 2 * (examples.starts[row + 1] as number);
        words.set(examples.words.subarray(from, end), address / 4);
        address += 4 * (end - from);
        words[starts / 4 + i + 1] = address;
      }
    },
    forward({ matrix, z, stride }) {
      primitives.multiplyRows(starts, count, matrix, z, stride);
    },
    step({ inputs, matrix, delta, stride }, record, plain) {
      primitives.transposeRows(starts, count, inputs + 1, transposed.starts, transposed.entries);
      const step = plain ? primitives.plainStepRows : primitives.generalStepRows;
      step(transposed.starts, inputs + 1, delta, matrix, stride, record);
    },
  };
}
