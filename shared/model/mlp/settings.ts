import * as z from "zod";
import { countUpTo } from "../../config/count.ts";

/** As a person sets it. */
export const mlpSettings = z
  .strictObject({
    // the kind of a model that names none
    kind: z.literal("mlp").optional().default("mlp").describe("What the model is made of."),
    hidden: z
      .array(countUpTo(65_536))
      .max(16)
      .default([64])
      .describe(
        "Width of each hidden layer, ReLU between. [] has none: linear regression of numbers, logistic regression of two " +
          "classes, softmax regression of more, Poisson regression of rates.",
      ),
  })
  .describe("A multilayer perceptron: dense layers with ReLU between them.");

const width = z.int().nonnegative();

/** As a plan holds it. */
export const mlpSpec = z.object({
  kind: z.literal("mlp"),
  features: width,
  hidden: z.array(width).readonly(),
  outputs: width,
});
