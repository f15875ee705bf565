import * as z from "zod";

/** What settings in CDK context are made of: the command line of the CDK passes every value as text. */
export const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

export function whole(least: number, most: number, also = "") {
  const error = `takes a whole number from ${least} to ${most}${also}`;
  return z.coerce.number({ error }).refine((n) => Number.isInteger(n) && n >= least && n <= most, { error });
}

/** The retentions that CloudWatch Logs takes, up to two years. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

export const logRetentionDays = z.coerce
  .number()
  .refine((days) => retentionDays.some((known) => known === days), {
    error: `takes one of ${retentionDays.join(", ")}`,
  })
  .default(30)
  .describe("Days that log events are kept.")
  .meta({ takes: retentionDays.join(", ") });

/** What a setting takes, in the words of the reference. */
export const takes = (values: string) => ({ takes: values });

/** What the CDK's command line keeps in the context under names without a scope. */
const cdkEntries = ["acknowledged-issue-numbers", "cli-telemetry"];

/** Context is shared with the CDK, whose other keys carry a scope; an entry of ours never does. */
const isOurs = (key: string) => !/[@:/]/.test(key) && !cdkEntries.includes(key);

export function entriesOfOurs(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(context).filter(([key]) => isOurs(key)));
}

/** What is wrong with an entry, in the words of who set it. */
export function explainEntry(issue: z.core.$ZodIssue, known: readonly string[]): string {
  if (issue.code !== "unrecognized_keys") return `${issue.path.join(".")}: ${issue.message}`;
  return `there is no ${issue.keys.join(", ")}; there are ${known.join(", ")}`;
}
