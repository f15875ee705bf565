import * as z from "zod";
import { medianOf } from "../metrics/median.ts";
import { defineStrategy } from "./define.ts";
import { fromAll } from "./reductions.ts";
import { nameField } from "./settings.ts";
import { reduceSorted } from "./sorted-coordinates.ts";

/**
 * Coordinate-wise median (Yin et al. 2018, "Byzantine-Robust Distributed Learning: Towards Optimal Statistical
 * Rates", definition 1). While fewer than half of the updates are arbitrary, every coordinate lies between two of
 * the others'.
 */
export const median = defineStrategy(
  z
    .strictObject({ name: nameField("Median") })
    .describe("Median of each parameter, every client counting once (Yin et al. 2018, arXiv:1803.01498)."),
  () => ({
    weighting: "clients",
    reduction: fromAll(({ global, updates }) => ({
      parameters: reduceSorted(
        updates.map(({ parameters }) => parameters),
        global.length,
        medianOf,
      ),
      state: {},
    })),
  }),
);
