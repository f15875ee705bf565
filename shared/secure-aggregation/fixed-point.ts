import type { FixedPoint } from "../strategy/fixed-point.ts";
import { addInteger, type Words } from "./words.ts";

/** Integers are taken modulo 2^64: sums have to stay below half of that, either sign. */
export const halfModulus = 2 ** 63;

/** What the vectors of a run's updates are, as the plan states it. */
export interface Scale {
  /** An integer stands for so many times 2^-scaleBits. */
  readonly scaleBits: number;
  /** The largest change of a value that a client may send, either sign. */
  readonly largestChange: number;
}

/**
 * The units that make FixedPointSum add the very integers that masks are put on: a product is rounded to the fine one, half to
 * even, and the coarse one leaves room for sums of up to 2^63 fine ones.
 */
export function unitsOf({ scaleBits }: Scale): FixedPoint {
  return { coarse: 2 ** (12 - scaleBits), fine: 2 ** -scaleBits };
}

/** weight (value - origin) as a multiple of 2^-scaleBits, rounded half to even. */
function integerOf(product: number, scale: number): number {
  const scaled = product * scale;
  // from 2^52 on float64 holds whole numbers alone, and up to twice that all of them
  if (Math.abs(scaled) >= 2 ** 52) return scaled;
  const whole = scaled < 0 ? -(2 ** 52) : 2 ** 52;
  return scaled + whole - whole;
}

/**
 * Adds weight (values - origin) to integers from a place on, rounded as FixedPointSum rounds with these units.
 * @param origin float32 of the same length; zeros where left out
 */
export function addScaled(
  sum: Words,
  at: number,
  { scaleBits }: Scale,
  weight: number,
  values: ArrayLike<number>,
  origin?: Float32Array,
): void {
  const scale = 2 ** scaleBits;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const product = weight * (origin ? value - (origin[i] as number) : value);
    addInteger(sum, at + i, integerOf(product, scale));
  }
}

/** What so many integers from a place on stand for, rounded to float64 once. */
export function scaledValues(
  words: Words,
  at: number,
  length: number,
  { scaleBits }: Pick<Scale, "scaleBits">,
): Float64Array {
  const unit = 2 ** -scaleBits;
  // as a loop: Float64Array.from with a function takes ten times as long
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const low = words[2 * (at + i)] as number;
    const high = (words[2 * (at + i) + 1] as number) | 0;
    values[i] = (high * 2 ** 32 + low) * unit;
  }
  return values;
}
