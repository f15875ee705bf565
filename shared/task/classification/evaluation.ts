import * as z from "zod";
import { type Evaluation, meanLoss } from "../evaluation.ts";

/** confusion[actual][predicted] counts examples. */
export interface ClassificationSums extends Evaluation {
  readonly confusion: readonly (readonly number[])[];
}

const count = z.int().nonnegative();

/** confusion[actual][predicted] as counts. */
export const confusionSchema = z
  .array(z.array(count).readonly())
  .readonly()
  .refine((rows) => rows.every((row) => row.length === rows.length), {
    message: "the confusion matrix is not square",
  });

const notEachOnce = "the confusion matrix does not count every example once";

export const classificationSums = z
  .object({ examples: count, lossSum: z.number(), confusion: confusionSchema })
  .refine(({ examples, confusion }) => examples === countExamples(confusion), { message: notEachOnce });

/** What records say of a classifier. */
export const classificationFigures = z.object({
  /** Share of the examples whose class is predicted right, 0 ... 1. */
  accuracy: z.number(),
  /** Mean cross-entropy of an example, nats. */
  loss: z.number(),
  confusion: confusionSchema,
});

export type ClassificationFigures = z.output<typeof classificationFigures>;

/** How many examples a confusion matrix counts. */
export function countExamples(confusion: ClassificationSums["confusion"]): number {
  return sum(confusion.flat());
}

export function emptySums(classes: number): ClassificationSums {
  return {
    examples: 0,
    lossSum: 0,
    confusion: Array.from({ length: classes }, () => new Array<number>(classes).fill(0)),
  };
}

export function mergeSums(one: ClassificationSums, other: ClassificationSums): ClassificationSums {
  return {
    examples: one.examples + other.examples,
    lossSum: one.lossSum + other.lossSum,
    confusion: one.confusion.map((row, actual) =>
      row.map((n, predicted) => n + (other.confusion[actual]?.[predicted] ?? 0)),
    ),
  };
}

export function figuresOfClassification(sums: ClassificationSums): ClassificationFigures {
  return { accuracy: accuracy(sums), loss: meanLoss(sums), confusion: sums.confusion };
}

/** Correct predictions over examples, 0 ... 1; 0 without examples. */
export function accuracy({ examples, confusion }: Omit<ClassificationSums, "lossSum">): number {
  return examples === 0 ? 0 : sum(confusion.map((row, actual) => row[actual] ?? 0)) / examples;
}

export function contradiction(examples: number, { confusion }: ClassificationFigures): string | undefined {
  return examples === countExamples(confusion) ? undefined : notEachOnce;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
