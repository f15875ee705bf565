import { convolve, modulo } from "./convolve.ts";
import { type Cumulant, cumulantOf } from "./cumulant.ts";
import { belowTop, type Direction, type Truncation, truncation } from "./direction.ts";
import { type GridLosses, gridCumulant, lossesOnGrid } from "./grid.ts";
import type { Mechanism } from "./mechanism.ts";
import { type Goal, narrowestWindow, quantileAbove, tiltFor, type Window, widthOf } from "./tilt.ts";

/** The privacy loss of a composition on a grid, never better than the true one. */
export interface Composition {
  readonly step: number;
  /** Place i of the sums is the loss (lowest + i) step. */
  readonly lowest: number;
  /** The mass of each loss is e^(logScale - tilt loss) times this. */
  readonly sums: Float64Array;
  readonly tilt: number;
  readonly logScale: number;
  /** Counted to delta whole, as if the loss was infinite. */
  readonly infinite: number;
  /** By about how much the grid makes epsilon larger. */
  readonly excess: number;
}

/** Powers of two; more places are taken where the least would make epsilon larger by more than this share. */
const sizes = { least: 2 ** 15, most: 2 ** 19 };
const allowedExcess = 5e-5;
/** An epsilon lies so many places above 0, at least: between two places delta is a chord's. */
const leastPlaces = 80;

/** What truncation and window may add to delta, as a share of it. */
const lostShare = 1e-7;
const leastDelta = 1e-40;
/** Share of the tilted distribution that may be raised to a floor. */
const raisedShare = 1e-11;

interface Part {
  readonly mechanism: Mechanism;
  readonly range: Truncation;
  readonly cumulant: Cumulant;
}

/**
 * @returns the composition; or what answers the goal by Renyi divergences alone, where epsilon is 0 by them, or delta nothing that
 *   would be told from 0
 * @param near about what epsilon is, where the bound on it is far above
 */
export function compose(
  mechanisms: readonly Mechanism[],
  direction: Direction,
  goal: Goal,
  near?: number,
): Composition | { readonly bound: number } {
  const total = mechanisms.reduce((sum, { steps }) => sum + steps, 0);
  const rough = partsOf(
    mechanisms,
    direction,
    (lostShare * ("delta" in goal ? goal.delta : leastDelta)) / total,
  );
  const { tilt, bound } = tiltFor(cumulantOfAll(rough), goal);
  if ("delta" in goal ? bound <= 0 : bound <= leastDelta) return { bound: "delta" in goal ? 0 : leastDelta };
  // the bound on delta is less than a hundred times delta
  const lost = lostShare * ("delta" in goal ? goal.delta : bound / 100);
  const parts = partsOf(mechanisms, direction, lost / total);
  const cumulant = cumulantOfAll(parts);
  const epsilon = "delta" in goal ? bound : goal.epsilon;
  // the bound on epsilon may be far above it
  const counted = "delta" in goal ? 0 : goal.epsilon;
  const window = narrowestWindow(cumulant, { tilt, epsilon, counted, logLost: Math.log(lost) });
  const exact = cumulant(tilt);
  const excessOf = (grid: Grid) => Math.max(0, grid.cumulant(tilt) - exact) / tilt;
  const gridWith = (size: number) => gridOf(parts, direction, window, size, raisedShare / total);
  let grid = gridWith(sizes.least);
  const allowed = allowedExcess * Math.max(epsilon, widthOf(window) / 20);
  // the excess grows with the square of the step
  const tooCoarse = Math.max(
    Math.sqrt(excessOf(grid) / allowed),
    (leastPlaces * grid.step) / (near ?? epsilon),
  );
  const finer = Math.ceil(Math.log2(tooCoarse));
  if (finer > 0) grid = gridWith(Math.min(sizes.most, sizes.least * 2 ** finer));
  return {
    ...{ step: grid.step, lowest: grid.lowest, tilt: window.tilt },
    sums: convolved(grid),
    logScale: grid.cumulant(window.tilt),
    infinite: lost + Math.exp(logBeyond(grid, window)),
    excess: excessOf(grid),
  };
}

function partsOf(mechanisms: readonly Mechanism[], direction: Direction, outside: number): readonly Part[] {
  return mechanisms.map((mechanism) => {
    const wide = truncation(mechanism, outside);
    const top = quantileAbove(cumulantOf(mechanism, direction, wide), Math.log(outside));
    const range = belowTop(mechanism, direction, wide, top);
    return { mechanism, range, cumulant: cumulantOf(mechanism, direction, range) };
  });
}

function cumulantOfAll(parts: readonly Part[]): Cumulant {
  return (t) => parts.reduce((sum, { mechanism, cumulant }) => sum + mechanism.steps * cumulant(t), 0);
}

interface Grid {
  readonly size: number;
  readonly step: number;
  readonly lowest: number;
  readonly steps: readonly { readonly losses: GridLosses; readonly times: number; readonly mass: number }[];
  readonly cumulant: Cumulant;
}

function gridOf(
  parts: readonly Part[],
  direction: Direction,
  window: Window,
  size: number,
  raised: number,
): Grid {
  // a few places more than the window has, since the grid moves losses a little
  const step = widthOf(window) / (size - 8);
  const { tilt } = window;
  const gridded = parts.map(({ mechanism, range, cumulant }) => {
    const scale = cumulant(tilt);
    const settings = { step, tilt, scale, floor: (scale + Math.log(raised)) / tilt };
    const losses = lossesOnGrid(mechanism, direction, range, settings);
    const mass = losses.masses.reduce((sum, one) => sum + one, 0);
    return { losses, settings, mass, times: mechanism.steps };
  });
  return {
    ...{ size, step, lowest: Math.floor(window.from / step) - 4, steps: gridded },
    cumulant: (t) =>
      gridded.reduce((sum, one) => sum + one.times * gridCumulant(one.losses, one.settings, t), 0),
  };
}

/** The sums' masses, of which each lies where its window has it: of the places that are the same modulo the size, one is there. */
function convolved({ size, lowest, steps }: Grid): Float64Array {
  const normalized = steps.map(({ losses: { first, masses }, mass, times }) => {
    return { losses: { first, masses: masses.map((one) => one / mass) }, times };
  });
  const sums = convolve(normalized, size);
  const from = modulo(lowest, size);
  return Float64Array.from({ length: size }, (_, i) => sums[(from + i) % size] as number);
}

/**
 * ln of a bound on what lies above the window (Chernoff), which the transform has moved down into it, where it counts less. What
 * lies below has been moved up, where it counts more.
 */
function logBeyond({ cumulant, lowest, size, step }: Grid, { upperTilt }: Window): number {
  return cumulant(upperTilt) - upperTilt * (lowest + size) * step;
}

/** Whether more places would tell an epsilon better. */
export function isTooCoarse({ step, sums }: Composition, epsilon: number): boolean {
  return epsilon > 0 && epsilon < leastPlaces * step && sums.length < sizes.most;
}
