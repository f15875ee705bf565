import type { Config } from "../shared/config/schema.ts";
import { sharesOfAll } from "../shared/privacy/shares.ts";
import { shownEpsilon } from "../shared/privacy/shown-epsilon.ts";
import type { SpentPrivacy } from "../shared/privacy/spent.ts";
import { scoreOf, taskOf } from "../shared/task/tasks.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { shownAs, shownScore } from "./measure.ts";
import { wholeNumber } from "./numbers.ts";

/** What a run's promise of privacy is, and what it is not, one point after the other. */
export interface PrivacyStatement {
  /** In a line: what was spent, and of what. */
  readonly short: string;
  readonly points: readonly { readonly term: string; readonly said: string }[];
}

/** What both say of noise that clients add together, after what is added to a sum; and how many of them may know their shares. */
export function sharesSaid(config: Config): { readonly how: string; readonly colluding: number } {
  const { minimumCohort } = config.federation.secureAggregation;
  const all = sharesOfAll(config) ?? minimumCohort;
  const colluding = minimumCohort - all;
  return {
    how:
      `, of which each client adds a share: ${all} of the ${minimumCohort} clients that a sum is over at least have all of it, so that ` +
      `${colluding} may know theirs`,
    colluding,
  };
}

/** What both units' statements say of how it was reckoned. */
export function accountantPoint({ rdp }: SpentPrivacy): PrivacyStatement["points"][number] {
  return {
    term: "Accountant",
    said:
      "privacy loss distributions, composed by FFT, rounded up; Rényi's divergence says at most " +
      `${shownEpsilon(rdp.epsilon)} (order ${rdp.order}, conversion of Canonne et al. 2020)`,
  };
}

/** What the promise has cost, beside the same run without it, where one was named. */
export function pricePoint({ config, federated, beside }: Priced): PrivacyStatement["points"][number] {
  const term = "Price";
  const task = taskOf(config);
  const { score } = task;
  if (!beside) {
    return {
      term,
      said:
        `not shown: train the same without it, with privacy.unit=none or next to no noise, and name that run by fedstep run --beside; ` +
        `then its ${score.noun} stands here too`,
    };
  }
  const difference = Math.abs(beside.score - scoreOf(task, federated));
  const apart =
    score.scale === "share" ? `${(100 * difference).toFixed(2)} points` : shownAs(score.scale)(difference);
  const over =
    beside.examples === federated.examples
      ? `both over ${wholeNumber(beside.examples)} examples`
      : `over ${wholeNumber(federated.examples)} examples here and ${wholeNumber(beside.examples)} there`;
  return {
    term,
    said:
      `${score.noun} ${shownScore(config, federated)} here and ${shownAs(score.scale)(beside.score)} in ${beside.run}, which is the same but for ` +
      `its promise (${promised(beside)}), ${apart} apart; ${over}`,
  };
}

type Priced = Pick<Outcome, "config" | "federated" | "beside">;

function promised({ unit, epsilon }: NonNullable<Outcome["beside"]>): string {
  if (unit === "none" || epsilon === null) return "none";
  return `ε ${shownEpsilon(epsilon)} for each ${unit === "client" ? "client" : "training example"}`;
}
