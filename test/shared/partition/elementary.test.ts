import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exp, ln } from "../../../shared/partition/elementary.ts";

/** The distance of two doubles in units in the last place of the second. */
function ulps(value: number, reference: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(reference));
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n);
  return Math.abs(value - reference) / (bits.getFloat64(0) - Math.abs(reference));
}

const positive = fc.double({ min: 2 ** -1022, max: Number.MAX_VALUE, noNaN: true });
const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });

describe("ln", () => {
  it("is the engine's within two units in the last place, over all magnitudes and near 1", () => {
    fc.assert(
      fc.property(fc.oneof(positive, nearOne), (x) => {
        expect(ulps(ln(x), Math.log(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 10_000 },
    );
  });

  // computed with mpmath at 200 bits, from the doubles' exact values
  it.each([
    [0.5000001, -0.6931469805599654],
    [0.1, -Math.LN10],
    [0.7071067811865475, -0.34657359027997275],
    [Math.SQRT2, 0.3465735902799727],
    [0.9, -0.10536051565782628],
    [1.1, 0.09531017980432493],
    [0.9999999999999999, -1.1102230246251565e-16],
    [1.0000000000000002, 2.2204460492503128e-16],
    [1e-300, -690.7755278982137],
    [3, 1.0986122886681098],
    [1e300, 690.7755278982137],
  ])("of %d is right to one unit in the last place", (x, reference) => {
    expect(ulps(ln(x), reference)).toBeLessThanOrEqual(1);
  });

  it("is exact at 1 and at 2", () => {
    expect([ln(1), ln(2)]).toEqual([0, Math.LN2]);
  });
});

describe("exp", () => {
  it("is the engine's within two units in the last place", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ min: -708, max: 0, noNaN: true }),
          fc.double({ min: -1, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 709, noNaN: true }),
        ),
        (x) => {
          expect(ulps(exp(x), Math.exp(x))).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  // computed with mpmath at 200 bits
  it.each([
    [-1e-10, 0.9999999999],
    [-0.34657359027997264, Math.SQRT1_2],
    [-37.5, 5.175555005801869e-17],
    [-700, 9.85967654375977e-305],
    [-0.5, 0.6065306597126334],
    [-1, 0.36787944117144233],
    [-100.25, 2.897198083210148e-44],
    [1, Math.E],
    [10.5, 36315.502674246636],
  ])("of %d is right to one unit in the last place", (x, reference) => {
    expect(ulps(exp(x), reference)).toBeLessThanOrEqual(1);
  });

  it("is 1 at 0, and 0 where nothing normal is left", () => {
    expect([exp(0), exp(-709), exp(Number.NEGATIVE_INFINITY)]).toEqual([1, 0, 0]);
  });
});

it("both give these bits on every machine", () => {
  const values = Float64Array.from({ length: 20_000 }, (_, i) =>
    i % 2 === 0 ? ln((i + 1) / 4096) : exp(-i / 64),
  );
  expect(createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex")).toBe(
    "d0c5490220c1db351009607f6a28255ba30a40cb04dc4d987cb2d19dd0f9d0f8",
  );
});
