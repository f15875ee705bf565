import { checkClipping } from "../check-clipping.ts";
import type { DescentOptions, DescentOutcome } from "../trainer.ts";
import type { Arena, ArenaLayout } from "./arena.ts";
import { addClipped, type Clipping } from "./clipped-sum.ts";
import { type PlacedParameters, readParameters } from "./matrices.ts";
import type { Address, Primitives } from "./primitives.ts";

/** Room for the velocity, laid out as the parameters are; 0 where there is none. */
export function layOutVelocity(
  layout: ArenaLayout,
  { bytes }: PlacedParameters,
  { momentum }: DescentOptions,
): Address {
  return momentum === 0 ? 0 : layout.reserve(bytes);
}

/** Trainer.descend, for examples and parameters that have been brought in, and stay in the arena until the last step. */
export function descend(
  primitives: Primitives,
  arena: Arena,
  clipping: Clipping,
  velocity: Address,
  options: DescentOptions,
): DescentOutcome {
  const { session, sum, squaredInputs } = clipping;
  const { parameters } = session.model;
  const { steps, unit, learningRate, momentum, scale } = options;
  if (velocity) arena.bytes.fill(0, velocity, velocity + parameters.bytes);
  let [lossSum, seen] = [0, 0];
  sum.open(unit);
  for (let step = 0; step < steps; step++) {
    const rows = options.rows(step);
    checkClipping(rows, squaredInputs.length, options);
    const summed = addClipped(clipping, rows, options, () => {
      throw new RangeError(`${rows.length} rows are more than sums of unit ${unit} have room for`);
    });
    lossSum += summed.lossSum;
    seen += summed.examples;
    const noise = options.noise?.(step);
    if (noise) sum.addWhole(noise);
    const { address, bytes } = parameters;
    primitives.descend(address, sum.address, velocity, bytes, scale, momentum, learningRate);
  }
  return { parameters: readParameters(arena, parameters, parameters.address), lossSum, seen };
}
