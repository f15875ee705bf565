import fc from "fast-check";
import { expect, test } from "vitest";
import { finishes } from "../../../shared/task/finishes.ts";
import { taskKinds } from "../../../shared/task/kinds.ts";
import { classNamed } from "../../../shared/task/naming.ts";

test.each(taskKinds)(
  "what the page does to a model's outputs is what the task's ending does: $name",
  (kind) => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    const targets = fc.record({ mean: number, deviation: fc.double({ min: 0.01, max: 50, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 4 }), targets, (outputs, targets) => {
        const given = Float64Array.from(outputs);
        expect(finishes[kind.name as keyof typeof finishes]({ targets })(given)).toEqual(
          kind.ending({ targets }).finish(given),
        );
      }),
    );
  },
);

test("by hand: a number in the targets' unit, and a rate", () => {
  const targets = { mean: 7, deviation: 2 };
  expect([...finishes.regression({ targets })(Float64Array.of(-1.5))]).toEqual([4]);
  expect(finishes.poisson({ targets })(Float64Array.of(Math.log(3)))[0]).toBeCloseTo(21, 12);
});

test("the class that is named is the first of the most probable, or the one that a threshold decides", () => {
  expect(classNamed([0.2, 0.4, 0.4], { by: "most-probable" })).toBe(1);
  for (const positive of [0, 1]) {
    const naming = { by: "threshold", positive, threshold: 0.2 } as const;
    const named = (p: number) => classNamed(positive === 1 ? [1 - p, p] : [p, 1 - p], naming);
    expect([0.199, 0.2, 0.9].map(named)).toEqual([1 - positive, positive, positive]);
  }
});
