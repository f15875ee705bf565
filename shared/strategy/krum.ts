import * as z from "zod";
import type { ClientUpdate } from "../client/update.ts";
import { defineStrategy } from "./define.ts";
import { rankByKrum, squaredDistances } from "./krum-scores.ts";
import { fromAll } from "./reductions.ts";
import { byzantine, nameField } from "./settings.ts";

/**
 * Krum (Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", section 4):
 * the one update whose n - f - 2 nearest others are nearest, with n >= 2 f + 3 (2 f + 2 < n) and f arbitrary ones.
 */
export const krum = defineStrategy(
  z
    .strictObject({ name: nameField("Krum"), byzantine })
    .describe("The one model that lies nearest to most others (Blanchard et al. 2017, arXiv:1703.02757)."),
  ({ byzantine }) => ({
    weighting: "clients",
    needs: krumNeeds(byzantine),
    contributors: () => 1,
    reduction: fromAll(({ updates }) => {
      const [best] = rankUpdates(updates, byzantine);
      const { client, parameters } = best as ClientUpdate;
      return { parameters: parameters.slice(), state: {}, chosen: [client] };
    }),
  }),
);

export const krumNeeds = (byzantine: number) => ({
  updates: 2 * byzantine + 3,
  because: `2 byzantine + 3 with byzantine ${byzantine}`,
});

/** From the best to the worst by Krum's score. */
export function rankUpdates(updates: readonly ClientUpdate[], byzantine: number): ClientUpdate[] {
  const distances = squaredDistances(updates.map(({ parameters }) => parameters));
  return rankByKrum(distances, [...updates.keys()], byzantine).map((place) => updates[place] as ClientUpdate);
}
