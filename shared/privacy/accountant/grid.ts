import { type Direction, logDensity, signOf, type Truncation } from "./direction.ts";
import { logSumExp } from "./log-sum-exp.ts";
import { lossAt, pointOf } from "./loss.ts";
import type { SampledGaussian } from "./mechanism.ts";
import { fiveNodes, twoNodes } from "./quadrature.ts";

/** Masses at the losses (first + i) step, each times e^(tilt loss - scale). */
export interface GridLosses {
  readonly first: number;
  readonly masses: Float64Array;
}

export interface GridSettings {
  readonly step: number;
  readonly tilt: number;
  /** About ln E[e^(tilt loss)], so that the masses add up to about 1. */
  readonly scale: number;
  /** Losses below are raised to it; so far below that even all of the mass, tilted, is nothing there. */
  readonly floor: number;
}

/**
 * The loss of one step, moved onto a grid so that no delta gets smaller: what lies between two points goes to both of them, in
 * the shares that keep the probabilities of both data sets. At the grid's points delta is then exact, and between them on the
 * chord of a convex function, above it (Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022, "Connect the dots"); a composition
 * of such upper bounds is one, too. What the truncation leaves out goes, where losses are low, to the grid's second point,
 * which lies above them, and where they are high it is not here: whoever composes counts it to delta whole.
 */
export function lossesOnGrid(
  mechanism: SampledGaussian,
  direction: Direction,
  range: Truncation,
  { step, tilt, scale, floor }: GridSettings,
): GridLosses {
  const { from, to, raised } = aboveFloor(mechanism, direction, range, floor);
  // L goes up with x, cell by cell; the losses of `add` are those of `remove` with the other sign
  const lowest = Math.floor(lossAt(mechanism, from) / step);
  const cells = Math.max(1, Math.ceil(lossAt(mechanism, to) / step) - lowest);
  const first = direction === "remove" ? lowest : -(lowest + cells);
  const masses = new Float64Array(cells + 1);
  masses[1] = raised * Math.exp(tilt * (first + 1) * step - scale);
  const whole = -Math.expm1(-step);
  const rise = Math.exp(tilt * step);
  let x = from;
  for (let k = 0; k < cells; k++) {
    const end = k === cells - 1 ? to : Math.min(to, pointOf(mechanism, (lowest + k + 1) * step));
    if (!(end > x)) continue;
    const cell = direction === "remove" ? k : cells - 1 - k;
    const low = (first + cell) * step;
    const { pieces, nodes } = rule(end - x, mechanism);
    const half = (end - x) / pieces / 2;
    let [below, above] = [0, 0];
    for (let piece = 0; piece < pieces; piece++) {
      const middle = x + (2 * piece + 1) * half;
      for (const [place, weight] of nodes) {
        const node = middle + half * place;
        const loss = lossAt(mechanism, node);
        const exponent = logDensity(mechanism, direction, node, loss) + tilt * low - scale;
        const mass = half * weight * Math.exp(exponent);
        const share = Math.min(1, Math.max(0, -Math.expm1(low - signOf(direction) * loss) / whole));
        above += mass * share;
        below += mass * (1 - share);
      }
    }
    masses[cell] = (masses[cell] as number) + below;
    masses[cell + 1] = (masses[cell + 1] as number) + above * rise;
    x = end;
  }
  return { first, masses };
}

/** The x of losses from the floor on, and the most mass that is below. */
function aboveFloor(
  mechanism: SampledGaussian,
  direction: Direction,
  { from, to, outside }: Truncation,
  floor: number,
): { readonly from: number; readonly to: number; readonly raised: number } {
  const point = pointOf(mechanism, signOf(direction) * floor);
  if (direction === "remove")
    return point > from ? { from: point, to, raised: 1 } : { from, to, raised: outside };
  return point < to ? { from, to: point, raised: 1 } : { from, to, raised: outside };
}

/** Narrow cells take two nodes, whose error is of the fourth order, below 1e-14 of the mass. */
function rule(width: number, { q, sigma }: SampledGaussian) {
  // density and loss change at the scale of sigma, and of its square
  const scale = sigma * (q === 1 ? 1 : Math.min(1, sigma));
  if (width < 1e-3 * scale) return { pieces: 1, nodes: twoNodes };
  return { pieces: Math.ceil(width / (0.2 * scale)), nodes: fiveNodes };
}

/** ln E[e^(t loss)] of the losses on the grid. */
export function gridCumulant(
  { first, masses }: GridLosses,
  { step, tilt, scale }: GridSettings,
  t: number,
): number {
  const terms = masses.map((mass, i) => (t - tilt) * (first + i) * step + Math.log(mass));
  return scale + logSumExp(terms);
}
