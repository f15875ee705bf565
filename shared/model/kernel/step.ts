import type { TrainingOptions } from "../trainer.ts";
import type { Arena, ArenaLayout } from "./arena.ts";
import { type PlacedParameters, readParameters, writeParameters } from "./matrices.ts";
import type { Address } from "./primitives.ts";

/** The rule by which every weight takes its step; formulas stand with TrainingOptions. */
export interface StepRule {
  /** The constants, as the primitives read them. */
  readonly record: Address;
  /** Only -learningRate g: what has no gradient need not be touched. */
  readonly plain: boolean;
  /** Writes the constants and the vectors that the options bring along. */
  write(): void;
  /** The velocity, as long as the parameters; zeros without momentum. */
  velocity(): Float32Array;
}

export function layOutStep(
  arena: Arena,
  layout: ArenaLayout,
  parameters: PlacedParameters,
  options: Pick<
    TrainingOptions,
    "learningRate" | "momentum" | "weightDecay" | "velocity" | "proximal" | "correction"
  >,
): StepRule {
  const { learningRate, momentum, weightDecay, proximal, correction } = options;
  // the gradients of four rows of weights wait behind the constants
  const widest = Math.max(...parameters.matrices.map(({ stride }) => stride));
  const record = layout.reserve(32 + 4 * widest);
  const reserve = (present: boolean) => (present ? layout.reserve(parameters.bytes) : 0);
  const velocity = reserve(momentum !== 0);
  const anchor = reserve(proximal !== undefined);
  const shift = reserve(correction !== undefined);
  const copy = (target: Address, flat: Float32Array | undefined) => {
    if (target && flat) writeParameters(arena, parameters, target, flat);
    else if (target) arena.bytes.fill(0, target, target + parameters.bytes);
  };
  /** From a weight to its place in a further vector; none is 0. */
  const distance = (vector: Address) => (vector ? vector - parameters.address : 0);
  return {
    record,
    plain: !velocity && !anchor && !shift && weightDecay === 0,
    write() {
      arena.floats.set([learningRate, momentum, weightDecay, proximal?.mu ?? 0], record / 4);
      arena.words.set([distance(velocity), distance(anchor), distance(shift)], record / 4 + 4);
      copy(velocity, options.velocity);
      copy(anchor, proximal?.anchor);
      copy(shift, correction);
    },
    velocity: () =>
      velocity ? readParameters(arena, parameters, velocity) : new Float32Array(parameters.count),
  };
}
