import { describe, expect, test } from "vitest";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { checkDelta } from "../../../shared/privacy/check.ts";

const sound = ["baseline.enabled=false", "privacy.unit=example", "privacy.epsilon=8"];
const config = (...set: string[]) => resolveConfig({ preset: "smoke", set: [...sound, ...set] });

test("a sound promise passes", () => {
  expect(() => checkConfig(config())).not.toThrow();
  expect(() => checkConfig(config("privacy.epsilon=null", "privacy.noiseMultiplier=1.1"))).not.toThrow();
});

describe("what cannot go with privacy is refused by the field to change", () => {
  test.each<[string, string[], string]>([
    ["no noise at all", ["privacy.epsilon=null"], "privacy.epsilon: neither"],
    [
      "noise that no accountant counts",
      ["privacy.epsilon=null", "privacy.noiseMultiplier=0.01"],
      "privacy.noiseMultiplier: takes 0.05",
    ],
    ["noise and its epsilon both", ["privacy.noiseMultiplier=1"], "privacy.noiseMultiplier: got 1 beside"],
    ["the pooled baseline", ["baseline.enabled=true"], "baseline.enabled: got true"],
    ["an end by accuracy", ["federation.stop.accuracy=0.9"], "federation.stop: got"],
    ["an end by patience", ["federation.stop.patience=3"], "federation.stop: got"],
    [
      "masks",
      ["federation.secureAggregation.helpers=coordinator"],
      "federation.secureAggregation.helpers: got",
    ],
    ["a proximal term", ["federation.strategy.name=FedProx"], "federation.strategy: got FedProx"],
    ["controls", ["federation.strategy.name=SCAFFOLD"], "federation.strategy: got SCAFFOLD"],
    ["weight decay", ["training.weightDecay=0.1"], "training.weightDecay: got 0.1"],
    ["the reference trainer", ["training.trainer=tfjs"], "training.trainer: got tfjs"],
  ])("%s", (_what, set, said) => {
    expect(() => checkConfig(config(...set))).toThrow(said);
  });

  const together = [
    "privacy.noise=distributed",
    "federation.secureAggregation.helpers=coordinator",
    "training.localSteps=1",
  ];

  test("noise that clients add together passes with all that it takes", () => {
    expect(() => checkConfig(config(...together))).not.toThrow();
    expect(() => checkConfig(config(...together, "federation.strategy.name=FedAdam"))).not.toThrow();
  });

  test.each<[string, string[], string]>([
    [
      "no masks",
      ["federation.secureAggregation.helpers=null"],
      'privacy.noise: got "distributed", of which each client has a share',
    ],
    [
      "the same integers without masks",
      ["federation.secureAggregation.helpers=none"],
      'privacy.noise: got "distributed", of which each client has a share',
    ],
    [
      "nobody whose share is secret",
      ["privacy.colluding=3"],
      "privacy.colluding: got 3, and every sum is over 3",
    ],
    ["whole epochs", ["training.localSteps=null"], "training.localSteps: got null, which is whole epochs"],
    ["several steps", ["training.localSteps=2"], "training.localSteps: got 2"],
    ["momentum of the clients", ["training.momentum=0.9"], "training.momentum: got 0.9"],
    ["stages", ['federation.update=[{"stage":"clipping","norm":1}]'], "federation.update: got clipping"],
    ["weights of its own", ["federation.strategy.name=FedNova"], "federation.strategy: got FedNova"],
    ["controls", ["federation.strategy.name=SCAFFOLD"], "federation.strategy: got SCAFFOLD"],
  ])("beside noise that clients add together, %s", (_what, set, said) => {
    expect(() => checkConfig(config(...together, ...set))).toThrow(said);
  });

  test.each<[string, string]>([
    ["privacy.epsilon=0", "privacy.epsilon: got 0"],
    ["privacy.epsilon=-1", "privacy.epsilon: got -1"],
    ["privacy.samplingRate=1.5", "privacy.samplingRate: got 1.5"],
    ["privacy.delta=0", "privacy.delta: got 0"],
    ["privacy.delta=1", "privacy.delta: got 1"],
    ["privacy.clip=0", "privacy.clip: got 0"],
    ["privacy.unit=person", "privacy.unit: got"],
  ])("%s", (set, said) => {
    expect(() => config(set)).toThrow(said);
  });
});

test("delta is less than one in the number of examples: else one of them may leave as it stands", () => {
  expect(() => checkDelta(config("privacy.delta=0.001"), 999)).not.toThrow();
  expect(() => checkDelta(config("privacy.delta=0.001"), 1000)).toThrow("privacy.delta: got 0.001");
  expect(() => checkDelta(resolveConfig({ preset: "smoke" }), 1e9)).not.toThrow();
});

test("another source that takes the promise back drops its fields", () => {
  const base = config();
  expect(resolveConfig({ base, set: ["privacy.unit=none"] }).privacy).toEqual({ unit: "none" });
});
