import { describe, expect, test } from "vitest";
import { checkConfig } from "../../../../cloud/limits/check-config.ts";
import { resolveConfig } from "../../../../shared/config/resolve.ts";
import { unfitForOwners } from "../../../../shared/owners/agreed-config.ts";
import { privacyPlanOf } from "../../../../shared/privacy/privacy-plan.ts";

const sound = [
  "baseline.enabled=false",
  "partition.clients=100",
  "privacy.unit=client",
  "privacy.epsilon=8",
  "privacy.delta=0.001",
];
const config = (...set: string[]) => resolveConfig({ preset: "smoke", set: [...sound, ...set] });
const following = 'privacy.clip={"initial":0.5}';

const behindMasks = ["privacy.noise=distributed", "federation.secureAggregation.helpers=coordinator"];

test("a sound promise for clients passes, with a clip that stays or follows", () => {
  expect(() => checkConfig(config())).not.toThrow();
  expect(() => checkConfig(config(following))).not.toThrow();
  expect(() =>
    checkConfig(config("federation.strategy.name=FedAdam", "training.trainer=tfjs")),
  ).not.toThrow();
  expect(() => checkConfig(config(...behindMasks))).not.toThrow();
  expect(config(following).privacy).toMatchObject({
    clip: { initial: 0.5, quantile: 0.5, learningRate: 0.2 },
  });
  expect(config("privacy.clip.initial=0.3", "privacy.clip.quantile=0.8").privacy).toMatchObject({
    clip: { initial: 0.3, quantile: 0.8 },
  });
});

describe("what cannot go with hiding clients is refused by the field to change", () => {
  test.each<[string, string[], string]>([
    ["no noise at all", ["privacy.epsilon=null"], "privacy.epsilon: neither"],
    ["noise and its epsilon both", ["privacy.noiseMultiplier=1"], "privacy.noiseMultiplier: got 1 beside"],
    ["the pooled baseline", ["baseline.enabled=true"], "baseline.enabled: got true"],
    ["an end by patience", ["federation.stop.patience=3"], "federation.stop: got"],
    [
      "masks",
      ["federation.secureAggregation.helpers=coordinator"],
      "federation.secureAggregation.helpers: got",
    ],
    ["shares without masks", ["privacy.noise=distributed"], 'privacy.noise: got "distributed"'],
    [
      "as many colluding as a sum is over",
      [...behindMasks, "privacy.colluding=3"],
      "privacy.colluding: got 3",
    ],
    ["shares and a clip that follows", [...behindMasks, following], "privacy.clip: got"],
    ["a median", ["federation.strategy.name=Median"], "federation.strategy: got Median"],
    ["Krum", ["federation.strategy.name=Krum"], "federation.strategy: got Krum"],
    ["controls", ["federation.strategy.name=SCAFFOLD"], "federation.strategy: got SCAFFOLD"],
    ["weights by steps", ["federation.strategy.name=FedNova"], "federation.strategy: got FedNova"],
    ["another clipping", ['federation.update=[{"stage":"clipping","norm":1}]'], "federation.update: got"],
    ["a delta of one client", ["privacy.delta=0.01"], "privacy.delta: got 0.01, and with 100 clients"],
    [
      "more noise than is drawn",
      ["privacy.epsilon=0.0005", "federation.rounds=1000"],
      "privacy.epsilon: takes noise of",
    ],
    [
      "a count that tells more than may be told",
      ["partition.clients=10", "privacy.epsilon=2", following],
      "privacy.clip: follows the norms of 10 clients",
    ],
  ])("%s", (_what, set, said) => {
    expect(() => checkConfig(config(...set))).toThrow(said);
  });

  test.each<[string, string]>([
    ["privacy.clip=0", "privacy.clip"],
    ['privacy.clip={"initial":-1}', "privacy.clip"],
    ['privacy.clip={"initial":1,"quantile":1.5}', "privacy.clip"],
    ['privacy.clip={"quantile":0.5}', "privacy.clip"],
    ["privacy.fullWeight=0", "privacy.fullWeight: got 0"],
    ["privacy.samplingRate=0.1", "privacy.samplingRate"],
    ["privacy.noise=local", "privacy.noise: got"],
  ])("%s", (set, said) => {
    expect(() => config(set)).toThrow(said);
  });

  test("and owners, whose updates would come to the coordinator as they are", () => {
    expect(unfitForOwners(config("partition.kind=natural-id", "dataset.limit=null"), 100)).toEqual([
      expect.stringContaining("privacy.unit: takes none or example"),
    ]);
  });
});

test("a plan says how loud the noise is, by the clients that a round selects and not by all there are", () => {
  const of = (...set: string[]) => {
    const plan = privacyPlanOf(config("privacy.epsilon=null", "privacy.noiseMultiplier=2", ...set), {
      train: 50,
      parameters: 10_000,
    });
    if (plan.unit !== "client") throw new Error("of clients");
    return plan;
  };
  expect(of("federation.fraction=1")).toMatchObject({ cohort: 100, sumNoise: 2, noiseShare: 2 });
  const half = of("federation.fraction=0.5");
  expect(half).toMatchObject({ cohort: 50, noiseShare: 4 });
  // half of the rounds in the mean, and what counts are those of the client that is selected most
  expect(half.steps).toBeLessThan(of("federation.fraction=1").steps + 1);
  // (1 / 4 - 1 / 100)^(-1/2)
  expect(of("federation.fraction=1", following).sumNoise).toBeCloseTo(2 / Math.sqrt(0.96), 9);
});
