import type { Vectors } from "../model/vector-shape.ts";
import type { Strategy } from "./strategy.ts";

/**
 * Largest value that is summed, either sign: far beyond whatever trains, and small enough that the sums of ten thousand
 * clients, where a round has a ten-thousandth of their examples, still miss a mean by less than 2^-31.
 */
export const summedRange = 2 ** 32;

interface Outgoing {
  readonly parameters: Float32Array;
  readonly sent: Vectors;
}

/**
 * What of an update cannot be summed: the client that made it does not send it, and the server leaves it out.
 * @param norm of the model's change: no value of it is larger, so that a small one spares looking at each
 * @returns undefined where nothing is, or where the strategy does not sum
 */
export function beyondRange(
  { reduction }: Strategy,
  global: Float32Array,
  { parameters, sent }: Outgoing,
  norm: number,
): string | undefined {
  if (reduction.kind !== "sum") return undefined;
  const vectors = [
    ["its model's change", norm <= summedRange ? undefined : firstBeyond(parameters, global)] as const,
    ...Object.entries(sent).map(([name, vector]) => [`its ${name}`, firstBeyond(vector)] as const),
  ];
  const bad = vectors.find(([, value]) => value !== undefined);
  return bad && `${bad[0]} has a value of ${bad[1]}, and ${summedRange} is the largest that is summed`;
}

function firstBeyond(values: Float32Array, origin?: Float32Array): number | undefined {
  for (let i = 0; i < values.length; i++) {
    const value = (values[i] as number) - (origin ? (origin[i] as number) : 0);
    // false for NaN too
    if (!(Math.abs(value) <= summedRange)) return value;
  }
  return undefined;
}
