import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { presets } from "../../../shared/config/presets.ts";
import { type ConfigSources, parseConfig, resolveConfig } from "../../../shared/config/resolve.ts";

describe("the sources of a configuration", () => {
  it("are the defaults, then the preset, then the file, then the assignments", () => {
    const rate = (sources: ConfigSources) => resolveConfig(sources).training.learningRate;
    const file = { training: { learningRate: 0.2 } };
    const set = ["training.learningRate=0.3"];
    expect(rate({})).toBe(0.1);
    expect(rate({ preset: "paper" })).toBe(presets.paper?.config.training?.learningRate);
    expect(rate({ preset: "paper" })).toBeLessThan(0.01);
    expect(rate({ preset: "paper", file })).toBe(0.2);
    expect(rate({ preset: "paper", file, set })).toBe(0.3);
    expect(rate({ set: [...set, "training.learningRate=0.4"] })).toBe(0.4);
  });

  it("have what the preset sets for the sample between the preset and whatever else is said", () => {
    const rate = (sources: ConfigSources) =>
      resolveConfig({ ...sources, sample: true }).training.learningRate;
    // 1.6e-4 for seven times as many images, of which each round makes seven times as many steps
    expect(rate({ preset: "paper" })).toBeCloseTo(7 * 1.6e-4, 12);
    expect(rate({ preset: "paper", set: ["training.learningRate=0.00016"] })).toBe(0.00016);
    expect(rate({ preset: "paper", file: { training: { learningRate: 0.2 } } })).toBe(0.2);
    expect(rate({ base: resolveConfig({ preset: "paper" }) })).toBe(0.00016);
    const others = (sample: boolean) => ({
      ...resolveConfig({ preset: "paper", sample }),
      training: undefined,
    });
    expect(others(true)).toEqual(others(false));
    expect(resolveConfig({ preset: "tuned", sample: true })).toEqual(resolveConfig({ preset: "tuned" }));
  });

  it("leave alone the fields that they do not name", () => {
    const config = resolveConfig({
      preset: "smoke",
      file: { training: { momentum: 0.5 } },
      set: ["partition.clients=5"],
    });
    expect(config.training).toEqual({ ...resolveConfig({ preset: "smoke" }).training, momentum: 0.5 });
    expect(config.partition).toEqual({ kind: "main-label", clients: 5, otherShare: 0.1 });
  });

  it("replace lists as a whole", () => {
    expect(resolveConfig({ preset: "tuned", file: { model: { hidden: [8, 4] } } }).model.hidden).toEqual([
      8, 4,
    ]);
    expect(resolveConfig({ preset: "tuned", set: ["model.hidden=[]"] }).model.hidden).toEqual([]);
  });

  it("may name the preset in the file, which --preset overrides", () => {
    expect(resolveConfig({ file: { preset: "smoke" } })).toEqual(resolveConfig({ preset: "smoke" }));
    expect(resolveConfig({ preset: "paper", file: { preset: "smoke" } })).toEqual(
      resolveConfig({ preset: "paper" }),
    );
    expect(resolveConfig({}).preset).toBe("custom");
  });

  it("are not changed, nor are the presets", () => {
    const before = JSON.stringify(presets);
    const file = { model: { hidden: [3] } };
    resolveConfig({ preset: "paper", file, set: ["training.momentum=0.9", "model.hidden=[7]"] });
    expect(JSON.stringify(presets)).toBe(before);
    expect(file).toEqual({ model: { hidden: [3] } });
  });

  it("give a configuration that resolves to itself, also by way of JSON", () => {
    const assignments = fc.subarray([
      "seed=4294967295",
      "dataset.limit=100",
      "dataset.limit=null",
      "dataset.heldOut=0.5",
      "partition.clients=7",
      "model.hidden=[1,2,3]",
      "training.trainer=tfjs",
      "training.learningRate=1e-7",
      "federation.quorum=0.5",
      "baseline.enabled=false",
    ]);
    const kinds = fc.constantFrom(
      [],
      ["partition.kind=main-label", "partition.otherShare=0"],
      ["partition.kind=iid"],
      ["partition.balanced=true", "partition.kind=dirichlet"],
      ["partition.kind=pathological", "partition.labelsPerClient=3"],
      ["partition.kind=shard"],
      ["partition.growth=exponential", "partition.kind=size"],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(undefined, ...Object.keys(presets)),
        assignments,
        kinds,
        (preset, set, kind) => {
          const config = resolveConfig({ preset, set: [...set, ...kind] });
          expect(parseConfig(config)).toEqual(config);
          expect(resolveConfig({ file: JSON.parse(JSON.stringify(config)) })).toEqual(config);
        },
      ),
    );
  });
});

it("writes to none of its sources", () => {
  const file = { training: { momentum: 0.5 }, model: { hidden: [3] } };
  const before = structuredClone({ file, presets });
  resolveConfig({ preset: "paper", file, set: ["training.momentum=0.9", "partition.kind=iid"] });
  expect({ file, presets }).toEqual(before);
});
