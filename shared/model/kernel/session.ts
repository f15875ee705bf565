import type { Arena, ArenaLayout } from "./arena.ts";
import { compressedInput } from "./compressed-input.ts";
import { denseInput } from "./dense-input.ts";
import type { BatchInput } from "./input.ts";
import { writeParameters } from "./matrices.ts";
import type { BatchTargets } from "./objective.ts";
import type { CompressedExamples, PlainExamples } from "./prepared.ts";
import type { Primitives } from "./primitives.ts";
import type { KernelModel } from "./program.ts";

export type KernelExamples = CompressedExamples | PlainExamples;

/** What training and evaluation have in common: a model and its examples in the arena, a batch at a time. */
export interface BatchSession extends BatchTargets {
  readonly model: KernelModel;
  /** Once there is room: brings in the examples and the parameters. */
  open(parameters: Float32Array): void;
  /** The examples at the given rows become the batch; returns how many. */
  load(rows: Uint32Array): number;
}

/** @param layOutModel reserves what the model takes, behind its input */
export function layOutSession(
  primitives: Primitives,
  arena: Arena,
  layout: ArenaLayout,
  examples: KernelExamples,
  batch: number,
  layOutModel: (input: BatchInput) => KernelModel,
): BatchSession {
  const data = examples.kind === "compressed" ? examples.words : examples.x;
  // before everything whose size depends on the batch: the next call finds the examples in the same place, as it does what
  // an input keeps of all of them
  const resident = layout.reserve(data.byteLength);
  const targets = layout.reserve(examples.y.byteLength);
  const input =
    examples.kind === "compressed"
      ? compressedInput(primitives, arena, layout, examples, batch, resident)
      : denseInput(primitives, arena, layout, examples, batch, resident);
  const model = layOutModel(input);
  return {
    model,
    rows: input.rows,
    targets,
    open(parameters) {
      if (arena.resident !== examples) {
        arena.bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), resident);
        input.open();
        const { y } = examples;
        if (y instanceof Float32Array) arena.floats.set(y, targets / 4);
        else arena.words.set(y, targets / 4);
        arena.resident = examples;
      }
      writeParameters(arena, model.parameters, model.parameters.address, parameters);
    },
    load(batchRows) {
      arena.words.set(batchRows, input.rows / 4);
      input.load(batchRows.length);
      return batchRows.length;
    },
  };
}
