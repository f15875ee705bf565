import { describe, expect, test } from "vitest";
import { darkestMistake } from "../../../report/charts/confusion-matrix.ts";
import { visibleRange } from "../../../report/charts/learning-curve.ts";
import { timeSplits } from "../../../report/charts/round-time.ts";
import { updateSpreads } from "../../../report/charts/update-curve.ts";
import { duration, measured } from "../../../report/numbers.ts";
import type { TimedRound } from "../../../shared/workflow/round-records.ts";
import { toldStory } from "../told-story.ts";

describe("the axis of values", () => {
  const rising = Array.from({ length: 101 }, (_, i) => 0.9 - 0.8 * 0.9 ** i);

  test("leaves out the steep start of the accuracies, one in twenty at most", () => {
    const [least, most] = visibleRange(rising, "share");
    expect(rising.filter((value) => value < least).length).toBeLessThanOrEqual(5);
    expect(least).toBeGreaterThan(0.2);
    expect(most).toBeGreaterThan(0.9);
  });

  test("is finer where all accuracies are high, and never passes 100 %", () => {
    expect(visibleRange([0.955, 0.97, 0.985, 0.99], "share")).toEqual([0.94, 1]);
  });

  test("begins at zero for losses, and holds all but the start", () => {
    const falling = rising.map((value) => 2 - 2 * value);
    const [least, most] = visibleRange(falling, "number");
    expect(least).toBe(0);
    expect(falling.filter((value) => value > most).length).toBeLessThanOrEqual(5);
  });
});

describe("the time of rounds", () => {
  const { rounds } = toldStory({ rounds: 9 });

  test("adds up to their seconds", () => {
    for (const { training, aggregation, waiting } of timeSplits(rounds)) {
      expect(training + aggregation + waiting).toBeCloseTo(2, 12);
    }
  });

  test("is a mean where several rounds share a bar, and none is lost", () => {
    const late = { ...rounds[0], round: 11, seconds: 5, timing: { training: 4, aggregation: 0.5 } };
    const splits = timeSplits([...rounds, late as TimedRound], 4);
    expect(splits.map(({ first, last }) => [first, last])).toEqual([
      [1, 3],
      [4, 6],
      [7, 9],
      [10, 11],
    ]);
    expect(splits.at(-1)).toMatchObject({ training: (1.25 + 4) / 2, waiting: (0.5 + 0.5) / 2 });
  });

  test("has no negative waiting, though clocks disagree", () => {
    const hasty = { ...rounds[0], seconds: 1, timing: { training: 1.2, aggregation: 0.1 } };
    expect(timeSplits([hasty as TimedRound])[0]?.waiting).toBe(0);
  });
});

test("the spread of updates is least, median and most of a round's clients", () => {
  // norms 1, 2, 3, 4 in round 1 and half of them in round 2; the last pass has none
  expect(updateSpreads(toldStory({ rounds: 2, clients: 4 }).rounds, "norm")).toEqual([
    { round: 1, least: 1, median: 2.5, most: 4 },
    { round: 2, least: 0.5, median: 1.25, most: 2 },
  ]);
});

test("the darkest mistake is the largest share of a class taken for another, in any of the matrices", () => {
  const good = [
    [98, 2],
    [1, 99],
  ];
  const bad = [
    [75, 25],
    [0, 0],
  ];
  expect(darkestMistake([good, bad])).toBe(0.25);
  // a perfect model has no mistakes to be as dark as
  expect(darkestMistake([[[5]]])).toBe(0.01);
});

test.each<[number, string]>([
  [4.21, "4.2 s"],
  [59.4, "59 s"],
  [59.7, "1 min 0 s"],
  [108, "1 min 48 s"],
  [3599.6, "1 h 0 min"],
  [3720, "1 h 2 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test.each<[number, string]>([
  [0, "0"],
  [0.123456, "0.1235"],
  [12.3456, "12.35"],
  [0.0000123, "1.23e-5"],
])("%d is measured as %s", (value, text) => {
  expect(measured(value)).toBe(text);
});
