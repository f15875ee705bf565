import type { Arena, ArenaLayout } from "./arena.ts";
import type { BatchOutputs } from "./layer.ts";
import type { Primitives } from "./primitives.ts";
import type { KernelModel } from "./program.ts";

/** Below this a float32 has fewer than 24 bits. */
const smallestNormal = 2 ** -126;

/** Shortens the gradients of a batch's examples without making them. */
export interface GhostNorms {
  /**
   * Each example's squared norm, from what the batch has made of its layers: a dense layer's gradient is an outer product of
   * what enters, a and the bias's one, and the layer's delta,
   *
   *   |g|^2 = sum over layers of |delta|^2 (|a|^2 + 1)
   *
   * (Goodfellow 2015, "Efficient per-example gradient computations"). In float64, of the very numbers that the gradient is
   * made of; not finite where one of them is not.
   * @param squaredInputs |a|^2 + 1 of the first layer, for all examples
   * @param rows those that are the batch
   */
  squared(
    model: Pick<KernelModel, "layers" | "activation">,
    squaredInputs: Float64Array,
    rows: Uint32Array,
  ): Float64Array;
  /** Multiplies the deltas of each example by min(1, clip / |g|), in every layer. @param squared the norms of all of them */
  shorten(layers: readonly BatchOutputs[], squared: Float64Array, clip: number): void;
}

/** @param batch examples of the largest batch */
export function layOutGhostNorms(
  primitives: Primitives,
  arena: Arena,
  layout: ArenaLayout,
  batch: number,
): GhostNorms {
  const inputs = layout.reserve(8 * batch);
  const norms = layout.reserve(8 * batch);
  const shares = layout.reserve(4 * batch);
  return {
    squared({ layers, activation }, squaredInputs, rows) {
      const { doubles } = arena;
      const count = rows.length;
      for (let i = 0; i < count; i++) {
        doubles[inputs / 8 + i] = squaredInputs[rows[i] as number] as number;
        doubles[norms / 8 + i] = 0;
      }
      for (const { z, delta, stride } of layers) {
        primitives.addSquaredNorms(delta, count, stride, inputs, norms);
        activation.squares(z, count, stride, inputs);
      }
      return doubles.subarray(norms / 8, norms / 8 + count);
    },
    shorten(layers, squared, clip) {
      const { floats } = arena;
      for (let i = 0; i < squared.length; i++) {
        const share = Math.min(1, clip / Math.sqrt(squared[i] as number));
        // of no more bits than are right
        floats[shares / 4 + i] = share < smallestNormal ? 0 : share;
      }
      for (const { delta, stride } of layers) primitives.scaleRows(delta, squared.length, stride, shares);
    },
  };
}
