import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { partitionDigest } from "../../../shared/partition/partition-digest.ts";

const config = resolveConfig({ preset: "paper" });
const data = "ab".repeat(32);

describe("the digest of a partition", () => {
  it("is SHA-256 over data set, seed, limit, held-out share and the partition's fields in their order", () => {
    const settings = [
      ["clients", 10],
      ["kind", "main-label"],
      ["otherShare", 0.05],
    ];
    const text = JSON.stringify([2, data, 1, null, 0.2, settings]);
    expect(partitionDigest(config, data)).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it.each([
    "seed=2",
    "dataset.limit=60000",
    "dataset.heldOut=0.25",
    "partition.clients=11",
    "partition.otherShare=0.04",
    "dataset.scaling=standard",
    "dataset.scaling=none",
  ])("changes with %s", (set) => {
    expect(partitionDigest(resolveConfig({ preset: "paper", set: [set] }), data)).not.toBe(
      partitionDigest(config, data),
    );
  });

  it("changes with the data set", () => {
    expect(partitionDigest(config, "cd".repeat(32))).not.toBe(partitionDigest(config, data));
  });

  it("stays with what does not touch the shards, and with the order of the fields", () => {
    const set = ["training.learningRate=0.5", "model.hidden=[8]", "federation.rounds=3", "baseline.epochs=2"];
    expect(partitionDigest(resolveConfig({ preset: "paper", set }), data)).toBe(
      partitionDigest(config, data),
    );
    const reversed = Object.fromEntries(
      Object.entries(config.partition).reverse(),
    ) as typeof config.partition;
    expect(Object.keys(reversed)).toEqual(["otherShare", "clients", "kind"]);
    expect(partitionDigest({ ...config, partition: reversed }, data)).toBe(partitionDigest(config, data));
  });
});
