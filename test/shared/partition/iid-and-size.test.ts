import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mnist, refusalOf, sum, tableOf } from "./table.ts";

describe("iid", () => {
  it("gives all clients as many examples, the first ones taking what is left over", () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 500 }), fc.integer({ min: 1, max: 20 }), (total, clients) => {
        const sizes = tableOf([total], { kind: "iid", clients }).map(sum);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        expect((sizes[0] ?? 0) - (sizes.at(-1) ?? 0)).toBeLessThanOrEqual(1);
        expect(sum(sizes)).toBe(total);
      }),
    );
  });

  it("mixes the labels as the whole does", () => {
    const table = tableOf(mnist, { kind: "iid", clients: 10 });
    const statistic = sum(
      table.flatMap((counts) =>
        counts.map((count, label) => {
          const expected = ((mnist[label] ?? 0) * sum(counts)) / 70_000;
          return (count - expected) ** 2 / expected;
        }),
      ),
    );
    // 81 degrees of freedom: 99.9 % are below 126.1, and 99.9 % above 46.5, which a division by label would miss
    expect(statistic).toBeLessThan(126.1);
    expect(statistic).toBeGreaterThan(46.5);
  });
});

/** floor(total weight / weights), in integers; the last client takes the rest. */
function exactSizes(total: number, weights: readonly bigint[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  const sizes = weights.map((weight) => Number((BigInt(total) * weight) / all));
  const last = sizes.length - 1;
  return sizes.with(last, total - sum(sizes.slice(0, last)));
}

describe("linear growth", () => {
  it("is exactly in proportion to 1, 2, 3, ...", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 10_000 }),
        fc.integer({ min: 1, max: 30 }),
        (total, clients) => {
          const sizes = tableOf([total], { kind: "size", clients }).map(sum);
          expect(sizes).toEqual(
            exactSizes(
              total,
              Array.from({ length: clients }, (_, c) => BigInt(c + 1)),
            ),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives 10, 20, 30 and 40 of 100 examples", () => {
    expect(tableOf([100], { kind: "size", clients: 4 }).map(sum)).toEqual([10, 20, 30, 40]);
  });
});

describe("exponential growth", () => {
  it("is exactly in proportion to e, e^2, e^3, ...", () => {
    // e to 60 decimals, as a fraction
    const [e, one] = [2718281828459045235360287471352662497757247093699959574966967n, 10n ** 60n];
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 30_000 }),
        fc.integer({ min: 1, max: 9 }),
        (total, clients) => {
          const weights = Array.from(
            { length: clients },
            (_, c) => e ** BigInt(c) * one ** BigInt(clients - 1 - c),
          );
          const sizes = tableOf([total], { kind: "size", clients, growth: "exponential" }).map(sum);
          expect(sizes).toEqual(exactSizes(total, weights));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("growth that leaves the first client without two examples", () => {
  it.each([
    ["linear", 4_000],
    ["exponential", 70_000],
    ["exponential", 400],
  ])("%s over %d examples is refused with the largest number of clients that fits", (growth, total) => {
    const refusal = refusalOf(() => tableOf([total], { kind: "size", clients: 100, growth }));
    const fits = Number(/^partition\.clients: .* at most (\d+) clients fit/.exec(refusal)?.[1]);
    const sizes = tableOf([total], { kind: "size", clients: fits, growth }).map(sum);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(2);
    expect(refusalOf(() => tableOf([total], { kind: "size", clients: fits + 1, growth }))).toMatch(
      /^partition\.clients: with \w+ growth/,
    );
  });
});
