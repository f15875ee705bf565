import * as z from "zod";
import { defineStage } from "../../shared/update/stage.ts";

/** An update stage that fedstep does not have: secret noise on each value of the model, uniform in [-most, most). */
export const noise = defineStage(
  z
    .strictObject({
      stage: z.literal("noise").describe("What is done to an update."),
      most: z.number().describe("Largest value of the noise."),
    })
    .describe("Adds noise."),
  ({ most }) => ({
    needs: "any",
    takes: "model",
    cannot: [],
    client(update, _start, random) {
      const stream = random.secret("noise");
      const noised = update.parameters.map((value) => value + most * (2 * stream.unit() - 1));
      return { ...update, parameters: noised };
    },
  }),
);
