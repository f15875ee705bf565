import * as z from "zod";
import type { ClientUpdate } from "../client/update.ts";
import { medianOf } from "../metrics/median.ts";
import { defineStrategy } from "./define.ts";
import { rankByKrum, squaredDistances } from "./krum-scores.ts";
import { fromAll } from "./reductions.ts";
import { byzantine, nameField } from "./settings.ts";
import { meanOf, reduceSorted } from "./sorted-coordinates.ts";

/**
 * Bulyan over Krum (El Mhamdi, Guerraoui and Rouault 2018, "The Hidden Vulnerability of Distributed Learning in
 * Byzantium", section 4), with n >= 4 f + 3 and f arbitrary updates:
 *
 *   1. theta = n - 2 f times, the update that Krum chooses among those left moves to the selection;
 *   2. each coordinate is the mean of the beta = theta - 2 f selected values nearest to the selection's median.
 *
 * Of two values equally near, the smaller counts.
 */
export const bulyan = defineStrategy(
  z
    .strictObject({ name: nameField("Bulyan"), byzantine })
    .describe(
      "Of the models that Krum prefers, each parameter's mean around the median (El Mhamdi et al. 2018, arXiv:1802.07927).",
    ),
  ({ byzantine }) => ({
    weighting: "clients",
    needs: { updates: 4 * byzantine + 3, because: `4 byzantine + 3 with byzantine ${byzantine}` },
    reduction: fromAll(({ global, updates }) => {
      const selection = select(updates, byzantine);
      const kept = selection.length - 2 * byzantine;
      const models = selection.map(({ parameters }) => parameters);
      return {
        parameters: reduceSorted(models, global.length, (sorted) => meanAroundMedian(sorted, kept)),
        state: {},
        chosen: selection.map(({ client }) => client),
      };
    }),
  }),
);

/** In ascending order of client. */
function select(updates: readonly ClientUpdate[], byzantine: number): ClientUpdate[] {
  const distances = squaredDistances(updates.map(({ parameters }) => parameters));
  const left = new Set(updates.keys());
  for (let taken = 0; taken < updates.length - 2 * byzantine; taken++) {
    left.delete(rankByKrum(distances, [...left], byzantine)[0] as number);
  }
  return updates.filter((_, place) => !left.has(place));
}

/** The values nearest to the median stand side by side: the farther end is dropped until `kept` are left. */
function meanAroundMedian(sorted: Float32Array, kept: number): number {
  const middle = medianOf(sorted);
  let from = 0;
  let to = sorted.length;
  while (to - from > kept) {
    // false where the last one is NaN, which goes first
    const lastIsNearer = (sorted[to - 1] as number) - middle < middle - (sorted[from] as number);
    if (lastIsNearer) from++;
    else to--;
  }
  return meanOf(sorted, from, to);
}
