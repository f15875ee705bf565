import fc from "fast-check";
import { expect, it } from "vitest";
import { busyTime } from "../../../shared/metrics/busy.ts";

it.each([
  [[], 0],
  [[[3, 5]], 2],
  [
    [
      [5, 9],
      [0, 2],
    ],
    6,
  ],
  [
    [
      [0, 10],
      [2, 3],
      [9, 12],
    ],
    12,
  ],
])("the time in which one of %j ran is %s", (intervals: number[][], busy) => {
  expect(busyTime(intervals.map(([from = 0, to = 0]) => ({ from, to })))).toBe(busy);
});

it("is the number of units that lie in some interval", () => {
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 10 }))
    .map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 12 }), (intervals) => {
      const covered = Array.from({ length: 60 }, (_, unit) =>
        intervals.some(({ from, to }) => from <= unit && unit < to),
      );
      expect(busyTime(intervals)).toBe(covered.filter(Boolean).length);
    }),
  );
});
