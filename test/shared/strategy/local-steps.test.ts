import { describe, expect, test } from "vitest";
import { accumulatedSteps } from "../../../shared/strategy/local-steps.ts";

describe("the accumulated steps", () => {
  test.each([1, 2, 7, 1000])("without momentum are the steps: %d", (steps) => {
    expect(accumulatedSteps(steps, 0)).toBe(steps);
  });

  test.each([
    [1, 0.9],
    [2, 0.5],
    [30, 0.9],
    [200, 0.99],
  ])(
    "of %d with momentum %d are how far SGD falls down a slope of 1, and the paper's formula",
    (steps, rho) => {
      let [place, velocity] = [0, 0];
      for (let step = 0; step < steps; step++) {
        velocity = rho * velocity + 1;
        place -= velocity;
      }
      expect(accumulatedSteps(steps, rho)).toBeCloseTo(-place, 8);
      const published = (steps - (rho * (1 - rho ** steps)) / (1 - rho)) / (1 - rho);
      expect(accumulatedSteps(steps, rho)).toBeCloseTo(published, 6);
    },
  );
});
