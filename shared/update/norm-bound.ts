import type { Config } from "../config/schema.ts";
import { normOf } from "../metrics/drift.ts";
import { medianOf } from "../metrics/median.ts";

type Settings = Config["federation"]["normBound"];

/** What a round knows of how long its updates may be before the first of them comes in. */
export interface NormBound {
  readonly most: number;
  /** What set it, to be told with a refusal. */
  readonly because: string;
}

/**
 * The longest update that a round takes: an absolute bound, and one against the round before. Updates become short where
 * training converges, and a client that was not selected for long may then make a longer one: as long as the model
 * itself is not too long.
 * @param median of the updates that the round before accepted; null before the first, or where none trained
 */
export function normBoundOf(
  { absolute, timesMedian }: Settings,
  global: Float32Array,
  median: number | null,
): NormBound {
  const fixed = { most: absolute ?? Infinity, because: "federation.normBound.absolute" };
  if (timesMedian === null || median === null) return fixed;
  const length = normOf(global);
  const relative =
    timesMedian * median > length
      ? {
          most: timesMedian * median,
          because: `${timesMedian} (federation.normBound.timesMedian) times the round before's median of ${median}`,
        }
      : {
          most: length,
          because: "the norm of the global model, since the round before's updates were short",
        };
  return relative.most < fixed.most ? relative : fixed;
}

/** A client of a round: how far it moved, or null where it only evaluated. */
export interface Moved {
  readonly update: { readonly norm: number } | null;
}

/** What the next round's bound goes by: the median norm of a round's accepted updates; null where nobody trained. */
export function medianNorm(clients: readonly Moved[]): number | null {
  const norms = clients.flatMap(({ update }) => (update ? [update.norm] : [])).sort((a, b) => a - b);
  return norms.length === 0 ? null : medianOf(norms);
}
