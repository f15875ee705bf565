import * as z from "zod";
import { classWeights, weightsMeaning } from "../class-weights.ts";
import { thresholdRules } from "./operating-point.ts";

export const binarySettings = z
  .strictObject({
    kind: z.literal("binary").describe("What the model is to predict."),
    positive: z
      .union([z.string(), z.number(), z.boolean()])
      .nullable()
      .default(null)
      .describe("The class that is looked for, by its name; null is the second of the two."),
    threshold: z
      .union([z.enum(thresholdRules), z.number().gt(0).lt(1)])
      .default("youden")
      .describe(
        "From which probability on an example is named positive. youden and f1: the thousandth with the most " +
          "sensitivity + specificity, or with the largest F1, over the examples that all clients hold out; what it does on " +
          "those very examples is a little better than on others. Or a number, which is rounded to thousandths.",
      ),
    classWeights: classWeights.default("none").describe(weightsMeaning),
  })
  .describe(
    "Which of two classes, by softmax and cross-entropy, judged by how well the probabilities tell them apart. A " +
      "configuration that names no task has it where the data has two classes.",
  );

export type BinarySettings = z.output<typeof binarySettings>;
