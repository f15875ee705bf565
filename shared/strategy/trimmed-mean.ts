import * as z from "zod";
import { defineStrategy } from "./define.ts";
import { fromAll } from "./reductions.ts";
import { nameField } from "./settings.ts";
import { meanOf, reduceSorted } from "./sorted-coordinates.ts";

/**
 * Coordinate-wise beta-trimmed mean (Yin et al. 2018, "Byzantine-Robust Distributed Learning: Towards Optimal
 * Statistical Rates", definition 2): of each coordinate's n values the floor(beta n) largest and smallest are
 * dropped, the others averaged. While no more than that are arbitrary, every coordinate lies between two of the
 * others'.
 */
export const trimmedMean = defineStrategy(
  z
    .strictObject({
      name: nameField("TrimmedMean"),
      beta: z
        .number()
        .gt(0)
        .lt(0.5)
        .default(0.2)
        .describe("Share of each parameter's values that is dropped at either end."),
    })
    .describe(
      "Mean of each parameter without its extremes, every client counting once (Yin et al. 2018, arXiv:1803.01498).",
    ),
  ({ beta }) => {
    // a share such as 0.29 of 100 is 29, whatever its binary digits say
    const dropped = (updates: number) => Math.min(Math.floor(beta * updates + 1e-9), (updates - 1) >> 1);
    const fewest = Math.max(3, Math.ceil(1 / beta - 1e-9));
    return {
      weighting: "clients",
      needs: {
        updates: fewest,
        because: `with fewer, beta ${beta} drops none and any update moves the mean`,
      },
      reduction: fromAll(({ global, updates }) => {
        const cut = dropped(updates.length);
        const models = updates.map(({ parameters }) => parameters);
        const parameters = reduceSorted(models, global.length, (sorted) =>
          meanOf(sorted, cut, sorted.length - cut),
        );
        return { parameters, state: {} };
      }),
    };
  },
);
