import type { Config } from "../shared/config/schema.ts";
import { sharesOfAll } from "../shared/privacy/shares.ts";
import { shownEpsilon } from "../shared/privacy/shown-epsilon.ts";
import type { SpentPrivacy } from "../shared/privacy/spent.ts";

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
