import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { type Partition, partitionDataset } from "../../shared/partition/partition.ts";
import type { PartitionKind } from "../../shared/partition/partitioners.ts";

/** What divides by labels and seed alone. */
type DrawnKind = Exclude<PartitionKind, "natural-id">;

/** Fields that most label mixes can be divided by. */
const kinds: Readonly<Record<DrawnKind, readonly string[]>> = {
  "main-label": ["partition.otherShare=0.08"],
  iid: [],
  dirichlet: ["partition.alpha=0.7", "partition.minSize=2"],
  pathological: ["partition.labelsPerClient=3"],
  shard: ["partition.shardsPerClient=3"],
  size: [],
};

function divided(
  kind: string,
  labels: Int32Array,
  classes: number,
  clients: number,
  seed: number,
): Partition {
  const fields = kinds[kind as DrawnKind];
  const set = [`partition.kind=${kind}`, `partition.clients=${clients}`, `seed=${seed}`, ...fields];
  return partitionDataset(labels, classes, resolveConfig({ set }));
}

const rowsOf = ({ clients }: Partition) =>
  clients.map(({ train, test }) => [...train, ...test].sort((a, b) => a - b));

const cases = fc.record({
  labels: fc
    .array(fc.nat({ max: 3 }), { minLength: 200, maxLength: 400 })
    .map((list) => Int32Array.from(list)),
  clients: fc.integer({ min: 2, max: 7 }),
  seed: fc.nat(),
});

describe.each(Object.keys(kinds))("the partitioner %s", (kind) => {
  it("gives every example to exactly one client", () => {
    fc.assert(
      fc.property(cases, ({ labels, clients, seed }) => {
        const rows = rowsOf(divided(kind, labels, 4, clients, seed));
        expect(rows).toHaveLength(clients);
        expect(rows.flat().sort((a, b) => a - b)).toEqual(Array.from(labels, (_, row) => row));
      }),
      { numRuns: 50 },
    );
  });

  it("is the same for the same seed, and another for another", () => {
    fc.assert(
      fc.property(cases, ({ labels, clients, seed }) => {
        const first = divided(kind, labels, 4, clients, seed);
        expect(divided(kind, labels, 4, clients, seed)).toEqual(first);
        expect(rowsOf(divided(kind, labels, 4, clients, seed + 1))).not.toEqual(rowsOf(first));
      }),
      { numRuns: 20 },
    );
  });

  it("gives nobody the data set's first examples of a label", () => {
    const labels = Int32Array.from({ length: 4_000 }, (_, i) => Math.floor(i / 1_000));
    for (const rows of rowsOf(divided(kind, labels, 4, 4, 5))) {
      const early = rows.filter((row) => row % 1_000 < 500).length / rows.length;
      // at least 400 rows, all of one label: hypergeometric with a deviation of at most 0.02
      expect(Math.abs(early - 0.5)).toBeLessThan(0.1);
    }
  });

  it("divides 60,000 examples among 200 clients", () => {
    const labels = Int32Array.from({ length: 60_000 }, (_, i) => i % 10);
    const set = [`partition.kind=${kind}`, "partition.clients=200"];
    const few = kind === "main-label" ? ["partition.otherShare=0.004"] : [];
    const rows = rowsOf(partitionDataset(labels, 10, resolveConfig({ set: [...set, ...few] })));
    expect(rows.flat()).toHaveLength(60_000);
    expect(new Set(rows.flat()).size).toBe(60_000);
  });

  it("refuses a client that would get one example or none, and names a field", () => {
    const labels = Int32Array.from({ length: 9 }, (_, i) => i % 3);
    let refusal: unknown;
    try {
      partitionDataset(labels, 3, resolveConfig({ set: [`partition.kind=${kind}`, "partition.clients=8"] }));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({
      name: "PartitionInvalid",
      message: expect.stringMatching(/^partition\.\w+: /),
    });
  });
});

/** Changes here change everybody's shards: raise the version of partitionDigest with them. */
describe("the partition of 1,000 examples among 5 clients, for ever", () => {
  const labels = Int32Array.from({ length: 1_000 }, (_, i) => ((7919 * i) % 1009) % 4);
  it.each<[string, string]>([
    ["main-label", "1babd26ea8443d17f9dc3645896fb5ee"],
    ["iid", "14c138d32efc9c3830b3c416ff63c2eb"],
    ["dirichlet", "e4b0d0d6d7e9a188fbce4859793c11e6"],
    ["pathological", "e3886c9b90ff4dc0e467f09d97d1200d"],
    ["shard", "6f8f1c6e764699b569c2920ee0be2b33"],
    ["size", "f7fa21147b7e302a69beba613d9a799c"],
  ])("by %s has this digest", (kind, digest) => {
    const text = JSON.stringify(rowsOf(divided(kind, labels, 4, 5, 11)));
    expect(createHash("sha256").update(text).digest("hex").slice(0, 32)).toBe(digest);
  });
});
