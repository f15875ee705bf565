import * as z from "zod";
import { isRecord } from "../config/discriminated.ts";
import { confusionSchema, countExamples } from "../task/classification/evaluation.ts";

/**
 * The schema of figures that say how many examples they are over. Records of fedstep 0.1.0, which were all of
 * classifiers, say it by the confusion matrix alone, of which it is the sum.
 */
export function countedExamples<T>(figures: z.ZodType<T>) {
  return z.preprocess(withExamples, figures);
}

function withExamples(record: unknown): unknown {
  if (!isRecord(record) || Object.hasOwn(record, "examples")) return record;
  const confusion = confusionSchema.safeParse(record.confusion);
  return confusion.success ? { ...record, examples: countExamples(confusion.data) } : record;
}
