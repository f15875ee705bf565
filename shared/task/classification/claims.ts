import { mostLoss } from "../most-loss.ts";
import type { PlannedExamples } from "../task-kind.ts";
import type { ClassificationSums } from "./evaluation.ts";

/**
 * What is false or impossible of a client's sums, or undefined. The plan says how many examples it evaluates on, and of each
 * class where the owner tells that; which of them were predicted right, and at what loss, must at least be possible.
 */
export function falseSums(
  sums: ClassificationSums,
  { examples, classes, labels }: PlannedExamples,
): string | undefined {
  const { confusion, lossSum } = sums;
  if (confusion.length !== classes) return `${confusion.length} classes, not ${classes}`;
  if (sums.examples !== examples && !labels) {
    return `${sums.examples} examples, and is to evaluate ${examples}`;
  }
  const rows = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const wrong = labels ? rows.findIndex((count, label) => count !== labels[label]) : -1;
  if (wrong >= 0) {
    return `${rows[wrong]} examples of class ${wrong}, and is to evaluate ${labels?.[wrong]}`;
  }
  const [least, most] = possibleLoss(sums);
  if (lossSum >= least && lossSum <= most) return undefined;
  return `at a summed loss of ${lossSum}, and its predictions allow ${least} to ${most}`;
}

/** Share by which a sum of float32 losses may miss what it would be exactly. */
const rounding = 0.01;

/**
 * The least and the most that the losses -ln p(actual class) can add up to: p is at least 1 / classes where the actual
 * class was predicted, and at most 1 / 2 where another one was.
 */
function possibleLoss({ examples, confusion }: ClassificationSums): [number, number] {
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  const wrong = examples - right;
  return [
    (1 - rounding) * wrong * Math.LN2,
    (1 + rounding) * right * Math.log(confusion.length) + wrong * mostLoss,
  ];
}
