import type { Mlp } from "../mlp.ts";
import type { ModelShape } from "../shape.ts";
import type { Arena, Layout } from "./arena.ts";
import { compressedInput } from "./compressed-input.ts";
import { denseInput } from "./dense-input.ts";
import { layOutNetwork, writeParameters } from "./network.ts";
import type { CompressedExamples, PlainExamples } from "./prepared.ts";
import type { Primitives } from "./primitives.ts";
import { layOutRows } from "./rows.ts";

export type KernelExamples = CompressedExamples | PlainExamples;

/** What training and evaluation have in common: a model and its examples in the arena, a batch at a time. */
export interface Session {
  readonly mlp: Mlp;
  /** Once there is room: brings in the examples and the parameters. */
  open(parameters: Float32Array): void;
  /** The examples at the given rows become the batch; returns how many. */
  load(rows: Uint32Array): number;
}

export function layOutSession(
  primitives: Primitives,
  arena: Arena,
  layout: Layout,
  shape: ModelShape,
  examples: KernelExamples,
  batch: number,
): Session {
  const data = examples.kind === "compressed" ? examples.words : examples.x;
  // before everything whose size depends on the batch: the next call finds the examples in the same place
  const resident = layout.reserve(data.byteLength);
  const rows = layout.reserve(4 * batch);
  const labels = layout.reserve(examples.y.byteLength);
  const input =
    examples.kind === "compressed"
      ? compressedInput(primitives, arena, layout, examples, batch, resident, rows)
      : denseInput(primitives, arena, layout, examples, batch, resident, rows);
  const network = layOutNetwork(layout, shape, batch);
  const activations = shape.hidden.map((width) => ({
    rows: layOutRows(layout, batch, batch * (width + 1), 8),
    columns: layOutRows(layout, width + 1, batch * (width + 1), 8),
  }));
  return {
    mlp: { primitives, network, input, activations, rows, labels },
    open(parameters) {
      if (arena.resident !== examples) {
        arena.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), resident);
        arena.resident = examples;
      }
      input.open();
      arena.words.set(examples.y, labels / 4);
      writeParameters(arena, network, network.parameters, parameters);
    },
    load(batchRows) {
      arena.words.set(batchRows, rows / 4);
      input.load(batchRows.length);
      return batchRows.length;
    },
  };
}
