import { expect, test } from "vitest";
import { Pace } from "../../../cli/run/pace.ts";

test("the time left is that of as many rounds more at the pace of those that were seen to come", () => {
  const pace = new Pace();
  expect(pace.secondsLeft(0, 10, 5_000)).toBe(Number.POSITIVE_INFINITY);
  expect(pace.secondsLeft(1, 10, 7_000)).toBeCloseTo(18, 9);
  expect(pace.secondsLeft(2, 10, 8_000)).toBeCloseTo(12, 9);
  expect(pace.secondsLeft(10, 10, 20_000)).toBe(0);
});

test("rounds that were there at once do not count", () => {
  const pace = new Pace();
  const there = Array.from({ length: 300 }, (_, round) => pace.secondsLeft(round, 400, 6_000 + round / 100));
  expect(new Set(there)).toEqual(new Set([Number.POSITIVE_INFINITY]));
  // 101 rounds are left after 299, one every two seconds
  expect(pace.secondsLeft(300, 400, 8_002.99)).toBeCloseTo(200, 6);
  // two that come together later do
  expect(pace.secondsLeft(301, 400, 10_002.99)).toBeCloseTo(198, 6);
  expect(pace.secondsLeft(302, 400, 10_003.99)).toBeLessThan(140);
});
