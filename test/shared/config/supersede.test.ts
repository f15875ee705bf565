import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type ConfigSources, resolveConfig } from "../../../shared/config/resolve.ts";
import { supersede } from "../../../shared/config/supersede.ts";

const partitionOf = (sources: ConfigSources) => resolveConfig(sources).partition;

describe("a source that chooses another kind", () => {
  const file = { partition: { kind: "dirichlet", alpha: 2, clients: 6 } };

  it("drops what the preset said about the old one and keeps what both have", () => {
    expect(partitionOf({ preset: "paper", set: ["partition.kind=iid"] })).toEqual({
      kind: "iid",
      clients: 10,
    });
    expect(partitionOf({ preset: "smoke", file: { partition: { kind: "shard" } } })).toEqual({
      kind: "shard",
      clients: 4,
      shardsPerClient: 2,
    });
  });

  it("drops what the file said", () => {
    expect(partitionOf({ file, set: ["partition.kind=size"] })).toEqual({
      kind: "size",
      clients: 6,
      growth: "linear",
    });
    // a file that names no kind speaks of the default one
    const share = { partition: { otherShare: 0.2 } };
    expect(partitionOf({ file: share, set: ["partition.kind=iid"] })).toEqual({ kind: "iid", clients: 10 });
  });

  it("brings its own fields, in whatever order of --set", () => {
    const set = ["partition.kind=dirichlet", "partition.alpha=0.3", "partition.clients=3"];
    const wanted = { kind: "dirichlet", clients: 3, alpha: 0.3, minSize: 10, balanced: false };
    expect(partitionOf({ preset: "paper", set })).toEqual(wanted);
    expect(partitionOf({ preset: "paper", set: set.toReversed() })).toEqual(wanted);
  });

  it("may set again what is dropped, and choose twice", () => {
    const set = ["partition.kind=iid", "partition.kind=main-label"];
    expect(partitionOf({ preset: "smoke", set })).toEqual({
      kind: "main-label",
      clients: 4,
      otherShare: 0.1,
    });
    expect(partitionOf({ preset: "smoke", file, set: ["partition.kind=main-label"] })).toEqual({
      kind: "main-label",
      clients: 6,
      otherShare: 0.05,
    });
  });

  it("names the kind that stands already, and nothing is dropped", () => {
    expect(partitionOf({ preset: "smoke", set: ["partition.kind=main-label"] })).toMatchObject({
      otherShare: 0.1,
    });
  });

  it.each<[string, ConfigSources]>([
    ["the same source", { set: ["partition.kind=iid", "partition.alpha=1"] }],
    ["the same source, before it", { set: ["partition.alpha=1", "partition.kind=iid"] }],
    ["the same file", { preset: "paper", file: { partition: { kind: "iid", alpha: 1 } } }],
    ["a later source", { file: { partition: { kind: "iid" } }, set: ["partition.alpha=1"] }],
    // neither of the old kind nor of the new one: a mistake, whoever made it
    [
      "an earlier source that meant neither kind",
      { file: { partition: { alpha: 1 } }, set: ["partition.kind=iid"] },
    ],
  ])("does not excuse a foreign field of %s", (_, sources) => {
    expect(() => resolveConfig(sources)).toThrow(
      /^partition\.alpha: no such field; partition of kind iid takes kind, clients \(alpha is a field of dirichlet\)$/,
    );
  });

  it("drops nothing for a kind that does not exist", () => {
    expect(() => resolveConfig({ preset: "paper", set: ["partition.kind=idd"] })).toThrow(
      /^partition\.kind: got "idd"; takes one of [^\n]*$/,
    );
  });
});

it("works for any section with a discriminator, however deep", () => {
  const strategy = z.discriminatedUnion("name", [
    z.strictObject({ name: z.literal("plain").optional().default("plain"), rate: z.number().default(1) }),
    z.strictObject({
      name: z.literal("damped"),
      rate: z.number().default(1),
      momentum: z.number().default(0.9),
    }),
  ]);
  const schema = z.strictObject({ outer: z.strictObject({ strategy: strategy.prefault({}) }).prefault({}) });
  const earlier = { outer: { strategy: { name: "damped", rate: 2, momentum: 0.5 } } };
  supersede(earlier, { outer: { strategy: { name: "plain" } } }, schema);
  expect(earlier).toEqual({ outer: { strategy: { name: "damped", rate: 2 } } });
});
