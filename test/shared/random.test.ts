import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Purpose, permutation, type RandomStream, randomStream, shuffle } from "../../shared/random.ts";

const first = (stream: RandomStream, count = 8) => Array.from({ length: count }, () => stream.below(2 ** 20));

/**
 * xoroshiro128+ as Blackman and Vigna publish it (https://prng.di.unimi.it/xoroshiro128plus.c, constants 24, 16, 37),
 * seeded with the first four words of the key's SHA-256, each half's high word first; gives its lower 32 bits.
 */
function reference(key: string): () => number {
  const mask = 2n ** 64n - 1n;
  const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (64n - k))) & mask;
  const digest = createHash("sha256").update(key).digest();
  const half = (at: number) => (BigInt(digest.readUInt32LE(at)) << 32n) | BigInt(digest.readUInt32LE(at + 4));
  let [s0, s1] = [half(0), half(8)];
  return () => {
    const sum = (s0 + s1) & mask;
    s1 ^= s0;
    s0 = rotl(s0, 24n) ^ s1 ^ ((s1 << 16n) & mask);
    s1 = rotl(s1, 37n);
    return Number(sum & 0xffff_ffffn);
  };
}

/** Sum of (observed - expected)^2 / expected over equally likely cells. */
function chiSquared(counts: readonly number[], draws: number): number {
  const expected = draws / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("a stream", () => {
  it("is xoroshiro128+ seeded by SHA-256, on every machine", () => {
    const next = reference("fedstep/1/client-order/3/7");
    const stream = randomStream(1, "client-order", 3, 7);
    for (let i = 0; i < 1_000; i++) expect(stream.unit()).toBe(Math.floor(next() / 256) / 2 ** 24);
  });

  it("begins with these numbers for ever: shards and weights depend on them", () => {
    const stream = randomStream(1, "partition", 0);
    expect(Array.from({ length: 6 }, () => stream.below(1000))).toEqual([507, 676, 606, 245, 768, 965]);
  });

  it("is the same for the same key", () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { maxLength: 3 }), (seed, ids) => {
        expect(first(randomStream(seed, "start", ...ids))).toEqual(
          first(randomStream(seed, "start", ...ids)),
        );
      }),
    );
  });

  it("is another for another seed, purpose or id, or for the ids in another order", () => {
    const purposes: Purpose[] = ["partition", "held-out", "start", "client-order", "baseline-order"];
    const streams = [0, 1, 11].flatMap((seed) =>
      purposes.flatMap((purpose) =>
        [[], [0], [1], [11], [1, 1], [0, 1], [1, 0]].map((ids) => randomStream(seed, purpose, ...ids)),
      ),
    );
    expect(new Set(streams.map((stream) => first(stream, 3).join())).size).toBe(streams.length);
  });

  it("gives every integer below a bound equally often", () => {
    const stream = randomStream(7, "start");
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const drawn = stream.below(10);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(counts).toHaveLength(10);
    // the 99.9 % point of chi-squared with 9 degrees of freedom
    expect(chiSquared(counts, 100_000)).toBeLessThan(27.88);
  });

  it("gives units in [0, 1) in steps of 2^-24, all parts equally often", () => {
    const stream = randomStream(7, "start", 1);
    const counts = new Array<number>(100).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const unit = stream.unit();
      if (unit < 0 || unit >= 1 || !Number.isInteger(unit * 2 ** 24))
        throw new Error(`${unit} is no such unit`);
      const cell = Math.floor(unit * 100);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    // the 99.9 % point of chi-squared with 99 degrees of freedom
    expect(chiSquared(counts, 100_000)).toBeLessThan(148.23);
  });
});

describe("a permutation", () => {
  it("holds every number once, for any count", () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.nat(), (count, seed) => {
        const drawn = permutation(count, randomStream(seed, "start"));
        expect(drawn.toSorted()).toEqual(Uint32Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it("is any of the 24 of four numbers equally often", () => {
    const stream = randomStream(3, "client-order");
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const key = permutation(4, stream).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // the 99.9 % point of chi-squared with 23 degrees of freedom
    expect(chiSquared([...counts.values()], 24_000)).toBeLessThan(49.73);
  });

  it("shuffles in place what it is given, keeping every item", () => {
    const items = [5, 5, 7, 9, 11];
    expect(shuffle(items, randomStream(1, "start"))).toBe(items);
    expect(items.toSorted((a, b) => a - b)).toEqual([5, 5, 7, 9, 11]);
  });
});
