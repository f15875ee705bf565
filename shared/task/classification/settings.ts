import * as z from "zod";
import { classWeights, weightsMeaning } from "../class-weights.ts";

export const classificationSettings = z
  .strictObject({
    // the task of a configuration that names none
    kind: z
      .literal("classification")
      .optional()
      .default("classification")
      .describe("What the model is to predict."),
    // left out, so that a configuration without has the bytes that it had before there were weights
    classWeights: classWeights.optional().describe(`${weightsMeaning} Where it is left out: none.`),
  })
  .describe("One of the classes for each example, by softmax and cross-entropy.");
