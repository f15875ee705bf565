import { describe, expect, test } from "vitest";
import { openStrategy, strategies, strategySettings } from "../../shared/strategy/strategies.ts";
import { aggregate, drawnUpdates, roundOf, stream } from "../shared/strategy/rounds.ts";
import { everyStrategy } from "./every-strategy.ts";

describe.each(everyStrategy)("%s", (_, settings) => {
  const strategy = openStrategy(settings);

  test("takes as few updates as it says, and refuses fewer by name", () => {
    const few = drawnUpdates(stream(5), strategy.needs.updates, 4);
    const global = new Float32Array(4);
    expect(aggregate(strategy, roundOf(strategy, global, few)).parameters).toHaveLength(4);
    expect(() => aggregate(strategy, roundOf(strategy, global, few.slice(1)))).toThrow(
      expect.objectContaining({
        name: "AggregationImpossible",
        message: expect.stringMatching(
          new RegExp(
            `^${strategy.name} takes at least ${few.length} .* has ${few.length - 1}: let more clients`,
          ),
        ),
      }),
    );
  });
});

describe("the registry", () => {
  test.each(Object.keys(strategies))("knows %s by the name in its settings", (name) => {
    const settings = strategySettings.parse({ name });
    expect(settings.name).toBe(name);
    expect(openStrategy(settings).name).toBe(name);
  });

  test("opens FedAvg where none is named", () => {
    expect(strategySettings.parse({})).toEqual({ name: "FedAvg" });
  });

  test.each([
    ["a parameter of another strategy", { name: "FedAvg", momentum: 0.9 }],
    ["a parameter that nobody has", { name: "FedAdam", beta3: 0.9 }],
    ["a name that nobody has", { name: "FedMagic" }],
    ["a value out of range", { name: "TrimmedMean", beta: 0.5 }],
  ])("refuses %s", (_, settings) => {
    expect(strategySettings.safeParse(settings).success).toBe(false);
  });

  test.each(Object.entries(strategies))("describes every parameter of %s", (_, { settings }) => {
    for (const field of Object.values(settings.shape)) expect(field.description).toBeTruthy();
    expect(settings.description).toMatch(/et al\. \d{4}/);
  });
});
