import * as z from "zod";
import { countUpTo } from "../config/count.ts";
import { isRecord } from "../config/discriminated.ts";
import { explain } from "../config/explain.ts";
import { isTooDeep, mostLevels } from "../config/nesting.ts";
import { configSchema } from "../config/schema.ts";
import { studyInvalid } from "../errors.ts";
import { targetFields } from "./target.ts";

/** Short enough that a run's name still has room for the cell, the seed and a digest. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

const record = (such: string) =>
  z.custom<Readonly<Record<string, unknown>>>(isRecord, { error: `an object such as ${such}` });

const seed = configSchema.shape.seed.unwrap();

/** A study as a person writes it: a grid of configurations, and seeds to run each of them with. */
export const studySchema = z.strictObject({
  name: z
    .string()
    .regex(namePattern)
    .describe(
      "1 to 32 letters, digits, dots, _ and -, starting with a letter or digit; begins each run's name",
    ),
  about: z.string().default("").describe("The question, in a sentence."),
  preset: z.string().optional().describe("The preset that every configuration starts from."),
  config: record('{"training": {"learningRate": 0.05}}')
    .default({})
    .describe("Fields that differ from the preset in every configuration."),
  vary: record('{"training.learningRate": [0.05, 0.1]}')
    .default({})
    .describe("The grid's axes: fields by their paths, and the values that each takes."),
  seeds: z
    .array(seed)
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length)
    .describe("At least one, and each once: every configuration is run with every seed."),
  reference: z
    .record(z.string(), z.string())
    .optional()
    .describe("An axis and one of its values, with which the others are compared, seed by seed."),
  lastRounds: countUpTo(100_000)
    .optional()
    .describe(
      "Rounds at the end over which the federated score is averaged too, where that of single rounds swings.",
    ),
  ...targetFields,
});

export type Study = z.output<typeof studySchema>;

/** @throws StudyInvalid naming every field that is wrong, what it got and what it takes */
export function parseStudy(input: unknown): Study {
  if (isTooDeep(input)) throw studyInvalid(`the study nests more than ${mostLevels} levels deep`);
  const parsed = studySchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const document = { schema: studySchema, called: "the study" };
  throw studyInvalid(parsed.error.issues.flatMap((issue) => explain(issue, input, document)).join("\n"));
}
