/** The smallest positive number of float32 that has all of its digits. */
const smallestNormal = 2 ** -126;
/** Share of a column's different values that float32 may take for others: by chance some are in any column of fractions. */
const mostLost = 0.1;
/** Digits in which fractions differ that were meant to: 0.1 + 0.2 and 0.3 are one value in two calculations. */
const meantDigits = 14;

export interface Merged {
  /** Different values as the file has them, and as float32 has them. */
  readonly before: number;
  readonly after: number;
  /** One that is another's to float32, how far apart float32's numbers are there, and whether it is below its normal ones. */
  readonly at: number;
  readonly step: number;
  readonly subnormal: boolean;
}

/**
 * How many of a column's different values float32 takes for one another; undefined where next to none. They are counted,
 * since a range says nothing of what lies within it: one outlier makes any range wide.
 */
export function mergedByFloat32(values: readonly number[]): Merged | undefined {
  const exact = new Set(
    values.map((value) => (Number.isInteger(value) ? value : Number(value.toPrecision(meantDigits)))),
  );
  const firsts = new Map<number, number>();
  let at: number | undefined;
  for (const value of exact) {
    const rounded = Math.fround(value);
    if (firsts.has(rounded)) at ??= value;
    else firsts.set(rounded, value);
  }
  const [before, after] = [exact.size, firsts.size];
  if (at === undefined || before - after <= mostLost * before) return undefined;
  return { before, after, at, step: stepAt(Math.abs(at)), subnormal: Math.abs(at) < smallestNormal };
}

/** Distance between two neighbouring float32 values of a magnitude. */
function stepAt(magnitude: number): number {
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -126);
  return 2 ** (exponent - 23);
}
