import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { aggregate, roundOf, rounds, update } from "../shared/strategy/rounds.ts";
import { everyStrategy, runs, testIf } from "./every-strategy.ts";

/** Each client counts the same, however many examples it claims. */
const evenHanded = new Set(["Median", "TrimmedMean", "Krum", "MultiKrum", "Bulyan"]);

describe.each(everyStrategy)("%s", (_, settings) => {
  const strategy = openStrategy(settings);

  test("says rightly whether it weights by examples", () => {
    expect(strategy.weighting).toBe(evenHanded.has(strategy.name) ? "clients" : "examples");
  });

  testIf(strategy.weighting === "clients")("examples do not count", () => {
    fc.assert(
      fc.property(rounds(strategy), (round) => {
        const even = round.updates.map((one) => ({ ...one, examples: 1 }));
        expect(aggregate(strategy, { ...round, updates: even })).toEqual(aggregate(strategy, round));
      }),
      runs,
    );
  });

  testIf(strategy.weighting === "examples")("examples count: two clients act as their mean", () => {
    const of = (client: number, examples: number, ...model: number[]) =>
      update(client, model, { examples, sent: { change: Float32Array.from(model) } });
    const global = Float32Array.of(9, -9);
    // (1*1 + 3*5) / 4 and (1*-2 + 3*2) / 4
    const two = aggregate(strategy, roundOf(strategy, global, [of(0, 1, 1, -2), of(1, 3, 5, 2)]));
    const mean = aggregate(strategy, roundOf(strategy, global, [of(0, 4, 4, 1)]));
    expect(two).toEqual(mean);
    const uneven = aggregate(strategy, roundOf(strategy, global, [of(0, 3, 1, -2), of(1, 1, 5, 2)]));
    expect(uneven).not.toEqual(mean);
  });
});
