import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClientUpdate } from "../../../shared/client/update.ts";
import { openStrategy, type StrategySettings } from "../../../shared/strategy/strategies.ts";
import { aggregate as aggregateRound, roundOf, update } from "./rounds.ts";

/**
 * Influence of a minority of arbitrary updates. The honest models lie in [-1, 1]; the others hold NaN, infinities,
 * the largest numbers, or values that try not to stand out.
 */
const honest = fc.float({ noNaN: true, min: -1, max: 1 });
const arbitrary = fc.oneof(
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e38, -1e38, 3.4e38, -0),
  fc.float(),
  fc.float({ noNaN: true, min: -3, max: 3 }),
);
const model = (value: fc.Arbitrary<number>, length: number) =>
  fc.array(value, { minLength: length, maxLength: length });

interface Attack {
  readonly honest: readonly ClientUpdate[];
  readonly all: readonly ClientUpdate[];
  readonly length: number;
}

/** Honest clients and `attackers` others, who may hold any client number and often agree among themselves. */
function attacks(clients: number, attackers: number): fc.Arbitrary<Attack> {
  return fc.integer({ min: 1, max: 6 }).chain((length) => {
    const alone = fc.array(model(arbitrary, length), { minLength: attackers, maxLength: attackers });
    const together = model(arbitrary, length).map((one) => Array.from({ length: attackers }, () => one));
    return fc
      .record({
        good: fc.array(model(honest, length), {
          minLength: clients - attackers,
          maxLength: clients - attackers,
        }),
        bad: fc.oneof(alone, together),
        numbers: fc.shuffledSubarray([...Array(clients).keys()], { minLength: clients }),
      })
      .map(({ good, bad, numbers }) => {
        const all = [...good, ...bad].map((values, i) => update(numbers[i] ?? NaN, values));
        return { honest: all.slice(0, good.length), all, length };
      });
  });
}

function aggregate(settings: StrategySettings, { all, length }: Attack): Float32Array {
  const strategy = openStrategy(settings);
  return aggregateRound(strategy, roundOf(strategy, new Float32Array(length), all)).parameters;
}

/** The honest values of one coordinate. */
const values = ({ honest }: Attack, i: number) => honest.map(({ parameters }) => parameters[i] ?? NaN);
const span = (numbers: readonly number[]) => [Math.min(...numbers), Math.max(...numbers)] as const;

/** Half a unit of float32 in the last place, and the float64 sums behind it. */
const rounding = 1e-6;

describe.each([
  ["Median", 3, 1, { name: "Median" }],
  ["Median", 4, 1, { name: "Median" }],
  ["Median", 11, 5, { name: "Median" }],
  ["Median", 12, 5, { name: "Median" }],
  // sorted by the built-in sort
  ["Median", 81, 40, { name: "Median" }],
  ["TrimmedMean", 5, 1, { name: "TrimmedMean", beta: 0.2 }],
  ["TrimmedMean", 9, 3, { name: "TrimmedMean", beta: 0.34 }],
  ["TrimmedMean", 50, 24, { name: "TrimmedMean", beta: 0.48 }],
] as const)("%s of %d clients, %d of them arbitrary", (_, clients, attackers, settings) => {
  test("lies between the honest values in every coordinate", () => {
    fc.assert(
      fc.property(attacks(clients, attackers), (attack) => {
        aggregate(settings, attack).forEach((value, i) => {
          const [low, high] = span(values(attack, i));
          expect(value).toBeGreaterThanOrEqual(low - rounding);
          expect(value).toBeLessThanOrEqual(high + rounding);
        });
      }),
    );
  });
});

/**
 * A chosen model scores no worse than some honest one, and each has at least one honest model among the neighbours
 * that its score counts; so it is no farther from an honest model than the root of the worst honest score.
 */
function honestScore({ honest }: Attack, neighbours: number): number {
  return Math.max(
    ...honest.map((one) =>
      nearest(one, honest)
        .slice(0, neighbours)
        .reduce((a, b) => a + b, 0),
    ),
  );
}

function nearest(one: ClientUpdate, others: readonly ClientUpdate[]): number[] {
  return others
    .filter((other) => other !== one)
    .map(({ parameters }) => parameters.reduce((sum, w, i) => sum + (w - (one.parameters[i] ?? NaN)) ** 2, 0))
    .sort((a, b) => a - b);
}

describe.each([
  [5, 1],
  [7, 2],
  [12, 2],
  [13, 5],
])("Krum of %d clients, %d of them arbitrary", (clients, attackers) => {
  test("chooses a model near an honest one", () => {
    fc.assert(
      fc.property(attacks(clients, attackers), (attack) => {
        const parameters = aggregate({ name: "Krum", byzantine: attackers }, attack);
        const [closest] = nearest(update(-1, [...parameters]), attack.honest);
        const bound = honestScore(attack, clients - attackers - 2);
        expect(closest).toBeLessThanOrEqual(bound * (1 + rounding) + Number.MIN_VALUE);
      }),
    );
  });

  test.each([null, clients - attackers])("averages models near honest ones: selected %d", (selected) => {
    fc.assert(
      fc.property(attacks(clients, attackers), (attack) => {
        const parameters = aggregate({ name: "MultiKrum", byzantine: attackers, selected }, attack);
        const reach = Math.sqrt(honestScore(attack, clients - attackers - 2));
        parameters.forEach((value, i) => {
          const [low, high] = span(values(attack, i));
          expect(value).toBeGreaterThanOrEqual(low - reach - rounding);
          expect(value).toBeLessThanOrEqual(high + reach + rounding);
        });
      }),
    );
  });
});

describe.each([
  [7, 1],
  [9, 1],
  [11, 2],
  [16, 3],
])("Bulyan of %d clients, %d of them arbitrary", (clients, attackers) => {
  test("lies no farther from the honest values than they lie apart, in every coordinate", () => {
    fc.assert(
      fc.property(attacks(clients, attackers), (attack) => {
        aggregate({ name: "Bulyan", byzantine: attackers }, attack).forEach((value, i) => {
          const [low, high] = span(values(attack, i));
          expect(value).toBeGreaterThanOrEqual(low - (high - low) - rounding);
          expect(value).toBeLessThanOrEqual(high + (high - low) + rounding);
        });
      }),
    );
  });
});

describe("a majority of updates that are no numbers", () => {
  test.each([
    { name: "Median" },
    { name: "TrimmedMean", beta: 0.34 },
    { name: "Krum", byzantine: 0 },
    { name: "Bulyan", byzantine: 0 },
  ] as const)("ends $name in TrainingDiverged, not in a model of NaN", (settings) => {
    const all = [1, Number.NaN, Number.NaN, Number.NaN].map((value, client) => update(client, [value]));
    const attack = { honest: [], all: settings.name === "Krum" ? all.slice(1) : all, length: 1 };
    expect(() => aggregate(settings, attack)).toThrow(expect.objectContaining({ name: "TrainingDiverged" }));
  });
});

test("FedAvg, for comparison, is moved as far as one client likes", () => {
  const all = [0, 0, 0, 1e38].map((value, client) => update(client, [value]));
  expect(aggregate({ name: "FedAvg" }, { honest: [], all, length: 1 })[0]).toBe(Math.fround(1e38) / 4);
});
