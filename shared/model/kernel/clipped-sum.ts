import { microbatchesOf } from "../microbatches.ts";
import { allFinite } from "../parameters.ts";
import type { ClippedSum, ClippingOptions } from "../trainer.ts";
import type { GhostNorms } from "./ghost-norms.ts";
import type { GradientSum } from "./gradient-sum.ts";
import type { OpenObjective } from "./objective.ts";
import type { BatchSession } from "./session.ts";

/** Of the sums in the arena, with twice the room that rounding needs. */
const mostSummed = 2 ** 30;

/** What sums of clipped gradients are made with, all in the arena. */
export interface Clipping {
  readonly session: BatchSession;
  readonly norms: GhostNorms;
  readonly sum: GradientSum;
  readonly loss: OpenObjective["loss"];
  /** |x|^2 + 1 of all examples. */
  readonly squaredInputs: Float64Array;
}

/** What of rows has been summed. */
interface Summed {
  lossSum: number;
  examples: number;
}

/** Trainer.clippedSum, for examples and parameters that have been brought in. */
export function sumClipped(clipping: Clipping, rows: Uint32Array, options: ClippingOptions): ClippedSum {
  const { session, sum } = clipping;
  const total = options.into ?? new Float64Array(session.model.parameters.count);
  let isFirst = true;
  const moveSums = () => {
    sum.moveTo(total, isFirst);
    isFirst = false;
  };
  sum.open(options.unit);
  const summed = addClipped(clipping, rows, options, () => {
    moveSums();
    sum.open(options.unit);
  });
  moveSums();
  return { sum: total, ...summed };
}

/**
 * Adds the rows' clipped gradients to the sums in the arena.
 * @param makeRoom empties these where they might run over
 */
export function addClipped(
  { session, norms, sum, loss, squaredInputs }: Clipping,
  rows: Uint32Array,
  { clip, unit }: ClippingOptions,
  makeRoom: () => void,
): Summed {
  const { model, load } = session;
  /** Rows whose gradients, as long as they may be, the sums have room for. */
  const room = mostSummed / (clip / unit);
  let held = 0;
  const summed: Summed = { lossSum: 0, examples: 0 };

  /** The loss of a batch, and its examples' squared norms. */
  const backward = (batch: Uint32Array) => {
    const count = load(batch);
    // of the sum, not of the mean: an example's delta is the same whoever else is there
    const lossOfBatch = loss(session, model.forward(count), count, 1);
    model.propagate(count);
    return { lossOfBatch, squared: norms.squared(model, squaredInputs, batch) };
  };

  const add = (given: Uint32Array): void => {
    let batch = given;
    let { lossOfBatch, squared } = backward(batch);
    if (!allFinite(squared)) {
      const finite = Array.from(squared, Number.isFinite);
      batch = batch.filter((_, i) => finite[i]);
      if (batch.length === 0) return;
      ({ lossOfBatch, squared } = backward(batch));
    }
    norms.shorten(model.layers, squared, clip);
    if (held + batch.length > room) {
      makeRoom();
      held = 0;
    }
    model.addTo(sum);
    held += batch.length;
    summed.lossSum += lossOfBatch;
    summed.examples += batch.length;
  };

  for (const microbatch of microbatchesOf(rows, squaredInputs.length)) add(microbatch);
  return summed;
}
