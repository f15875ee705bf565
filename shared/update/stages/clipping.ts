import * as z from "zod";
import { distanceOf, normOf } from "../../metrics/drift.ts";
import { defineStage } from "../stage.ts";

/**
 * Clipping of a client's change over the whole model (McMahan et al. 2018, "Learning Differentially Private Recurrent
 * Language Models", section 2.3, flat clipping): with d = w_k - w
 *
 *   w_k = w + d min(1, norm / ||d||)
 *
 * in float64, rounded to float32 once. A change that is short enough stays as it is, bit for bit.
 */
export const clipping = defineStage(
  z
    .strictObject({
      stage: z.literal("clipping").describe("What is done to an update."),
      norm: z
        .number()
        .gt(0)
        .describe("Longest change of the model, in the Euclidean norm; a longer one is shortened to it."),
    })
    .describe("Shortens each client's change to a bound (McMahan et al. 2018, arXiv:1710.06963)."),
  ({ norm }) => ({
    needs: "any",
    takes: "model",
    // a mean of vectors is no longer than the longest of them
    convex: true,
    cannot: [
      {
        with: "SCAFFOLD",
        because: "the change of a client's control follows from its model as it was before it is clipped",
      },
    ],
    client(update, { global }) {
      const length = distanceOf(update.parameters, global);
      if (length <= norm) return update;
      const share = norm / length;
      const clipped = global.map((w, i) => w + share * ((update.parameters[i] as number) - w));
      return { ...update, parameters: clipped };
    },
    refute({ parameters }, { global }) {
      const length = distanceOf(parameters, global);
      if (length <= norm) return undefined;
      const most = norm + roundingOf(parameters);
      if (length <= most) return undefined;
      return `its update has norm ${length}, and clipping leaves at most ${most}`;
    },
  }),
);

/**
 * The most by which rounding to float32 may lengthen a change: half a unit in the last place of each value of the model,
 * and as much again for what float64 rounds.
 */
function roundingOf(parameters: Float32Array): number {
  return 2 ** -23 * normOf(parameters) + 2 ** -149 * Math.sqrt(parameters.length);
}
