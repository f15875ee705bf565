import * as z from "zod";
import { isRecord } from "../config/discriminated.ts";
import { explain } from "../config/explain.ts";
import { configInvalid } from "../errors.ts";
import { runNamePattern } from "../layout.ts";

const digest = /^[0-9a-f]{64}$/;

/** What an execution asks for that is a run by itself. */
const asked = z.strictObject({
  preset: z.string().default("paper").describe("The preset that the configuration starts from."),
  set: z
    .custom<Readonly<Record<string, unknown>>>(isRecord, 'an object such as {"training.learningRate": 0.05}')
    .default({})
    .describe("Values of single fields by their paths, as --set takes them."),
  dataset: z
    .union([z.enum(["mnist", "sample"]), z.string().regex(digest)])
    .default("mnist")
    .describe(
      "mnist; sample, the 10,000 digits that fedstep carries; or the digest of a data set in the bucket.",
    ),
});

/** What the command line hands over, and resume where a run has not been prepared. */
const laidOut = z.strictObject({
  run: z.string().regex(runNamePattern).describe("A run whose configuration is in the bucket."),
});

export type AskedRun = z.output<typeof asked>;
export type StartInput = AskedRun | z.output<typeof laidOut>;

/**
 * Reads the input that an execution was started with, by whomever.
 * @throws ConfigInvalid naming every field that is wrong, what it got and what it takes
 */
export function parseStartInput(input: unknown): StartInput {
  const named = isRecord(input) && Object.hasOwn(input, "run");
  const schema = named ? laidOut : asked;
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const called = named ? "the execution's input with a run" : "the execution's input";
  throw configInvalid(
    parsed.error.issues.flatMap((issue) => explain(issue, input, { schema, called })).join("\n"),
  );
}

/** Whether a data set is asked for by its digest. */
export function isDigest(dataset: string): boolean {
  return digest.test(dataset);
}
