import { describe, expect, test } from "vitest";
import { compose } from "../../../../shared/privacy/accountant/composition.ts";
import { directions, truncation } from "../../../../shared/privacy/accountant/direction.ts";
import { lossesOnGrid } from "../../../../shared/privacy/accountant/grid.ts";
import { deltaAt, epsilonAt } from "../../../../shared/privacy/accountant/profile.ts";

const settings = [
  { q: 0.2, sigma: 0.5 },
  { q: 1e-6, sigma: 3 },
  { q: 0.99, sigma: 1.5 },
  { q: 1, sigma: 2 },
];

describe.each(directions)("the losses of one step, when an example is to %s,", (direction) => {
  test.each(settings)("keep the probabilities of both data sets on the grid: %j", (mechanism) => {
    const outside = 1e-5;
    const step = 1e-3;
    const range = truncation(mechanism, outside);
    const { first, masses } = lossesOnGrid(mechanism, direction, range, {
      ...{ step, tilt: 0, scale: 0, floor: Number.NEGATIVE_INFINITY },
    });
    let [ours, theirs] = [0, 0];
    masses.forEach((mass, i) => {
      ours += mass;
      theirs += mass * Math.exp(-(first + i) * step);
    });
    // what is cut off where losses are high is counted apart, and what is cut off below is here
    expect(ours + outside).toBeGreaterThanOrEqual(1 - 1e-12);
    expect(ours).toBeLessThanOrEqual(1 + outside);
    expect(theirs).toBeLessThanOrEqual(1 + outside * Math.exp(-first * step));
    expect(theirs).toBeGreaterThan(1 - 10 * outside);
  });
});

describe("what lies beyond truncation and window", () => {
  const delta = 1e-6;
  const composition = compose([{ q: 0.04, sigma: 1.5, steps: 100 }], "remove", { delta });
  if ("bound" in composition) throw new Error("nothing is composed");

  test("is little beside delta, and not nothing", () => {
    expect(composition.infinite).toBeGreaterThan(0);
    expect(composition.infinite).toBeLessThan(1e-6 * delta);
  });

  test("counts to delta whole", () => {
    const more = { ...composition, infinite: composition.infinite + 3e-7 };
    const epsilon = epsilonAt(composition, delta);
    expect(deltaAt(composition, epsilon) / delta).toBeCloseTo(1, 9);
    expect(deltaAt(more, epsilon) / delta).toBeCloseTo(1.3, 9);
    expect(epsilonAt(more, delta)).toBeGreaterThan(epsilon);
    expect(epsilonAt({ ...composition, infinite: 2 * delta }, delta)).toBe(Number.POSITIVE_INFINITY);
  });
});
