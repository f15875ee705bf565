import { privacyInvalid } from "../../errors.ts";
import { rdpEpsilon } from "./epsilon.ts";
import { checkDelta, checkEpsilon, checkSampling, type Mechanism, sigmaRange } from "./mechanism.ts";
import { pldEpsilon } from "./pld.ts";

/** What a sigma is wanted for. */
export interface Wanted extends Omit<Mechanism, "sigma"> {
  readonly epsilon: number;
  readonly delta: number;
}

export type Accountant = "rdp" | "pld";

/**
 * The least noise multiplier with which so many steps have no more than that epsilon, to a millionth of itself: the epsilon of
 * what is given back is at most what is wanted.
 * @throws PrivacyInvalid with what to change
 */
export function sigmaFor({ q, steps, epsilon, delta }: Wanted, accountant: Accountant = "pld"): number {
  checkSampling({ q, steps });
  checkDelta(delta);
  checkEpsilon(epsilon);
  const byRdp = (sigma: number) => rdpEpsilon([{ q, sigma, steps }], delta).epsilon;
  const rough = leastSigma(byRdp, epsilon, 1, 2);
  if (accountant === "rdp") return rough;
  // the nearer bound is content with some percent less
  return leastSigma((sigma) => pldEpsilon([{ q, sigma, steps }], delta), epsilon, rough, 1.1);
}

const tolerance = 1e-6;

/** Of sigma the logarithm, of its epsilon that of the ratio to what is wanted: at 0 or below it is enough. */
interface Tried {
  readonly x: number;
  readonly y: number;
}

/** @param factor by which sigma is changed, from the start on, until both sides of what is wanted are found */
function leastSigma(
  epsilonAt: (sigma: number) => number,
  wanted: number,
  start: number,
  factor: number,
): number {
  // an epsilon may be 0
  const tried = (x: number): Tried => ({ x, y: Math.max(-40, Math.log(epsilonAt(Math.exp(x)) / wanted)) });
  let [little, enough] = bothSides(tried, Math.log(start), Math.log(factor), wanted);
  let [weightLittle, weightEnough] = [1, 1];
  while (enough.x - little.x > tolerance) {
    // regula falsi, where an end that stayed the last time counts half (Illinois); aimed a little to the side that is enough
    const [a, b] = [little.y * weightLittle, enough.y * weightEnough];
    const aim = little.x + (enough.x - little.x) * (a / (a - b)) + tolerance / 3;
    const middle = tried(Math.min(aim, enough.x - tolerance / 4));
    if (middle.y > 0) [little, weightLittle, weightEnough] = [middle, 1, weightEnough / 2];
    else [enough, weightEnough, weightLittle] = [middle, 1, weightLittle / 2];
  }
  return Math.exp(enough.x);
}

function bothSides(tried: (x: number) => Tried, start: number, by: number, wanted: number): [Tried, Tried] {
  const [least, most] = sigmaRange.map(Math.log) as [number, number];
  let here = tried(start);
  const isEnough = here.y <= 0;
  while (isEnough ? here.x > least : here.x < most) {
    const next = tried(isEnough ? Math.max(least, here.x - by) : Math.min(most, here.x + by));
    if (next.y <= 0 !== isEnough) return isEnough ? [next, here] : [here, next];
    here = next;
  }
  throw privacyInvalid(
    isEnough
      ? `epsilon: ${wanted} is had with less noise than sigma ${sigmaRange[0]}, which protects nothing; give a smaller one`
      : `epsilon: ${wanted} takes more noise than sigma ${sigmaRange[1]}; give a larger one, or fewer steps`,
  );
}
