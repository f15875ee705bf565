import { accountantsDisagree } from "../../errors.ts";
import { type RdpEpsilon, rdpToEpsilon } from "./conversion.ts";
import { checkDelta, checkMechanism, type Mechanism } from "./mechanism.ts";
import { pldEpsilon } from "./pld.ts";
import { rdpCurve } from "./rdp.ts";

/** What a composition costs at one delta, by both accountants. */
export interface Epsilons {
  /** By Renyi divergences, of which curves of several runs add up. */
  readonly rdp: RdpEpsilon;
  /** By the privacy loss distribution: the figure to report. */
  readonly pld: { readonly epsilon: number };
}

/**
 * Both are upper bounds of the same number, and the privacy loss distribution's is the nearer one: were it the larger, one of
 * them would be wrong. Where epsilon is in the thousands, its grid may have no room for the losses, and its bound is Infinity, which
 * says nothing: then Renyi's is the nearer one.
 * @throws PrivacyInvalid with what to change; AccountantsDisagree
 */
export function epsilonOf(mechanisms: readonly Mechanism[], delta: number): Epsilons {
  const rdp = rdpEpsilon(mechanisms, delta);
  const pld = pldEpsilon(mechanisms, delta);
  if (pld < Infinity) assertAgree(pld, rdp.epsilon);
  // within what rounding to the grid may add
  return { rdp, pld: { epsilon: Math.min(pld, rdp.epsilon) } };
}

/** @throws PrivacyInvalid */
export function rdpEpsilon(mechanisms: readonly Mechanism[], delta: number): RdpEpsilon {
  for (const one of mechanisms) checkMechanism(one);
  checkDelta(delta);
  return rdpToEpsilon(rdpCurve(mechanisms), delta);
}

const allowance = 1e-3;

export function assertAgree(pld: number, rdp: number): void {
  if (pld <= rdp * (1 + allowance) + 1e-9) return;
  throw accountantsDisagree(
    `epsilon is ${pld} by the privacy loss distribution and ${rdp} by Renyi divergences, which bound it from above: ` +
      "this is a defect of fedstep's; please tell its authors what you have asked for",
  );
}
