import * as z from "zod";

/**
 * How a model does on some examples, as sums: evaluations of several clients add up without anybody seeing an
 * example. confusion[actual][predicted] counts examples.
 */
export interface Evaluation {
  readonly examples: number;
  /** Sum over the examples of -ln p(actual class). */
  readonly lossSum: number;
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

export const evaluationSchema = z
  .object({ examples: count, lossSum: z.number(), confusion: confusionSchema })
  .refine(({ examples, confusion }) => examples === countExamples(confusion), {
    message: "the confusion matrix does not count every example once",
  });

/** How many examples a confusion matrix counts. */
export function countExamples(confusion: Evaluation["confusion"]): number {
  return sum(confusion.flat());
}

export function emptyEvaluation(classes: number): Evaluation {
  return {
    examples: 0,
    lossSum: 0,
    confusion: Array.from({ length: classes }, () => new Array<number>(classes).fill(0)),
  };
}

/** The evaluation over the union of the parts' examples. Fixed order: float sums depend on it. */
export function mergeEvaluations(parts: readonly Evaluation[], classes: number): Evaluation {
  return parts.reduce<Evaluation>(
    (total, part) => ({
      examples: total.examples + part.examples,
      lossSum: total.lossSum + part.lossSum,
      confusion: total.confusion.map((row, actual) =>
        row.map((n, predicted) => n + (part.confusion[actual]?.[predicted] ?? 0)),
      ),
    }),
    emptyEvaluation(classes),
  );
}

/** Correct predictions over examples, 0 ... 1; 0 without examples. */
export function accuracy({ examples, confusion }: Evaluation): number {
  return examples === 0 ? 0 : sum(confusion.map((row, actual) => row[actual] ?? 0)) / examples;
}

/** Mean cross-entropy per example, in nats; 0 without examples. */
export function meanLoss({ examples, lossSum }: Evaluation): number {
  return examples === 0 ? 0 : lossSum / examples;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
