import type { Dataset } from "../shared/dataset/dataset.ts";
import type { Examples } from "../shared/dataset/examples.ts";
import { known, uninformedGuesses } from "./control.ts";
import { correlation, labelCounts, type Match, matches } from "./correlation.ts";
import type { Defence, Seen } from "./defences.ts";
import { invert } from "./inversion.ts";
import { type Cohort, type Craft, playRound } from "./round.ts";

/** How near an attacker comes to one client's examples, or to those of a sum. */
export interface Attacked {
  /** For each true example the guess that is nearest, the best first. */
  readonly matches: readonly Match[];
  readonly guesses: readonly Float64Array[];
  readonly truth: Examples;
  /** Correlation of the told label counts with the true ones. */
  readonly labels: number;
  /** Best correlation of a guess that needs no update. */
  readonly control: number;
}

/** Plays a cohort's round under a defence, and attacks all that is seen of it. */
export async function attack(
  dataset: Dataset,
  cohort: Cohort,
  { set, seen }: Defence,
  craft?: Craft,
): Promise<Attacked[]> {
  const released = await playRound(dataset, { ...cohort, set: [...(cohort.set ?? []), ...set] }, craft);
  const control = uninformedGuesses(known(dataset), dataset.classes);
  return seen(released).map(({ difference, truth }: Seen): Attacked => {
    const { guesses, labels } = invert(released.spec, difference);
    return {
      ...{ guesses, truth, matches: matches(guesses, truth) },
      labels: correlation(labels, labelCounts(truth, dataset.classes)),
      control: matches(control, truth)[0]?.correlation ?? 0,
    };
  });
}

/** Over all that were attacked. */
export interface Summary {
  /** Best correlation with any true image, of each attacked: the mean, and the highest. */
  readonly mean: number;
  readonly highest: number;
  /** Share of the true images that a guess correlates with above that. */
  readonly above90: number;
  readonly above99: number;
  readonly labels: number;
  readonly control: number;
}

export function summaryOf(attacked: readonly Attacked[]): Summary {
  const best = attacked.map((one) => one.matches[0]?.correlation ?? 0);
  const share = (least: number) =>
    meanOf(
      attacked.map(
        (one) => one.matches.filter((match) => match.correlation > least).length / one.truth.count,
      ),
    );
  return {
    mean: meanOf(best),
    highest: Math.max(...best),
    above90: share(0.9),
    above99: share(0.99),
    labels: meanOf(attacked.map((one) => one.labels)),
    control: meanOf(attacked.map((one) => one.control)),
  };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
