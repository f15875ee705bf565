import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import type { Config } from "../../../shared/config/schema.ts";
import { type Partition, partitionDataset } from "../../../shared/partition/partition.ts";

const configured = (file: Record<string, unknown>): Config => resolveConfig({ file });

const rowsOf = ({ clients }: Partition) => clients.flatMap(({ train, test }) => [...train, ...test]);

/** Shuffled labels with enough examples of each for any of the clients. */
const cases = fc
  .record({
    labels: fc
      .array(fc.nat({ max: 3 }), { minLength: 150, maxLength: 400 })
      .map((list) => Int32Array.from(list)),
    clients: fc.integer({ min: 1, max: 7 }),
    seed: fc.nat(),
    heldOut: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    kept: fc.double({ min: 0.6, max: 1, noNaN: true }),
  })
  .map(({ labels, clients, seed, heldOut, kept }) => {
    const limit = Math.floor(labels.length * kept);
    const config = configured({
      seed,
      dataset: { limit, heldOut },
      partition: { clients, otherShare: 0.08 },
    });
    return { labels, config, limit };
  });

describe("a partition", () => {
  it("gives every row of the limited data set to exactly one client", () => {
    fc.assert(
      fc.property(cases, ({ labels, config, limit }) => {
        const rows = rowsOf(partitionDataset(labels, 4, config)).sort((a, b) => a - b);
        expect(rows).toEqual(
          Array.from({ length: limit }, (_, i) => Math.floor((i * labels.length) / limit)),
        );
      }),
    );
  });

  it("is numbered, ascending, and counts its labels", () => {
    fc.assert(
      fc.property(cases, ({ labels, config }) => {
        const { clients } = partitionDataset(labels, 4, config);
        expect(clients.map(({ client }) => client)).toEqual(clients.map((_, i) => i));
        for (const { train, test, labelCounts } of clients) {
          expect(train).toEqual(train.toSorted());
          expect(test).toEqual(test.toSorted());
          const own = [...train, ...test].map((row) => labels[row]);
          expect(labelCounts).toEqual([0, 1, 2, 3].map((label) => own.filter((l) => l === label).length));
        }
      }),
    );
  });

  it("holds out round(heldOut n) of each client's examples, and leaves one for each side", () => {
    fc.assert(
      fc.property(cases, ({ labels, config }) => {
        for (const { train, test } of partitionDataset(labels, 4, config).clients) {
          const count = train.length + test.length;
          const asked = Math.round(config.dataset.heldOut * count);
          expect(test.length).toBe(Math.min(Math.max(asked, 1), count - 1));
        }
      }),
    );
  });

  it("is the same for the same seed, whatever else the configuration says", () => {
    fc.assert(
      fc.property(cases, ({ labels, config }) => {
        const other = { ...config, training: { ...config.training, learningRate: 0.5 }, preset: "other" };
        expect(partitionDataset(labels, 4, other)).toEqual(partitionDataset(labels, 4, config));
      }),
      { numRuns: 20 },
    );
  });

  it("differs for another seed, in who gets what and in what is held out", () => {
    const labels = Int32Array.from({ length: 400 }, (_, i) => i % 4);
    const [one, two] = [1, 2].map((seed) =>
      partitionDataset(labels, 4, configured({ seed, partition: { clients: 4 } })),
    );
    expect(one && rowsOf(one).length).toBe(400);
    expect(one?.clients[0]?.train).not.toEqual(two?.clients[0]?.train);
    const alone = [1, 2].map((seed) =>
      partitionDataset(labels, 4, configured({ seed, partition: { clients: 1 } })),
    );
    expect(alone[0]?.clients[0]?.test).not.toEqual(alone[1]?.clients[0]?.test);
  });

  it("draws the held-out examples from all of a client's", () => {
    const labels = new Int32Array(1000);
    const { clients } = partitionDataset(labels, 1, configured({ partition: { clients: 1 } }));
    const early = clients[0]?.test.filter((row) => row < 500).length ?? 0;
    // hypergeometric: mean 100, deviation 8
    expect(Math.abs(early - 100)).toBeLessThan(40);
  });
});

describe("what cannot be partitioned", () => {
  const labels = Int32Array.from({ length: 100 }, (_, i) => i % 4);

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a limit past the data", { dataset: { limit: 101 } }, /^dataset\.limit: 101 .* 100 examples/],
    [
      "more clients than examples",
      { partition: { clients: 101 } },
      /^partition\.clients: 101 .* 100 examples/,
    ],
    [
      "more clients than the limit leaves",
      { dataset: { limit: 8 }, partition: { clients: 10 } },
      /^partition\.clients: 10 .* 8 examples that dataset\.limit leaves/,
    ],
    [
      "a client with a single example",
      { dataset: { limit: 4 }, partition: { clients: 4, otherShare: 0 } },
      /^partition\.clients: .* client 0 gets 1, and needs two.* raise dataset\.limit/,
    ],
  ])("is refused: %s", (_, file, message) => {
    const config = configured(file);
    expect(() => partitionDataset(labels, 4, config)).toThrow(message);
    expect(() => partitionDataset(labels, 4, config)).toThrow(
      expect.objectContaining({ name: "PartitionInvalid" }),
    );
  });

  it("is refused: a client whose label nobody has", () => {
    const config = configured({ partition: { clients: 5, otherShare: 0 } });
    expect(() => partitionDataset(labels, 5, config)).toThrow(/client 4 gets 0, and needs two/);
  });
});
