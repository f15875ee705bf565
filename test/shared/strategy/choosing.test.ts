import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStrategy, type StrategySettings } from "../../../shared/strategy/strategies.ts";
import { aggregate, roundOf, update } from "./rounds.ts";

/** Krum, Multi-Krum, Bulyan, the median and the trimmed mean against the plainest reading of their definitions. */

type Models = readonly (readonly number[])[];

function subsets(items: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  const [head, ...tail] = items;
  if (head === undefined) return [];
  return [...subsets(tail, size - 1).map((rest) => [head, ...rest]), ...subsets(tail, size)];
}

const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + (value - (b[i] ?? NaN)) ** 2, 0);

/** The least sum of distances over every set of `counted` others: the nearest ones, found without sorting. */
function score(models: Models, who: number, among: readonly number[], byzantine: number): number {
  const others = among.filter((other) => other !== who);
  const counted = Math.min(others.length, Math.max(1, among.length - byzantine - 2));
  const sums = subsets(others, counted).map((set) =>
    set.reduce((sum, other) => sum + distance(models[who] ?? [], models[other] ?? []), 0),
  );
  return Math.min(...sums);
}

const chooseOne = (models: Models, among: readonly number[], byzantine: number) => {
  const scores = among.map((who) => score(models, who, among, byzantine));
  return among[scores.indexOf(Math.min(...scores))] ?? NaN;
};

const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return mean([
    sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN,
    sorted[Math.floor(sorted.length / 2)] ?? NaN,
  ]);
}

const column = (models: Models, i: number) => models.map((one) => one[i] ?? NaN);

/** Sixteenths, so that every sum is exact and the reference's order of summation does not matter. */
const coordinate = fc.integer({ min: -200, max: 200 }).map((n) => n / 16);
const models = (clients: number) =>
  fc.integer({ min: 1, max: 4 }).chain((length) =>
    fc.array(fc.array(coordinate, { minLength: length, maxLength: length }), {
      minLength: clients,
      maxLength: clients,
    }),
  );

function aggregated(settings: StrategySettings, of: Models) {
  const strategy = openStrategy(settings);
  const updates = of.map((one, client) => update(client, one));
  return aggregate(strategy, roundOf(strategy, new Float32Array(of[0]?.length ?? 0), updates));
}

const everyone = (of: Models) => [...of.keys()];
const expectModel = (found: Float32Array, expected: readonly number[]) => {
  found.forEach((value, i) => {
    expect(value).toBe(Math.fround(expected[i] ?? NaN));
  });
};

describe.each([
  [3, 0],
  [5, 1],
  [8, 1],
  [9, 3],
])("of %d clients with byzantine %d", (clients, byzantine) => {
  test("Krum takes the model of the least score, the first of equals", () => {
    fc.assert(
      fc.property(models(clients), (of) => {
        const { parameters, chosen } = aggregated({ name: "Krum", byzantine }, of);
        const best = chooseOne(of, everyone(of), byzantine);
        expect(chosen).toEqual([best]);
        expectModel(parameters, of[best] ?? []);
      }),
    );
  });

  test("Multi-Krum averages those of the least scores", () => {
    fc.assert(
      fc.property(models(clients), fc.integer({ min: 1, max: clients - byzantine }), (of, selected) => {
        const { parameters, chosen } = aggregated({ name: "MultiKrum", byzantine, selected }, of);
        const scores = everyone(of).map((who) => score(of, who, everyone(of), byzantine));
        // as many as have a better score, or an equal one and a smaller number
        const before = (who: number) =>
          scores.filter((s, k) => s < (scores[who] ?? NaN) || (s === scores[who] && k < who)).length;
        const best = everyone(of).filter((who) => before(who) < selected);
        expect(chosen).toEqual(best);
        expectModel(
          parameters,
          parametersOf(best.map((who) => of[who] ?? [])).map((values) => mean(values)),
        );
      }),
    );
  });
});

test("Multi-Krum averages all but byzantine + 2 where nothing else is said", () => {
  const of = [[0], [1], [2], [3], [4], [50], [60], [70]];
  const { parameters, chosen } = aggregated({ name: "MultiKrum", byzantine: 1, selected: null }, of);
  expect(chosen).toEqual([0, 1, 2, 3, 4]);
  expect([...parameters]).toEqual([2]);
});

test("a model is made of as many clients' as the strategy says, and chooses", () => {
  const of = [[0], [1], [2], [3], [4], [50], [60], [70]];
  for (const [settings, count] of [
    [{ name: "Krum", byzantine: 1 }, 1],
    [{ name: "MultiKrum", byzantine: 1, selected: 3 }, 3],
    [{ name: "MultiKrum", byzantine: 1, selected: null }, 5],
  ] as const) {
    expect(openStrategy(settings).contributors(of.length)).toBe(count);
    expect(aggregated(settings, of).chosen).toHaveLength(count);
  }
  expect(openStrategy({ name: "Median" }).contributors(of.length)).toBe(of.length);
});

describe.each([
  [4, 0],
  [7, 1],
  [8, 1],
  [11, 2],
])("of %d clients with byzantine %d", (clients, byzantine) => {
  test("Bulyan selects by Krum, one by one, and averages around each median", () => {
    fc.assert(
      fc.property(models(clients), (of) => {
        const left = everyone(of);
        const selection: number[] = [];
        while (selection.length < clients - 2 * byzantine) {
          const next = chooseOne(of, left, byzantine);
          selection.push(next);
          left.splice(left.indexOf(next), 1);
        }
        const { parameters, chosen } = aggregated({ name: "Bulyan", byzantine }, of);
        expect(chosen).toEqual([...selection].sort((a, b) => a - b));
        const columns = parametersOf(selection.map((who) => of[who] ?? []));
        const expected = columns.map((values) => {
          const centre = middle(values);
          const byDistance = [...values].sort((a, b) => Math.abs(a - centre) - Math.abs(b - centre) || a - b);
          return mean(byDistance.slice(0, clients - 4 * byzantine));
        });
        expectModel(parameters, expected);
      }),
      { numRuns: 40 },
    );
  });
});

test.each([1, 2, 5, 10, 80, 81])("the median of %d clients is the middle value of each coordinate", (n) => {
  fc.assert(
    fc.property(models(n), (of) => {
      expectModel(aggregated({ name: "Median" }, of).parameters, parametersOf(of).map(middle));
    }),
    { numRuns: 40 },
  );
});

test.each([
  [5, 0.2, 1],
  [9, 0.2, 1],
  [10, 0.2, 2],
  [10, 0.3, 3],
  [100, 0.29, 29],
  [7, 0.49, 3],
])("the trimmed mean of %d clients with beta %d drops %d at either end", (n, beta, cut) => {
  fc.assert(
    fc.property(models(n), (of) => {
      const expected = parametersOf(of).map((values) =>
        mean(values.sort((a, b) => a - b).slice(cut, values.length - cut)),
      );
      expectModel(aggregated({ name: "TrimmedMean", beta }, of).parameters, expected);
    }),
    { numRuns: 40 },
  );
});

/** Coordinates first, models second. */
function parametersOf(of: Models): number[][] {
  return (of[0] ?? []).map((_, i) => column(of, i));
}
