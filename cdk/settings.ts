import * as z from "zod";
import { contextInvalid } from "../shared/errors.ts";
import { defaultStackName } from "./outputs.ts";

/** The command line of the CDK passes every context value as text. */
const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);

/** The retentions that CloudWatch Logs takes, up to two years. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

const settingsSchema = z.strictObject({
  stackName: z
    .string()
    // functions and state machine are named after it, and a function's name ends at 64 characters
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, "takes a letter and then up to 39 letters, digits and hyphens")
    .default(defaultStackName)
    .describe("Name of the stack; another name is another federation in the same account."),
  removalPolicy: z
    .enum(["retain", "destroy"])
    .default("retain")
    .describe("What happens to the bucket with its stack; destroy takes an empty bucket only."),
  versioned: flag.default(false).describe("Keep every version of every object."),
  logRetentionDays: z.coerce
    .number()
    .refine((days) => retentionDays.some((known) => known === days), {
      error: `takes one of ${retentionDays.join(", ")}`,
    })
    .default(30)
    .describe("Days that log events are kept."),
  monitoring: flag
    .default(true)
    .describe("A dashboard and alarms; beyond the free ones AWS charges for them, run or no run."),
  alarmEmail: z
    .email("takes an e-mail address")
    .optional()
    .describe("Who is written to when an alarm goes off; AWS asks for a confirmation first."),
  tfjs: flag.default(false).describe("Bundle TensorFlow.js, so that training.trainer can be tfjs."),
});

export type Settings = z.output<typeof settingsSchema>;

/** What the CDK's command line keeps in the context under names without a scope. */
const cdkEntries = ["acknowledged-issue-numbers", "cli-telemetry"];

/** Context is shared with the CDK, whose other keys carry a scope; an entry of ours never does. */
const isOurs = (key: string) => !/[@:/]/.test(key) && !cdkEntries.includes(key);

/** @throws ContextInvalid naming each entry that is unknown or out of range */
export function parseSettings(context: Readonly<Record<string, unknown>>): Settings {
  const parsed = settingsSchema.safeParse(
    Object.fromEntries(Object.entries(context).filter(([key]) => isOurs(key))),
  );
  if (parsed.success) return parsed.data;
  throw contextInvalid(`CDK context: ${parsed.error.issues.map(explain).join("; ")}`);
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code !== "unrecognized_keys") return `${issue.path.join(".")}: ${issue.message}`;
  return `there is no ${issue.keys.join(", ")}; there are ${Object.keys(settingsSchema.shape).join(", ")}`;
}
