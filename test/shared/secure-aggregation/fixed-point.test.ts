import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addScaled, scaledValues, unitsOf } from "../../../shared/secure-aggregation/fixed-point.ts";
import { addWords, integerAt, zeros } from "../../../shared/secure-aggregation/words.ts";
import { FixedPointSum } from "../../../shared/strategy/fixed-point.ts";

const value = fc.oneof(
  fc.float({ noNaN: true, min: -1, max: 1 }),
  fc.float({ noNaN: true, min: -16, max: 16 }),
);
const term = fc.record({ weight: fc.integer({ min: 0, max: 2 ** 14 }), value, origin: value });
const terms = fc.array(term, { minLength: 1, maxLength: 40 });
const scales = fc.integer({ min: 8, max: 40 });

describe("what is summed behind masks", () => {
  test("is the integers that FixedPointSum adds without masks, and gives the same float64", () => {
    fc.assert(
      fc.property(terms, scales, (all, scaleBits) => {
        const scale = { scaleBits, largestChange: 32 };
        const plain = new FixedPointSum(1, unitsOf(scale));
        const masked = zeros(3);
        for (const { weight, value, origin } of all) {
          const from = Float32Array.of(origin);
          plain.add(weight, [value], from);
          const own = zeros(3);
          addScaled(own, 1, scale, weight, [value], from);
          addWords(masked, own);
        }
        const [sum] = scaledValues(masked, 1, 1, scale);
        expect(sum).toBe(plain.values()[0]);
        // by numbers without a bound: each product is rounded to float64, and that to a whole multiple, half to even
        const exact = all.reduce((total, { weight, value, origin }) => {
          const scaled = weight * (value - origin) * 2 ** scaleBits;
          const [below, rest] = [Math.floor(scaled), scaled - Math.floor(scaled)];
          const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
          return total + BigInt(up ? below + 1 : below);
        }, 0n);
        expect(integerAt(masked, 1)).toBe(exact);
        expect([integerAt(masked, 0), integerAt(masked, 2)]).toEqual([0n, 0n]);
      }),
      { numRuns: 500 },
    );
  });

  test("is rounded alike where float64 has a half as its last place, and beyond", () => {
    const scale = { scaleBits: 40, largestChange: 2 ** 20 };
    for (const value of [
      2 ** 11 + 2 ** -41,
      2 ** 11 + 3 * 2 ** -41,
      2 ** 12 - 2 ** -41,
      2 ** 12,
      2 ** 20 + 2 ** -32,
    ]) {
      for (const signed of [value, -value]) {
        const [plain, masked] = [new FixedPointSum(1, unitsOf(scale)), zeros(1)];
        plain.add(1, [signed]);
        addScaled(masked, 0, scale, 1, [signed]);
        expect(scaledValues(masked, 0, 1, scale)[0], String(signed)).toBe(plain.values()[0]);
      }
    }
  });

  test("rounds half to even, as float64 does", () => {
    const sum = zeros(4);
    addScaled(sum, 0, { scaleBits: 8, largestChange: 1 }, 2 ** -9, [1, 3, -1, -3]);
    expect([0, 1, 2, 3].map((at) => integerAt(sum, at))).toEqual([0n, 2n, 0n, -2n]);
  });
});
