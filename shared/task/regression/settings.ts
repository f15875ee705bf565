import * as z from "zod";

export const regressionSettings = z
  .strictObject({ kind: z.literal("regression").describe("What the model is to predict.") })
  .describe(
    "A number for each example, by the squared error. The model's output is in deviations from the mean of all clients' " +
      "training targets, and is given back in the targets' unit.",
  );
