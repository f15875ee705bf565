import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mnist, refusalOf, sum, tableOf } from "./table.ts";

const labelsHeld = (counts: readonly number[]) => counts.filter((count) => count > 0).length;

describe("shards", () => {
  it("give at most one label each where the labels' examples are whole shards", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 2, max: 9 }),
        fc.nat(),
        (pieces, shardsPerClient, size, seed) => {
          // each label is as many shards as its piece says, times the shards of a client
          const totals = pieces.map((piece) => piece * shardsPerClient * size);
          const table = tableOf(totals, { kind: "shard", clients: sum(pieces), shardsPerClient }, seed);
          for (const counts of table) {
            expect(labelsHeld(counts)).toBeLessThanOrEqual(shardsPerClient);
            expect(sum(counts)).toBe(shardsPerClient * size);
          }
        },
      ),
    );
  });

  it("span at most two labels where no label is smaller than a shard", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 60, max: 200 }), { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 10, max: 12 }),
        fc.integer({ min: 2, max: 4 }),
        (totals, clients, shardsPerClient) => {
          const table = tableOf(totals, { kind: "shard", clients, shardsPerClient });
          // a shard that spans a border has one label more, and there are totals.length - 1 borders
          expect(sum(table.map(labelsHeld))).toBeLessThanOrEqual(
            clients * shardsPerClient + totals.length - 1,
          );
          for (const counts of table) expect(labelsHeld(counts)).toBeLessThanOrEqual(2 * shardsPerClient);
          const sizes = table.map(sum);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(shardsPerClient);
        },
      ),
    );
  });

  it("are those of McMahan et al.: 60,000 examples, 100 clients with 600 of at most two digits each", () => {
    const table = tableOf(new Array<number>(10).fill(6_000), { kind: "shard", clients: 100 });
    for (const counts of table) {
      expect(sum(counts)).toBe(600);
      expect(counts.every((count) => count % 300 === 0)).toBe(true);
    }
    // two shards of 20 for each digit: the same digit twice with probability 19 / 199
    const alike = table.filter((counts) => labelsHeld(counts) === 1).length;
    expect(alike).toBeGreaterThan(0);
    expect(alike).toBeLessThan(25);
  });

  it("are dealt at random: every client has every label in some seed", () => {
    const seen = Array.from({ length: 5 }, () => new Set<number>());
    for (let seed = 0; seed < 40; seed++) {
      tableOf([20, 20, 20, 20, 20], { kind: "shard", clients: 5, shardsPerClient: 1 }, seed).forEach(
        (counts, client) => {
          seen[client]?.add(counts.findIndex((count) => count > 0));
        },
      );
    }
    expect(seen.map((labels) => labels.size)).toEqual([5, 5, 5, 5, 5]);
  });

  it("of MNIST's 70,000 are 100 clients with 700 each", () => {
    expect(tableOf(mnist, { kind: "shard", clients: 100 }).map(sum)).toEqual(
      new Array<number>(100).fill(700),
    );
  });

  it("that are more than the examples are refused with the number that fits", () => {
    const divide = (shardsPerClient: number) =>
      tableOf([30, 31], { kind: "shard", clients: 10, shardsPerClient });
    expect(refusalOf(() => divide(7))).toMatch(
      /^partition\.shardsPerClient: 7 for each of 10 clients are 70 shards, more than the 61 examples; at most 6 fit$/,
    );
    expect(sum(divide(6).flat())).toBe(61);
  });
});
