import * as z from "zod";
import { countUpTo } from "../../config/count.ts";
import { activationNames } from "./dense-layers.ts";

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
        "Width of each hidden layer. [] has none: linear regression of numbers, logistic regression of two " +
          "classes, softmax regression of more, Poisson regression of rates.",
      ),
    // left out, so that a configuration without has the bytes that it had before there was a choice
    activation: z
      .enum(activationNames)
      .optional()
      .describe(
        "What stands between the layers. tanh bounds what enters the next layer, which suits clipped gradients and noise. " +
          "Where it is left out: relu.",
      ),
  })
  .describe("A multilayer perceptron: dense layers with an activation between them.");

const width = z.int().nonnegative();

/** As a plan holds it. */
export const mlpSpec = z.object({
  kind: z.literal("mlp"),
  features: width,
  hidden: z.array(width).readonly(),
  activation: z.enum(activationNames).exclude(["relu"]).optional(),
  outputs: width,
});
