import * as z from "zod";
import { isRecord } from "../config/discriminated.ts";
import { confusionSchema, countExamples } from "../metrics/evaluation.ts";

interface Counted {
  readonly examples: number;
  readonly confusion: z.output<typeof confusionSchema>;
}

/**
 * The schema of figures that say how many examples they are over. Records of fedstep 0.1.0 say it by the confusion
 * matrix alone, of which it is the sum; in all others the two have to agree.
 */
export function countedExamples<T extends Counted>(figures: z.ZodType<T>) {
  return z
    .preprocess(withExamples, figures)
    .refine(({ examples, confusion }) => examples === countExamples(confusion), {
      message: "the confusion matrix does not count every example once",
    });
}

function withExamples(record: unknown): unknown {
  if (!isRecord(record) || Object.hasOwn(record, "examples")) return record;
  const confusion = confusionSchema.safeParse(record.confusion);
  return confusion.success ? { ...record, examples: countExamples(confusion.data) } : record;
}
