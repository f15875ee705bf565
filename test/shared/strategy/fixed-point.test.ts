import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FixedPoint, FixedPointSum, fixedPointOf } from "../../../shared/strategy/fixed-point.ts";
import { summedRange } from "../../../shared/strategy/range.ts";

/** Any float32 that may be summed, of every magnitude. */
const value = fc.oneof(
  fc.float({ noNaN: true, min: -1, max: 1 }),
  fc.float({ noNaN: true, min: -(2 ** 32), max: 2 ** 32 }),
);
const term = fc.record({ weight: fc.integer({ min: 0, max: 2 ** 20 }), value, origin: value });
const terms = fc.array(term, { minLength: 1, maxLength: 60 });

/**
 * How far a weighted mean over so many examples may lie from the exact one of the same products, in absolute terms: each
 * update's product was rounded to a fine unit.
 */
function meanError({ fine }: FixedPoint, updates: number, examples: number): number {
  return (updates * fine) / 2 / examples;
}

type Term = { readonly weight: number; readonly value: number; readonly origin: number };

const unitsOf = (all: readonly Term[], clients = all.length) =>
  fixedPointOf({
    examples: all.reduce((sum, { weight }) => sum + weight, 0) || 1,
    clients,
    // value and origin may stand at either end
    range: 2 * summedRange,
  });

function sumOf(all: readonly Term[], units: ReturnType<typeof unitsOf>): FixedPointSum {
  const sum = new FixedPointSum(1, units);
  for (const { weight, value, origin } of all) sum.add(weight, [value], Float32Array.of(origin));
  return sum;
}

/** A float64 as an integer number of 2^-1200, which all of them are. */
function exactly(value: number): bigint {
  if (value === 0) return 0n;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  const whole = mantissa << BigInt(Math.max(exponent, 1) - 1075 + 1200);
  return value < 0 ? -whole : whole;
}

describe("a sum in fixed point", () => {
  test("is the same bits in any order and any grouping", () => {
    fc.assert(
      fc.property(terms, fc.nat(), (all, cut) => {
        const units = unitsOf(all);
        const straight = sumOf(all, units).values()[0];
        expect(sumOf([...all].reverse(), units).values()[0]).toBe(straight);
        const at = cut % all.length;
        const grouped = sumOf(all.slice(at), units);
        grouped.merge(sumOf(all.slice(0, at), units));
        expect(grouped.values()[0]).toBe(straight);
      }),
      { numRuns: 500 },
    );
  });

  test("misses the exact sum of its products by no more than half a fine unit each, and float64's last place", () => {
    fc.assert(
      fc.property(terms, (all) => {
        const units = unitsOf(all);
        const exact = all.reduce(
          (sum, { weight, value, origin }) => sum + exactly(weight * (value - origin)),
          0n,
        );
        const [found = NaN] = sumOf(all, units).values();
        const missed = exactly(found) - exact;
        const bound = exactly((all.length * units.fine) / 2) + exactly(Math.abs(found) * 2 ** -52);
        expect(missed <= bound && -missed <= bound).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("holds the most that a federation can bring, all on one side", () => {
    const units = fixedPointOf({ examples: 2 ** 31, clients: 10_000, range: summedRange });
    const sum = new FixedPointSum(1, units);
    // as many rests of half a coarse unit as there are clients
    const weight = 2 ** 31 / 10_000;
    for (let client = 0; client < 10_000; client++) sum.add(weight, [summedRange]);
    const exact = 10_000n * exactly(weight * summedRange);
    const missed = exactly(sum.values()[0] ?? NaN) - exact;
    expect((missed < 0n ? -missed : missed) * 2n ** 52n).toBeLessThan(exact);
  });

  test("of a federation of ten thousand, a ten-thousandth of them in a round, is exact to 2^-31", () => {
    const units = fixedPointOf({ examples: 60_000, clients: 10_000, range: summedRange });
    expect(meanError(units, 1, 6)).toBeLessThan(2 ** -31);
    const paper = fixedPointOf({ examples: 60_000, clients: 10, range: summedRange });
    expect(meanError(paper, 10, 60_000)).toBeLessThan(2 ** -60);
  });
});
