import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import type { Owner } from "../../../shared/dataset/owners.ts";
import { partitionDataset } from "../../../shared/partition/partition.ts";
import { refusalOf, sum } from "./table.ts";

const owners: Owner[] = [
  { name: "north", examples: 50 },
  { name: "south", examples: 2 },
  { name: "west", examples: 148 },
];
const labels = Int32Array.from({ length: 200 }, (_, i) => i % 3);

const divided = (set: readonly string[] = [], of: readonly Owner[] | undefined = owners) =>
  partitionDataset(labels, 3, resolveConfig({ owners: owners.length, set }), of ? { owners: of } : {});

describe("the partition by natural id", () => {
  it("gives each owner, as a client in the owners' order, exactly its own examples", () => {
    const rows = divided().clients.map(({ train, test }) => [...train, ...test].sort((a, b) => a - b));
    const all = Array.from(labels, (_, row) => row);
    expect(rows).toEqual([all.slice(0, 50), all.slice(50, 52), all.slice(52)]);
  });

  it("draws nothing but the held-out examples from the seed", () => {
    const [one, two] = [divided(["seed=1"]), divided(["seed=2"])];
    expect(two.clients.map(({ labelCounts }) => labelCounts)).toEqual(
      one.clients.map(({ labelCounts }) => labelCounts),
    );
    expect(two.clients[2]?.test).not.toEqual(one.clients[2]?.test);
  });

  it("leaves every owner its share where dataset.limit leaves out examples", () => {
    const alike = [50, 50, 100].map((examples, i) => ({ name: `${i}`, examples }));
    const { clients } = divided(["dataset.limit=100"], alike);
    expect(clients.map(({ labelCounts }) => sum(labelCounts))).toEqual([25, 25, 50]);
    for (const row of clients[1]?.train ?? []) expect(row >= 50 && row < 100).toBe(true);
  });

  it("refuses data without owners, another number of clients, and an owner with one example", () => {
    const config = resolveConfig({ set: ["partition.kind=natural-id"] });
    expect(refusalOf(() => partitionDataset(labels, 3, config))).toMatch(
      /^partition\.kind: natural-id takes data that comes from owners.*--clients/,
    );
    expect(refusalOf(() => partitionDataset(labels, 3, config, { owners }))).toMatch(
      /^partition\.clients: 10, but the data comes from 3 owners/,
    );
    expect(refusalOf(() => divided(["dataset.limit=100"]))).toMatch(
      /^partition\.kind: natural-id: owner "south" has 1 of the 100 examples .* needs two.*dataset\.limit/,
    );
  });
});
