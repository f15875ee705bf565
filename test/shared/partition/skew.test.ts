import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { skewOf } from "../../../shared/partition/skew.ts";

const tables = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }))
  .chain(([labels, clients]) =>
    fc.array(fc.array(fc.nat({ max: 50 }), { minLength: labels, maxLength: labels }), {
      minLength: clients,
      maxLength: clients,
    }),
  )
  .filter((table) => table.every((counts) => counts.some((count) => count > 0)));

describe("skew", () => {
  it("of a table worked out by hand", () => {
    const { clients, ...all } = skewOf([
      [4, 0, 0, 0],
      [2, 2, 2, 2],
      [0, 6, 6, 0],
    ]);
    // of all: 6, 8, 8, 2 of 24 examples, 1/4, 1/3, 1/3, 1/12
    expect(clients).toEqual([
      { entropy: 0, distance: expect.closeTo(3 / 4, 12), sizeRatio: 0.5, labels: 1 },
      { entropy: 2, distance: expect.closeTo(1 / 6, 12), sizeRatio: 1, labels: 4 },
      { entropy: 1, distance: expect.closeTo(1 / 3, 12), sizeRatio: 1.5, labels: 2 },
    ]);
    expect(all.entropyOfAll).toBeCloseTo(0.5 + (2 / 3) * Math.log2(3) + Math.log2(12) / 12, 12);
    expect(all.entropy).toEqual({ least: 0, mean: expect.closeTo((8 * 2 + 12) / 24, 12), most: 2 });
    expect(all.distance.mean).toBeCloseTo((4 * (3 / 4) + 8 / 6 + 12 / 3) / 24, 12);
    expect([all.distance.least, all.distance.most]).toEqual([clients[1]?.distance, clients[0]?.distance]);
    expect(all.sizeRatio).toEqual({ least: 0.5, mean: 1, most: 1.5 });
    expect(all.labels).toEqual({ least: 1, mean: (4 + 8 * 4 + 12 * 2) / 24, most: 4 });
  });

  it("is none where all have the same mix, whatever their sizes", () => {
    const { clients, entropyOfAll } = skewOf([
      [1, 2, 5],
      [2, 4, 10],
      [10, 20, 50],
    ]);
    for (const { distance, entropy } of clients) {
      expect(distance).toBeCloseTo(0, 12);
      expect(entropy).toBeCloseTo(entropyOfAll, 12);
    }
  });

  it("has the distance that moving examples costs: what exceeds the whole's share has to move", () => {
    fc.assert(
      fc.property(tables, (table) => {
        const totals = (table[0] ?? []).map((_, label) =>
          table.reduce((sum, counts) => sum + (counts[label] ?? 0), 0),
        );
        const all = totals.reduce((sum, count) => sum + count, 0);
        skewOf(table).clients.forEach(({ distance }, client) => {
          const counts = table[client] ?? [];
          const size = counts.reduce((sum, count) => sum + count, 0);
          const moved = counts.reduce(
            (sum, count, label) => sum + Math.max(0, count / size - (totals[label] ?? 0) / all),
            0,
          );
          expect(distance).toBeCloseTo(moved, 12);
        });
      }),
    );
  });

  it("stays within its bounds, and never has a weighted mean entropy above that of all", () => {
    fc.assert(
      fc.property(tables, (table) => {
        const { clients, entropy, entropyOfAll } = skewOf(table);
        for (const client of clients) {
          expect(client.entropy).toBeGreaterThanOrEqual(0);
          expect(client.entropy).toBeLessThanOrEqual(Math.log2(Math.max(client.labels, 1)) + 1e-12);
          expect(client.distance).toBeGreaterThanOrEqual(0);
          expect(client.distance).toBeLessThan(1);
        }
        // knowing the client tells something of the label or nothing
        expect(entropy.mean).toBeLessThanOrEqual(entropyOfAll + 1e-12);
      }),
    );
  });
});
