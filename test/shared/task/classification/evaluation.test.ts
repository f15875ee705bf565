import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accuracy,
  classificationSums,
  emptySums,
} from "../../../../shared/task/classification/evaluation.ts";
import { classification } from "../../../../shared/task/classification/kind.ts";
import { meanLoss } from "../../../../shared/task/evaluation.ts";
import { mergeAll } from "../../../../shared/task/tasks.ts";

const classes = 3;
const evaluation = fc
  .record({
    confusion: fc.array(fc.array(fc.nat(50), { minLength: classes, maxLength: classes }), {
      minLength: classes,
      maxLength: classes,
    }),
    lossSum: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ confusion, lossSum }) => ({
    examples: confusion.flat().reduce((a, b) => a + b, 0),
    lossSum,
    confusion,
  }));

describe("evaluations", () => {
  test("by hand", () => {
    const one = {
      examples: 4,
      lossSum: 2,
      confusion: [
        [2, 1],
        [0, 1],
      ],
    };
    expect(accuracy(one)).toBe(0.75);
    expect(meanLoss(one)).toBe(0.5);
  });

  test("merged, they are the evaluation over all examples", () => {
    fc.assert(
      fc.property(fc.array(evaluation, { maxLength: 6 }), (parts) => {
        const merged = mergeAll(classification, parts, classes);
        expect(classificationSums.parse(merged)).toEqual(merged);
        expect(merged.examples).toBe(parts.reduce((sum, { examples }) => sum + examples, 0));
        const correct = parts.reduce((sum, part) => sum + accuracy(part) * part.examples, 0);
        const whole = classificationSums.parse(merged);
        expect(accuracy(whole) * whole.examples).toBeCloseTo(correct, 6);
      }),
    );
  });

  test("without examples are zero, not NaN", () => {
    expect(accuracy(emptySums(classes))).toBe(0);
    expect(meanLoss(emptySums(classes))).toBe(0);
  });

  test.each([
    { examples: 1, lossSum: 0, confusion: [[1, 0]] },
    {
      examples: 2,
      lossSum: 0,
      confusion: [
        [1, 0],
        [0, 0],
      ],
    },
    {
      examples: 1,
      lossSum: Number.NaN,
      confusion: [
        [1, 0],
        [0, 0],
      ],
    },
    {
      examples: -1,
      lossSum: 0,
      confusion: [
        [-1, 0],
        [0, 0],
      ],
    },
  ])("that contradict themselves are refused: %j", (bad) => {
    expect(classificationSums.safeParse(bad).success).toBe(false);
  });
});
