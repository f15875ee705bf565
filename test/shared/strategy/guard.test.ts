import { describe, expect, test } from "vitest";
import { openStrategy } from "../../../shared/strategy/strategies.ts";
import { aggregate, roundOf, update } from "./rounds.ts";

const named = (name: string, message: RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(message) });

describe("before and after every strategy", () => {
  test("a round too small for Krum says what to change", () => {
    const krum = openStrategy({ name: "Krum", byzantine: 3 });
    const updates = Array.from({ length: 8 }, (_, client) => update(client, [1]));
    expect(() => aggregate(krum, roundOf(krum, Float32Array.of(0), updates))).toThrow(
      named(
        "AggregationImpossible",
        /Krum takes at least 9 updates a round \(2 byzantine \+ 3 .* has 8.*quorum/,
      ),
    );
  });

  test.each([
    ["Krum", { name: "Krum", byzantine: 2 }, 7],
    ["Bulyan", { name: "Bulyan", byzantine: 2 }, 11],
    ["Multi-Krum", { name: "MultiKrum", byzantine: 2, selected: null }, 7],
    ["Multi-Krum of many", { name: "MultiKrum", byzantine: 2, selected: 20 }, 22],
    ["the trimmed mean", { name: "TrimmedMean", beta: 0.1 }, 10],
    ["the trimmed mean of 0.3", { name: "TrimmedMean", beta: 0.3 }, 4],
  ] as const)("%s says how many updates it needs", (_, settings, count) => {
    expect(openStrategy(settings).needs.updates).toBe(count);
  });

  test("state that is not there, or of another model, is refused", () => {
    const fedAvgM = openStrategy({ name: "FedAvgM", momentum: 0.9, learningRate: 1 });
    const round = roundOf(fedAvgM, Float32Array.of(0, 0), [update(0, [1, 1])]);
    for (const state of [{}, { velocity: new Float32Array(3) }]) {
      expect(() => aggregate(fedAvgM, { ...round, state })).toThrow(
        named("ObjectInvalid", /velocity of 2 values/),
      );
    }
  });

  test("an update without what its strategy sends is refused with its client", () => {
    const scaffold = openStrategy({ name: "SCAFFOLD", learningRate: 1 });
    const round = roundOf(scaffold, Float32Array.of(0), [update(4, [1])]);
    expect(() => aggregate(scaffold, round)).toThrow(named("UpdateInvalid", /client 4: .* no vector change/));
  });

  test("a model of another length is refused with its client", () => {
    const fedAvg = openStrategy({ name: "FedAvg" });
    const round = roundOf(fedAvg, Float32Array.of(0, 0), [update(4, [1])]);
    expect(() => aggregate(fedAvg, round)).toThrow(named("UpdateInvalid", /client 4: .* 1 values, .* 2/));
  });

  test("a server that steps out of float32's range says so, of its model or its state", () => {
    const fedAvgM = openStrategy({ name: "FedAvgM", momentum: 0, learningRate: 1000 });
    const far = roundOf(fedAvgM, Float32Array.of(0), [update(0, [1e37])]);
    expect(() => aggregate(fedAvgM, far)).toThrow(
      named("TrainingDiverged", /FedAvgM: the global model left/),
    );
    const adam = openStrategy({ name: "FedAdam", learningRate: 0.1, beta1: 0.9, beta2: 0.99, tau: 1e-3 });
    const squared = roundOf(adam, Float32Array.of(0), [update(0, [1e25])]);
    expect(() => aggregate(adam, squared)).toThrow(named("TrainingDiverged", /FedAdam: the v left/));
  });
});
