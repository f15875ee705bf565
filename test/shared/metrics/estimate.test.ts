import { describe, expect, test } from "vitest";
import { estimate, studentQuantile } from "../../../shared/metrics/estimate.ts";
import { normal } from "../../../shared/partition/variates.ts";
import { randomStream } from "../../../shared/random.ts";

test.each([
  // two-sided 95 %, from the tables of the NIST/SEMATECH e-Handbook of Statistical Methods (1.3.6.7.2) and of R's qt
  [1, 12.706205],
  [2, 4.302653],
  [4, 2.776445],
  [9, 2.262157],
  [29, 2.04523],
  [99, 1.984217],
])("Student's t for %i degrees of freedom", (degreesOfFreedom, quantile) => {
  expect(studentQuantile(0.975, degreesOfFreedom)).toBeCloseTo(quantile, 5);
  expect(studentQuantile(0.025, degreesOfFreedom)).toBeCloseTo(-quantile, 5);
});

describe("an estimate", () => {
  test("of Student's own example is what he and R's t.test have", () => {
    // hours of sleep gained by ten patients under one drug over another (Student 1908, R's data set sleep)
    const gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
    const { n, mean, deviation, interval } = estimate(gained);
    expect(n).toBe(10);
    expect(mean).toBeCloseTo(1.58, 12);
    expect(deviation).toBeCloseTo(1.229995, 6);
    expect(interval?.[0]).toBeCloseTo(0.7001142, 6);
    expect(interval?.[1]).toBeCloseTo(2.4598858, 6);
  });

  test("of one value claims no precision", () => {
    expect(estimate([0.9])).toEqual({ n: 1, mean: 0.9, deviation: null, interval: null });
  });

  test("of equal values has an interval of no width", () => {
    expect(estimate([0.5, 0.5, 0.5])).toEqual({ n: 3, mean: 0.5, deviation: 0, interval: [0.5, 0.5] });
  });

  test("of nothing is refused", () => {
    expect(() => estimate([])).toThrow(RangeError);
  });

  test("of three draws from a normal distribution covers its mean in 95 of 100 cases", () => {
    const stream = randomStream(1, "start");
    const trials = 4_000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { interval } = estimate([0, 0, 0].map(() => 0.9 + 0.01 * normal(stream)));
      if (interval && interval[0] <= 0.9 && 0.9 <= interval[1]) covered++;
    }
    // four standard deviations of a binomial share: 4 sqrt(0.95 x 0.05 / 4000)
    expect(Math.abs(covered / trials - 0.95)).toBeLessThan(0.014);
  });
});
