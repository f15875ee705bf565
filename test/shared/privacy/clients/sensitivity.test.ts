import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClippedChanges } from "../../../../shared/privacy/clients/clipped-sum.ts";
import { clientGrid } from "../../../../shared/privacy/clients/grid.ts";
import type { ClientMechanism } from "../../../../shared/privacy/clients/mechanism.ts";
import { sentShort } from "../../../../shared/privacy/clients/vectors.ts";
import { randomStream } from "../../../../shared/random.ts";

const norm = (vector: ArrayLike<number>) => Math.hypot(...Array.from(vector));

interface Client {
  readonly examples: number;
  readonly parameters: Float32Array;
  readonly sent: { readonly [sentShort]: Float32Array };
}

const mechanismOf = (clip: number, fullWeight: number): ClientMechanism => ({
  noiseMultiplier: 1,
  cohort: 8,
  fullWeight,
  clip,
  adaptive: { quantile: 0.5, learningRate: 0.2 },
});

/** Clients whose changes are of all lengths, from far below the clip to far beyond it, and any weight. */
const federations = fc
  .record({
    parameters: fc.integer({ min: 1, max: 60 }),
    clients: fc.integer({ min: 1, max: 8 }),
    clip: fc.constantFrom(1e-3, 0.3, 1, 1.7, 40),
    fullWeight: fc.constantFrom(1, 10, 1_000),
    seed: fc.nat(1e6),
  })
  .map(({ parameters, clients, clip, fullWeight, seed }) => {
    const stream = randomStream(seed, "demo", 0);
    const global = Float32Array.from({ length: parameters }, () => 4 * (stream.unit() - 0.5));
    const each = Array.from({ length: clients }, (): Client => {
      const size = clip * 10 ** (6 * stream.unit() - 3);
      const change = Float32Array.from(global, (w) => w + size * (stream.unit() - 0.5));
      return {
        examples: 1 + stream.below(2_000),
        parameters: change,
        sent: { [sentShort]: Float32Array.of(stream.below(2)) },
      };
    });
    return { global, clip, fullWeight, clients: each };
  });

type Federation = { global: Float32Array; clip: number; fullWeight: number };

function sumOf({ global, clip, fullWeight }: Federation, clients: readonly Client[]) {
  const changes = new ClippedChanges(global, mechanismOf(clip, fullWeight), clip);
  for (const one of clients) changes.add(one);
  return changes.sums();
}

describe("the sum of a round's changes", () => {
  test("moves with one client more or less by no more than the noise is reckoned for, whoever it is", () => {
    fc.assert(
      fc.property(federations, ({ clients, ...federation }) => {
        const { sensitivity } = clientGrid(federation.clip, federation.global.length);
        const all = sumOf(federation, clients);
        expect(all.change.every(Number.isInteger)).toBe(true);
        for (const left of clients) {
          const others = sumOf(
            federation,
            clients.filter((one) => one !== left),
          );
          const moved = all.change.map((sum, i) => sum - (others.change[i] as number));
          expect(norm(moved)).toBeLessThanOrEqual(sensitivity);
          expect(Math.abs((all.short?.sum ?? 0) - (others.short?.sum ?? 0))).toBe(2 ** 10);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("moves by as much as that where a client's change is long and its weight full", () => {
    const global = new Float32Array(50);
    const long = {
      examples: 10,
      parameters: global.map((_, i) => 100 + i),
      sent: { [sentShort]: Float32Array.of(0) },
    };
    for (const clip of [0.003, 1, 1.9, 700]) {
      const { sensitivity, unit } = clientGrid(clip, 50);
      const { change } = sumOf({ global, clip, fullWeight: 10 }, [long]);
      expect(norm(change) / sensitivity).toBeGreaterThan(0.99999);
      expect(Math.abs((norm(change) * unit) / Math.min(clip, norm(long.parameters)) - 1)).toBeLessThan(1e-5);
    }
  });

  test("weighs a client by its examples up to the full weight, and never more", () => {
    const global = new Float32Array(3);
    const parameters = Float32Array.of(0.1, -0.2, 0.2);
    const of = (examples: number) => {
      const { change, unit } = sumOf({ global, clip: 1, fullWeight: 100 }, [
        { examples, parameters, sent: { [sentShort]: Float32Array.of(1) } },
      ]);
      return norm(change) * unit;
    };
    expect(of(50)).toBeCloseTo(0.15, 5);
    expect(of(100)).toBeCloseTo(0.3, 5);
    expect(of(1e9)).toBe(of(100));
  });

  test("has the same bits in any order, and of any groups", () => {
    fc.assert(
      fc.property(federations, fc.nat(1e6), ({ clients, ...federation }, seed) => {
        const stream = randomStream(seed, "demo", 1);
        const shuffled = clients
          .map((one) => ({ one, at: stream.unit() }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const { clip, global, fullWeight } = federation;
        const [left, right] = [0, 1].map(
          () => new ClippedChanges(global, mechanismOf(clip, fullWeight), clip),
        );
        if (!left || !right) throw new Error("two");
        for (const [i, one] of shuffled.entries()) (i % 2 === 0 ? left : right).add(one);
        left.merge(right);
        expect(left.sums()).toEqual(sumOf(federation, clients));
      }),
      { numRuns: 50 },
    );
  });
});

test("the grid is fine beside the clip, of any size, and coarse enough for the sampler", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (clip) => {
      const { unit, sensitivity } = clientGrid(clip, 25_450);
      expect(Number.isInteger(Math.log2(unit))).toBe(true);
      expect(clip / unit).toBeGreaterThanOrEqual(2 ** 20);
      expect(clip / unit).toBeLessThan(2 ** 21);
      // what rounding adds to the sensitivity, sqrt(d) / 2 units
      expect(sensitivity - clip / unit).toBeGreaterThanOrEqual(Math.sqrt(25_450) / 2);
      expect(sensitivity / (clip / unit)).toBeLessThan(1.0001);
    }),
  );
});
