import { mostLoss } from "../most-loss.ts";
import type { PlannedExamples } from "../task-kind.ts";
import type { BinarySums } from "./evaluation.ts";
import { bins, countOf, type Histogram } from "./histogram.ts";

/**
 * What is false or impossible of a client's sums, or undefined. The plan says how many examples of each class it evaluates
 * on, where the owner tells that; loss and squared errors have to be what the probabilities in the histograms allow.
 */
export function falseSums(sums: BinarySums, { examples, labels, fit }: PlannedExamples): string | undefined {
  if (sums.examples !== examples && !labels) {
    return `${sums.examples} examples, and is to evaluate ${examples}`;
  }
  const positiveClass = fit?.positive ?? 1;
  for (const [label, expected] of (labels ?? []).entries()) {
    const counted = countOf(label === positiveClass ? sums.positive : sums.negative);
    if (counted !== expected) {
      return `${counted} examples of class ${label}, and is to evaluate ${expected}`;
    }
  }
  return (
    beyond("a summed loss", sums.lossSum, possible(sums, lossAt)) ??
    beyond("summed squared errors", sums.squaredErrorSum, possible(sums, squareAt))
  );
}

/** Share by which a sum of float32 losses may miss what it would be exactly, and the same of each example, for small ones. */
const rounding = { share: 0.01, perExample: 1e-4 };

const lossAt = (probability: number) => (probability > 0 ? -Math.log(probability) : mostLoss);
const squareAt = (probability: number) => (1 - probability) ** 2;

/** The least and the most that the examples of the histograms can add up to. @param at of the actual class' probability */
function possible({ positive, negative }: BinarySums, at: (probability: number) => number): [number, number] {
  let [least, most] = [0, 0];
  const add = (histogram: Histogram, of: (edge: number) => number) => {
    histogram.forEach((count, bin) => {
      if (count === 0) return;
      const ends = [at(of(bin / bins)), at(of((bin + 1) / bins))];
      least += count * ((1 - rounding.share) * Math.min(...ends) - rounding.perExample);
      most += count * ((1 + rounding.share) * Math.min(Math.max(...ends), mostLoss) + rounding.perExample);
    });
  };
  add(positive, (edge) => edge);
  add(negative, (edge) => 1 - edge);
  return [Math.max(0, least), most];
}

function beyond(what: string, sum: number, [least, most]: [number, number]): string | undefined {
  if (sum >= least && sum <= most) return undefined;
  return `at ${what} of ${sum}, and its histograms allow ${least} to ${most}`;
}
