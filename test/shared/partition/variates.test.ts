import { describe, expect, it } from "vitest";
import { dirichletShares } from "../../../shared/partition/dirichlet-shares.ts";
import { lnGammaVariate, normal, openUniform } from "../../../shared/partition/variates.ts";
import { type RandomStream, randomStream } from "../../../shared/random.ts";
import { betaCdf, chiSquared19, uniformStatistic } from "./statistics.ts";

const draws = 10_000;

function drawn(seed: number, draw: (stream: RandomStream) => number): number[] {
  const stream = randomStream(seed, "partition");
  return Array.from({ length: draws }, () => draw(stream));
}

describe("the test's own distribution function of Beta", () => {
  it("is the closed form where there is one", () => {
    for (const x of [0.001, 0.2, 0.5, 0.77, 0.999]) {
      expect(betaCdf(x, 1, 4)).toBeCloseTo(1 - (1 - x) ** 4, 12);
      expect(betaCdf(x, 0.1, 1)).toBeCloseTo(x ** 0.1, 12);
      expect(betaCdf(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 12);
    }
  });
});

describe("variates", () => {
  it("are uniform inside (0, 1)", () => {
    const values = drawn(1, openUniform);
    expect(Math.min(...values)).toBeGreaterThan(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(uniformStatistic(values)).toBeLessThan(chiSquared19);
    const ends = { below: () => 0, unit: () => 0 };
    expect(openUniform(ends)).toBe(2 ** -53);
    expect(openUniform({ ...ends, below: (bound) => bound - 1 })).toBe(1 - 2 ** -53);
  });

  it("are standard normal", () => {
    // quantiles of the normal distribution at 0.05, 0.10, ... 0.95, from tables
    const upper = [0, 0.125661, 0.253347, 0.38532, 0.524401, 0.67449, 0.841621, 1.036433, 1.281552, 1.644854];
    const bounds = [
      ...upper
        .slice(1)
        .map((q) => -q)
        .reverse(),
      ...upper,
    ];
    const cell = (x: number) => bounds.filter((bound) => x > bound).length;
    const values = drawn(2, normal).map((x) => (cell(x) + 0.5) / 20);
    expect(uniformStatistic(values)).toBeLessThan(chiSquared19);
  });

  it.each<[number, (x: number) => number]>([
    [1, (x) => 1 - Math.exp(-x)],
    [2, (x) => 1 - (1 + x) * Math.exp(-x)],
    [5, (x) => 1 - (1 + x + x ** 2 / 2 + x ** 3 / 6 + x ** 4 / 24) * Math.exp(-x)],
  ])("are gamma of shape %d, by the closed form of its distribution function", (shape, cdf) => {
    const values = drawn(3, (stream) => cdf(Math.exp(lnGammaVariate(shape, stream))));
    expect(uniformStatistic(values)).toBeLessThan(chiSquared19);
  });

  it("are gamma of a shape below 1: G(a) / (G(a) + G(b)) is Beta(a, b)", () => {
    const values = drawn(4, (stream) => {
      const [a, b] = [Math.exp(lnGammaVariate(0.3, stream)), Math.exp(lnGammaVariate(0.7, stream))];
      return betaCdf(a / (a + b), 0.3, 0.7);
    });
    expect(uniformStatistic(values)).toBeLessThan(chiSquared19);
  });

  it("have logarithms where the gamma variate itself would be 0", () => {
    const values = drawn(5, (stream) => lnGammaVariate(0.001, stream));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(values.filter((value) => Math.exp(value) === 0).length).toBeGreaterThan(draws / 10);
  });
});

describe("Dirichlet shares", () => {
  const first = (alpha: number, count: number, seed = 6) =>
    drawn(seed, (stream) => dirichletShares(alpha, count, stream)[0] as number);

  it.each([
    [0.1, 10],
    [0.5, 10],
    [1, 4],
    [1, 20],
    [5, 3],
    [0.05, 10],
  ])("of alpha %d among %d follow Beta(alpha, (count - 1) alpha), each of them", (alpha, count) => {
    const values = first(alpha, count).map((share) => betaCdf(share, alpha, (count - 1) * alpha));
    expect(uniformStatistic(values)).toBeLessThan(chiSquared19);
  });

  it("of another alpha are told apart by that test", () => {
    const values = first(0.57, 10).map((share) => betaCdf(share, 0.5, 4.5));
    expect(uniformStatistic(values)).toBeGreaterThan(chiSquared19);
  });

  it("are neutral: what one leaves is divided by the others as if it were not there", () => {
    const ratios = drawn(7, (stream) => {
      const [, second = 0, third = 0, fourth = 0] = dirichletShares(0.5, 4, stream);
      return betaCdf(second / (second + third + fourth), 0.5, 1);
    });
    expect(uniformStatistic(ratios)).toBeLessThan(chiSquared19);
    // given the first share, too: among the draws where it is large
    const given = randomStream(8, "partition");
    const large: number[] = [];
    while (large.length < 3_000) {
      const [one = 0, second = 0, third = 0, fourth = 0] = dirichletShares(0.5, 4, given);
      if (one > 0.5) large.push(betaCdf(second / (second + third + fourth), 0.5, 1));
    }
    expect(uniformStatistic(large)).toBeLessThan(chiSquared19);
  });

  it("sum to 1, also at the ends of alpha's range and where some take no part", () => {
    for (const alpha of [0.001, 0.1, 1, 1e6]) {
      const stream = randomStream(9, "partition");
      for (let i = 0; i < 200; i++) {
        const shares = dirichletShares(alpha, 7, stream, (index) => index % 3 !== 0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 14);
        expect([shares[0], shares[3], shares[6]]).toEqual([0, 0, 0]);
      }
    }
  });
});
