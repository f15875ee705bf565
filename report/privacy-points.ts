import { shownEpsilon } from "../shared/privacy/shown-epsilon.ts";
import type { SpentPrivacy } from "../shared/privacy/spent.ts";

/** What a run's promise of privacy is, and what it is not, one point after the other. */
export interface PrivacyStatement {
  /** In a line: what was spent, and of what. */
  readonly short: string;
  readonly points: readonly { readonly term: string; readonly said: string }[];
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
