import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Examples } from "../../../shared/dataset/examples.ts";
import { poolExamples } from "../../../shared/dataset/examples.ts";
import { applyScaling, fitScaling, isScaled, momentsOf } from "../../../shared/dataset/scaling.ts";

function floats(rows: readonly (readonly number[])[], features: number): Examples {
  return {
    x: Float32Array.from(rows.flat()),
    y: new Int32Array(rows.length),
    count: rows.length,
    features,
  };
}

/** Mean first, then squared distances from it, over all examples at once: what nobody may do with owners' data. */
function twoPass({ x, count, features }: Examples) {
  return Array.from({ length: features }, (_, feature) => {
    const column = Array.from({ length: count }, (_, row) => x[row * features + feature] as number);
    const mean = column.reduce((sum, value) => sum + value, 0) / count;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    return { mean, deviation: Math.sqrt(variance) };
  });
}

/** The mean's square takes six digits off the variance, at most. */
const wellConditioned = ({ mean, deviation }: { mean: number; deviation: number }) =>
  deviation > Math.abs(mean) / 1000;

/** Columns of different units: shares, ages, incomes around 50,000 and a temperature far from its deviation. */
const units = [
  { center: 0.5, width: 0.5 },
  { center: 45, width: 30 },
  { center: 50_000, width: 40_000 },
  { center: 293, width: 3 },
];
const row = fc.tuple(...units.map(() => fc.double({ min: -1, max: 1, noNaN: true })));
const clients = fc
  .array(fc.array(row, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 6 })
  .map((all) =>
    all.map((rows) =>
      floats(
        rows.map((values) => values.map((v, i) => (units[i]?.center ?? 0) + v * (units[i]?.width ?? 0))),
        units.length,
      ),
    ),
  );

describe("scaling fitted from the clients' reports", () => {
  it("is the mean and the population's deviation of the whole", () => {
    const reports = [floats([[1], [2]], 1), floats([[3], [4]], 1)].map(momentsOf);
    expect(reports[0]).toEqual({ count: 2, sums: Float64Array.of(3), squares: Float64Array.of(5) });
    expect(fitScaling(reports)).toEqual({ mean: [2.5], deviation: [Math.sqrt(1.25)] });
  });

  it("is what two passes over the pooled examples give", () => {
    fc.assert(
      fc.property(clients, (parts) => {
        const { mean, deviation } = fitScaling(parts.map(momentsOf));
        twoPass(poolExamples(parts)).forEach((expected, feature) => {
          expect(Math.abs((mean[feature] ?? 0) - expected.mean)).toBeLessThanOrEqual(
            1e-12 * (Math.abs(expected.mean) + expected.deviation),
          );
          if (!wellConditioned(expected)) return;
          const found = deviation[feature] ?? Number.NaN;
          expect(Math.abs(found / expected.deviation - 1)).toBeLessThan(1e-9);
        });
      }),
    );
  });

  it("changes no bit with the order of the clients", () => {
    const permuted = clients.chain((parts) =>
      fc.tuple(
        fc.constant(parts),
        fc.shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length }),
      ),
    );
    fc.assert(
      fc.property(permuted, ([parts, others]) => {
        expect(fitScaling(others.map(momentsOf))).toEqual(fitScaling(parts.map(momentsOf)));
      }),
    );
  });

  it("keeps nine digits over a million examples whose mean is a thousand deviations from zero", () => {
    const n = 1_000_000;
    // half a unit below 1,000 and half a unit above: mean 1000, deviation 0.5
    const x = Float32Array.from({ length: n }, (_, i) => 1000 + (i % 2 === 0 ? -0.5 : 0.5));
    const { mean, deviation } = fitScaling([momentsOf({ x, y: new Int32Array(n), count: n, features: 1 })]);
    expect(mean[0]).toBe(1000);
    expect(Math.abs((deviation[0] ?? 0) / 0.5 - 1)).toBeLessThan(1e-9);
  });

  it.each([0, 0.1, -7.3, 1e-20, 123_456.7, 3e38])(
    "gives deviation 1 to a column of nothing but %d",
    (value) => {
      const parts = [3, 1_000, 70_001].map((count) => {
        return { x: new Float32Array(count).fill(value), y: new Int32Array(count), count, features: 1 };
      });
      const { mean, deviation } = fitScaling(parts.map(momentsOf));
      expect(deviation).toEqual([1]);
      expect(Math.abs((mean[0] ?? 0) - Math.fround(value))).toBeLessThanOrEqual(Math.abs(value) * 1e-15);
    },
  );

  it("takes bytes as the values from 0 to 1 that they stand for", () => {
    const bytes = { x: Uint8Array.of(0, 255, 51, 51), y: new Int32Array(2), count: 2, features: 2 };
    const { mean, deviation } = fitScaling([momentsOf(bytes)]);
    expect(mean[0]).toBeCloseTo(0.1, 15);
    expect(mean[1]).toBeCloseTo(0.6, 15);
    expect(deviation[0]).toBeCloseTo(0.1, 12);
    expect(deviation[1]).toBeCloseTo(0.4, 12);
    const { x } = applyScaling(bytes, { mean: [0, 0], deviation: [1, 0.5] });
    expect(x).toEqual(Float32Array.of(0, 2, 0.2, 0.4));
  });
});

describe("scaled examples", () => {
  it("are (x - mean) / deviation with their labels, the given ones staying as they are", () => {
    const given = {
      ...floats(
        [
          [1, 10],
          [3, 40],
        ],
        2,
      ),
      y: Int32Array.of(4, 2),
    };
    const scaled = applyScaling(given, { mean: [2, 10], deviation: [0.5, 10] });
    expect(scaled).toEqual({ ...given, x: Float32Array.of(-2, 0, 2, 3) });
    expect(given.x).toEqual(Float32Array.of(1, 10, 3, 40));
  });

  it("of all clients have mean 0 and deviation 1", () => {
    fc.assert(
      fc.property(clients, (parts) => {
        const scaling = fitScaling(parts.map(momentsOf));
        const before = twoPass(poolExamples(parts));
        const scaled = poolExamples(parts.map((part) => applyScaling(part, scaling)));
        twoPass(scaled).forEach(({ mean, deviation }, feature) => {
          const given = before[feature];
          if (!given || (given.deviation > 0 && !wellConditioned(given))) return;
          expect(Math.abs(mean)).toBeLessThan(1e-5);
          expect(deviation).toBeCloseTo(given.deviation === 0 ? 0 : 1, 5);
        });
      }),
    );
  });
});

describe("whether examples are scaled", () => {
  const table = floats([[1]], 1);
  const pixels = { ...table, x: Uint8Array.of(1) };
  it.each([
    ["auto", true, false],
    ["standard", true, true],
    ["none", false, false],
  ] as const)("%s: floats %s, bytes %s", (setting, ofFloats, ofBytes) => {
    expect([isScaled(setting, table), isScaled(setting, pixels)]).toEqual([ofFloats, ofBytes]);
  });
});

describe("gaps that take the mean", () => {
  it("are where all clients' rows that have a value have their mean, and all together have deviation 1", () => {
    const cell = fc.oneof(
      fc.constant(undefined),
      fc.integer({ min: -8000, max: 24_000 }).map((eighths) => eighths / 8),
    );
    const clients = fc.array(fc.array(cell, { minLength: 2, maxLength: 12 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(clients, (parts) => {
        // a gap stands as 0, and the feature behind it is 1
        const encoded = parts.map((part) =>
          floats(
            part.map((value) => [value ?? 0, value === undefined ? 1 : 0]),
            2,
          ),
        );
        const scaling = fitScaling(encoded.map(momentsOf), [[0, 1]]);
        const present = parts.flat().filter((value) => value !== undefined);
        const mean = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
        const filled = parts.flat().map((value) => value ?? mean);
        const deviation = Math.sqrt(
          filled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / filled.length,
        );
        fc.pre(deviation === 0 || wellConditioned({ mean, deviation }));
        expect(scaling.mean[0]).toBeCloseTo(mean, 6);
        const unit = deviation === 0 ? 1 : deviation;
        if (deviation > 0) expect((scaling.deviation[0] ?? 0) / deviation).toBeCloseTo(1, 6);
        const { x } = applyScaling(poolExamples(encoded), scaling);
        for (const [row, value] of filled.entries()) expect(x[2 * row]).toBeCloseTo((value - mean) / unit, 3);
      }),
    );
  });
});
