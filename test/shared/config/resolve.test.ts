import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { presets } from "../../../shared/config/presets.ts";
import { type ConfigSources, parseConfig, resolveConfig } from "../../../shared/config/resolve.ts";

function refusal(sources: ConfigSources): string[] {
  try {
    resolveConfig(sources);
  } catch (error) {
    expect(error).toMatchObject({ name: "ConfigInvalid" });
    return error instanceof Error ? error.message.split("\n") : [];
  }
  return ["accepted"];
}

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

describe("the paper's preset", () => {
  it("is the paper's experiment: 10 clients, 5 % of each foreign digit, 100 rounds and 100 epochs of all images", () => {
    const { dataset, partition, federation, baseline } = resolveConfig({ preset: "paper" });
    expect(dataset.limit).toBeNull();
    expect(partition).toEqual({ kind: "main-label", clients: 10, otherShare: 0.05 });
    expect(federation).toMatchObject({ rounds: 100, strategy: { name: "FedAvg" }, fraction: 1, quorum: 1 });
    expect(baseline).toEqual({ enabled: true, epochs: 100 });
    expect(presets.paper?.published).toMatchObject({ federated: 0.855, baseline: 0.902 });
  });
});

describe("a configuration that is refused", () => {
  it.each<[string, string, RegExp]>([
    [
      "no number",
      "training.learningRate=fast",
      /^training\.learningRate: got "fast"; takes a number above 0 and at/,
    ],
    ["a quoted number", 'training.learningRate="0.1"', /^training\.learningRate: got "0\.1"; takes a number/],
    ["nothing", "training.learningRate=", /^training\.learningRate: got ""; takes a number/],
    ["NaN", "training.learningRate=NaN", /^training\.learningRate: got "NaN"; takes a number/],
    ["infinity", "training.learningRate=1e999", /^training\.learningRate: got .*; takes a number/],
    ["at an open end", "dataset.heldOut=1", /^dataset\.heldOut: got 1; takes a number above 0 and below 1 /],
    ["below a range", "seed=-1", /^seed: got -1; takes an integer from 0 to 4294967295 /],
    [
      "above a range",
      "partition.clients=10001",
      /^partition\.clients: got 10001; takes an integer from 1 to 10000 /,
    ],
    [
      "a fraction",
      "federation.rounds=1.5",
      /^federation\.rounds: got 1\.5; takes an integer from 1 to 100000 /,
    ],
    [
      "a limit of none",
      "dataset.limit=0",
      /^dataset\.limit: got 0; takes an integer from 1 to 10000000 or null /,
    ],
    ["no such choice", "training.trainer=gpu", /^training\.trainer: got "gpu"; takes one of kernel, tfjs /],
    [
      "no such strategy",
      "federation.strategy.name=fedavg",
      /^federation\.strategy\.name: got "fedavg"; takes one of FedAvg, FedAvgM, FedProx, .*SCAFFOLD/,
    ],
    ["no truth", "baseline.enabled=yes", /^baseline\.enabled: got "yes"; takes true or false /],
    [
      "no such kind",
      "partition.kind=dirichlett",
      /^partition\.kind: got "dirichlett"; takes one of main-label, iid, dirichlet, pathological, shard, size, natural-id \(How/,
    ],
    [
      "no kind at all",
      "partition.kind=null",
      /^partition\.kind: got null; takes one of main-label, iid, dirichlet, pathological, shard, size, natural-id /,
    ],
    [
      "a value for a group that has kinds",
      "partition=iid",
      /^partition: got "iid"; takes an object with kind, one of main-label, iid,.* and the fields of that \(How/,
    ],
    [
      "a field of another kind",
      "partition.alpha=1",
      /^partition\.alpha: no such field; partition of kind main-label takes kind, clients, otherShare \(alpha is a field of dirichlet\)$/,
    ],
    [
      "a field of no kind",
      "partition.aplha=1",
      /^partition\.aplha: no such field; partition of kind main-label takes kind, clients, otherShare$/,
    ],
    [
      "no list",
      "model.hidden=64",
      /^model\.hidden: got 64; takes a list \(at most 16, each an integer from 1/,
    ],
    ["an item of a list", "model.hidden=[8,0]", /^model\.hidden\.1: got 0; takes an integer from 1 to 65536/],
    [
      "too long a list",
      `model.hidden=[${new Array(17).fill(1)}]`,
      /^model\.hidden: got \[.*takes a list \(at most 16/,
    ],
    [
      "a value for a group",
      "training=3",
      /^training: got 3; takes an object with trainer, learningRate, batchSize/,
    ],
    ["null for a group", "training=null", /^training: got null; takes an object with trainer/],
    [
      "an unknown group",
      "trainin.rate=1",
      /^trainin: no such field; the configuration takes preset, seed, dataset/,
    ],
    [
      "an unknown field",
      "training.rate=1",
      /^training\.rate: no such field; training takes trainer, learningRate/,
    ],
    ["a field below a value", "seed.deep=1", /^seed: got \{"deep":1\}; takes an integer/],
    ["no assignment", "training.learningRate", /^--set takes path=value, .*, not "training\.learningRate"$/],
    ["no path", "=1", /^--set takes path=value, .*, not "=1"$/],
  ])("for %s names the field, what it got and what it takes", (_, assignment, message) => {
    const lines = refusal({ set: [assignment] });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
    [
      "dirichlet",
      "alpha=0",
      /^partition\.alpha: got 0; takes a number from 0\.001 to 1000000 \(Concentration/,
    ],
    ["dirichlet", "balanced=1", /^partition\.balanced: got 1; takes true or false \(/],
    ["dirichlet", "minSize=1", /^partition\.minSize: got 1; takes an integer from 2 to 1000000 \(/],
    [
      "pathological",
      "labelsPerClient=0",
      /^partition\.labelsPerClient: got 0; takes an integer from 1 to 10000 /,
    ],
    [
      "shard",
      "shardsPerClient=1.5",
      /^partition\.shardsPerClient: got 1\.5; takes an integer from 1 to 10000 /,
    ],
    [
      "size",
      "growth=square",
      /^partition\.growth: got "square"; takes one of linear, exponential \(How many/,
    ],
    ["size", "clients=0", /^partition\.clients: got 0; takes an integer from 1 to 10000 \(Number of clients/],
  ])("for a field of the kind %s, %s, knows what that takes", (kind, field, message) => {
    expect(refusal({ set: [`partition.${field}`, `partition.kind=${kind}`] })).toEqual([
      expect.stringMatching(message),
    ]);
  });

  it("names every wrong field, each on its line", () => {
    const lines = refusal({ set: ["seed=x", "training.momentum=1", "model.depth=2"] });
    expect(lines.map((line) => line.split(":")[0]).sort()).toEqual([
      "model.depth",
      "seed",
      "training.momentum",
    ]);
  });

  it.each(["nope", "", "__proto__", "constructor", "toString"])('has no preset "%s"', (preset) => {
    const lines = [`preset: there is no "${preset}"; take one of ${Object.keys(presets).join(", ")}`];
    expect(refusal({ preset })).toEqual(lines);
    expect(refusal({ file: { preset } })).toEqual(lines);
  });

  it.each([[[]], [null], ["text"], [3]])("has a file that is no object: %j", (file) => {
    expect(refusal({ file })[0]).toMatch(/^the configuration file must hold a JSON object, not /);
  });

  it.each([
    ['{"__proto__":{"seed":2}}', "__proto__"],
    ['{"training":{"__proto__":{"momentum":0.5}}}', "training.__proto__"],
    ['{"constructor":{"prototype":{"polluted":1}}}', "constructor"],
    ['{"model":{"constructor":1}}', "model.constructor"],
  ])("has a key of the language itself in the file %s", (json, field) => {
    expect(refusal({ file: JSON.parse(json) })).toEqual([
      expect.stringMatching(`^${field}: no such field; `),
    ]);
  });

  it.each([
    ["__proto__.polluted=1", "__proto__"],
    ["training.__proto__.polluted=1", "training.__proto__"],
    ["constructor.prototype.polluted=1", "constructor"],
  ])("has a key of the language itself in --set %s, and touches no object by it", (assignment, field) => {
    expect(refusal({ preset: "paper", set: [assignment] })).toEqual([
      expect.stringMatching(`^${field}: no such field; `),
    ]);
    expect("polluted" in {}).toBe(false);
  });
});

describe("the preset", () => {
  it("of a file is a name", () => {
    expect(refusal({ file: { preset: 3 } })).toEqual([
      expect.stringMatching(/^preset: got 3; takes paper, tuned, .*, dirichlet-0\.1 or custom/),
    ]);
  });

  it("is not set with --set, which would change its name and nothing else", () => {
    expect(refusal({ set: ["preset=paper"] })).toEqual([expect.stringMatching(/--preset/)]);
  });
});

describe("an error", () => {
  it("shows a number that JSON cannot hold", () => {
    expect(refusal({ set: ["training.learningRate=1e999"] })[0]).toMatch(/got Infinity; takes a number/);
  });

  it.each([
    ["model.hidden=64", /takes a list \(at most 16, .*\), such as model\.hidden=\[64\] \(Width/],
    ["federation.strategy.name=fedavg", /Bulyan, such as federation\.strategy\.name=FedAvg \(/],
    ["federation.strategy.name=multi-krum", /, such as federation\.strategy\.name=MultiKrum \(/],
    ["training.trainer=Kernel", /, such as training\.trainer=kernel \(/],
    ["partition.kind=Main Label", /, such as partition\.kind=main-label \(/],
  ])("shows what was probably meant by %s", (assignment, expected) => {
    expect(refusal({ set: [assignment] })[0]).toMatch(expected);
  });

  it("suggests nothing where nobody can tell what was meant", () => {
    for (const assignment of ["model.hidden=[0]", "model.hidden=wide", "partition.kind=even", "seed=one"]) {
      expect(refusal({ set: [assignment] })[0]).not.toContain("such as");
    }
  });

  it("says what a list is for when an item of it is wrong", () => {
    expect(refusal({ set: ["model.hidden=[0]"] })[0]).toMatch(/model\.hidden\.0: got 0; .*hidden layer/);
  });
});

it("writes to none of its sources", () => {
  const file = { training: { momentum: 0.5 }, model: { hidden: [3] } };
  const before = structuredClone({ file, presets });
  resolveConfig({ preset: "paper", file, set: ["training.momentum=0.9", "partition.kind=iid"] });
  expect({ file, presets }).toEqual(before);
});
