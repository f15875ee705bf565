import { describe, expect, it } from "vitest";
import { type ConfigSources, resolveConfig } from "../../../shared/config/resolve.ts";

const refusal = (sources: Omit<ConfigSources, "owners">) => {
  try {
    resolveConfig({ ...sources, owners: 3 });
  } catch (error) {
    expect(error).toMatchObject({ name: "ConfigInvalid" });
    return error instanceof Error ? error.message : "";
  }
  return "accepted";
};

describe("a federation of owners' files", () => {
  it("is divided by its owners, whatever the preset divides by", () => {
    const expected = { kind: "natural-id", clients: 3 };
    expect(resolveConfig({ owners: 3 }).partition).toEqual(expected);
    const tuned = resolveConfig({ owners: 3, preset: "tuned" });
    expect(tuned.partition).toEqual(expected);
    expect(tuned.training).toEqual(resolveConfig({ preset: "tuned" }).training);
  });

  it("takes a configuration that says the same, such as the stored one of an earlier run", () => {
    const stored = resolveConfig({ owners: 3, preset: "tuned" });
    expect(resolveConfig({ owners: 3, file: stored })).toEqual(stored);
    expect(refusal({ set: ["partition.kind=natural-id", "partition.clients=3"] })).toBe("accepted");
  });

  it.each<[string, Omit<ConfigSources, "owners">, RegExp]>([
    [
      "another kind in an assignment",
      { set: ["partition.kind=iid"] },
      /^partition\.kind: got "iid", but the examples are those of data owners/,
    ],
    [
      "another kind in a file",
      { file: { partition: { kind: "shard" } } },
      /^partition\.kind: got "shard", but the examples are those of data owners/,
    ],
    [
      "a field of another kind",
      { file: { partition: { otherShare: 0.1 } } },
      /^partition\.otherShare: no such/,
    ],
    [
      "another number of clients",
      { set: ["partition.clients=4"] },
      /^partition\.clients: got 4, .* 3 data owners; leave it out/,
    ],
  ])("refuses %s", (_, sources, message) => {
    expect(refusal(sources)).toMatch(message);
  });
});
