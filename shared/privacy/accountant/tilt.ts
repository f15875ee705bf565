import type { Cumulant } from "./cumulant.ts";
import { minimize } from "./minimize.ts";

/** What is asked of a composition: the epsilon that goes with a delta, or the other way round. */
export type Goal = { readonly delta: number } | { readonly epsilon: number };

/** Natural logarithms of the least and the largest tilt that are thought of. */
const exponents = [-20, 32] as const;

/**
 * The factor e^(tilt loss) that brings the losses which decide to the middle of the distribution: so they are not lost in what
 * the Fourier transform rounds, however small delta is. It is the order, less one, at which the bound by Renyi divergences is
 * least, delta = e^(K(t) - t epsilon) t^t / (t + 1)^(t + 1) (Canonne et al. 2020, proposition 12).
 * @returns tilt, above 0, and the bound on what is asked for
 */
export function tiltFor(cumulant: Cumulant, goal: Goal): { readonly tilt: number; readonly bound: number } {
  const logFactor = (t: number) => -t * Math.log1p(1 / t) - Math.log1p(t);
  const value =
    "delta" in goal
      ? (t: number) => (cumulant(t) + logFactor(t) - Math.log(goal.delta)) / t
      : (t: number) => cumulant(t) + logFactor(t) - t * goal.epsilon;
  const tilt = Math.exp(minimize((x) => value(Math.exp(x)), ...exponents));
  return { tilt, bound: "delta" in goal ? value(tilt) : Math.exp(value(tilt)) };
}

/** The losses that are kept apart; what lies elsewhere is the same as one of them, modulo the window's width. */
export interface Window {
  readonly from: number;
  readonly to: number;
  /** By which losses are weighted. */
  readonly tilt: number;
  /** Of the upper end: ln P(loss >= to) <= K(t) - t to, without the tilt (Chernoff). */
  readonly upperTilt: number;
}

/** Of the tilted distribution, what may lie where it is moved to losses that count. */
const logMoved = Math.log(1e-11);

/** The transform's rounding may grow by that factor, where a smaller tilt makes the window narrower. */
const logRounding = Math.log(1e3);
const shares = [1, 0.9, 0.8, 0.7, 0.6, 0.5];

interface Placed {
  /** As tiltFor has it. */
  readonly tilt: number;
  /** About where delta is looked at. */
  readonly epsilon: number;
  /** No loss below it counts to delta. */
  readonly counted: number;
  /** ln of what may lie above the window, without the tilt. */
  readonly logLost: number;
}

/**
 * The narrowest window: the tilt that brings the deciding losses to the middle may bring rarer ones, of which each alone is
 * large, with them.
 */
export function narrowestWindow(cumulant: Cumulant, placed: Placed): Window {
  const height = (t: number) => cumulant(t) - t * placed.epsilon;
  const tilts = shares.map((share) => share * placed.tilt);
  const near = tilts.filter((t) => height(t) - height(placed.tilt) <= logRounding);
  const windows = near.map((tilt) => windowOf(cumulant, { ...placed, tilt }));
  return windows.reduce((best, one) => (widthOf(one) < widthOf(best) ? one : best));
}

export const widthOf = ({ from, to }: Window) => to - from;

function windowOf(cumulant: Cumulant, { tilt, counted, logLost }: Placed): Window {
  const at = cumulant(tilt);
  const bound = (t: number) => (cumulant(t) - at - logMoved) / Math.abs(t - tilt);
  const from = -least((x) => bound(tilt - Math.exp(x)));
  const above = least((x) => bound(tilt + Math.exp(x)));
  const lost = lostAbove(cumulant, logLost);
  const upper = minimize(lost, ...exponents);
  // what lies above is moved down by the window's width, to losses that do not count
  const to = Math.max(lost(upper), Math.min(above, above + from - counted));
  return { from, to, tilt, upperTilt: Math.exp(upper) };
}

/** A loss that is passed with a probability of at most e^logRest (Chernoff). */
export function quantileAbove(cumulant: Cumulant, logRest: number): number {
  return least(lostAbove(cumulant, logRest));
}

const lostAbove = (cumulant: Cumulant, logRest: number) => (x: number) =>
  (cumulant(Math.exp(x)) - logRest) / Math.exp(x);

const least = (value: (x: number) => number) => value(minimize(value, ...exponents));
