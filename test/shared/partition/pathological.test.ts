import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalOf, sum, tableOf } from "./table.ts";

const labelsHeld = (counts: readonly number[]) =>
  counts.flatMap((count, label) => (count > 0 ? [label] : []));

const cases = fc
  .record({
    totals: fc.array(fc.integer({ min: 40, max: 90 }), { minLength: 1, maxLength: 8 }),
    clients: fc.integer({ min: 1, max: 15 }),
    labelsPerClient: fc.integer({ min: 1, max: 8 }),
    seed: fc.nat(),
  })
  .filter(({ totals, clients, labelsPerClient: k }) => k <= totals.length && clients * k >= totals.length);

describe("a pathological partition", () => {
  it("gives every client exactly its number of labels, its own among them", () => {
    fc.assert(
      fc.property(cases, ({ totals, clients, labelsPerClient, seed }) => {
        const table = tableOf(totals, { kind: "pathological", clients, labelsPerClient }, seed);
        table.forEach((counts, client) => {
          expect(labelsHeld(counts)).toHaveLength(labelsPerClient);
          expect(labelsHeld(counts)).toContain(client % totals.length);
        });
      }),
    );
  });

  it("divides each label evenly among those that have it, and leaves none out", () => {
    fc.assert(
      fc.property(cases, ({ totals, clients, labelsPerClient, seed }) => {
        const table = tableOf(totals, { kind: "pathological", clients, labelsPerClient }, seed);
        totals.forEach((total, label) => {
          const shares = table.map((counts) => counts[label] ?? 0).filter((count) => count > 0);
          expect(sum(shares)).toBe(total);
          expect(shares).toEqual(shares.toSorted((a, b) => b - a));
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it("draws the other labels evenly", () => {
    const times = new Array<number>(5).fill(0);
    for (let seed = 0; seed < 400; seed++) {
      const [first = []] = tableOf([20, 20, 20, 20, 20], { kind: "pathological", clients: 5 }, seed);
      for (const label of labelsHeld(first)) times[label] = (times[label] ?? 0) + 1;
    }
    expect(times[0]).toBe(400);
    // chi-squared with 3 degrees of freedom: 99.9 % are below 16.27
    expect(sum(times.slice(1).map((count) => (count - 100) ** 2 / 100))).toBeLessThan(16.27);
  });

  it("counts only labels that occur", () => {
    const table = tableOf([30, 0, 30, 30], { kind: "pathological", clients: 4, labelsPerClient: 2 });
    expect(table.map((counts) => counts[1])).toEqual([0, 0, 0, 0]);
    expect(table.map((counts) => labelsHeld(counts).length)).toEqual([2, 2, 2, 2]);
    expect(refusalOf(() => tableOf([30, 0, 30, 30], { kind: "pathological", labelsPerClient: 4 }))).toMatch(
      /^partition\.labelsPerClient: 4 is more than the 3 labels that the examples have$/,
    );
  });

  it("is refused where some label would be nobody's, with what would do", () => {
    const totals = new Array<number>(10).fill(20);
    const divide = (clients: number, labelsPerClient: number) =>
      tableOf(totals, { kind: "pathological", clients, labelsPerClient });
    expect(refusalOf(() => divide(3, 2))).toMatch(
      /^partition\.labelsPerClient: 3 clients .* to nobody; take at least 4, or partition\.clients at least 5$/,
    );
    expect(sum(divide(3, 4).flat())).toBe(200);
    expect(sum(divide(5, 2).flat())).toBe(200);
  });

  it("is refused where a label has fewer examples than clients", () => {
    expect(
      refusalOf(() => tableOf([3, 90], { kind: "pathological", clients: 8, labelsPerClient: 1 })),
    ).toMatch(
      /^partition\.clients: label 0 has 3 examples for the 4 clients that are to have it; lower partition\.clients or/,
    );
  });
});
