import * as z from "zod";
import { ownersLimits } from "../cloud/cost/owner.ts";
import { lambdaMost } from "../cloud/deployment.ts";
import { contextInvalid } from "../shared/errors.ts";
import { ownerStackName } from "../shared/owners/account.ts";
import { usualOwnerStack } from "../shared/owners/stack-names.ts";
import { architectures } from "../shared/workflow/architecture.ts";
import { entriesOfOurs, explainEntry, flag, logRetentionDays, takes, whole } from "./context.ts";

/** What an owner decides when the stack is synthesized; whose owner it is, its parameters say when it is deployed. */
export const ownerSettingsSchema = z.strictObject({
  ownerStackName: ownerStackName
    .default(usualOwnerStack)
    .describe("Name of the stack; another name is another owner in the same account.")
    .meta(takes("a letter, then up to 39 letters, digits, hyphens")),
  kmsKey: flag
    .default(false)
    .describe(
      "Keep the key of the data's MACs in KMS, for a dollar a month; without, it lies with the others.",
    )
    .meta(takes("true, false")),
  logRetentionDays,
  memoryMb: whole(128, lambdaMost.memoryMb)
    .default(ownersLimits.memoryMb)
    .describe("Memory of each function in MB, and with it the share of a CPU: one at 1,769 MB.")
    .meta(takes("128 to 10240")),
  timeoutMinutes: whole(1, lambdaMost.timeoutMinutes)
    .default(ownersLimits.timeoutMinutes)
    .describe("Minutes after which Lambda ends an invocation.")
    .meta(takes("1 to 15")),
  architecture: z
    .enum(architectures)
    .default("arm64")
    .describe("Processor of the functions; a second on arm64 costs a fifth less.")
    .meta(takes("arm64, x86_64")),
  removalPolicy: z
    .enum(["retain", "destroy"])
    .default("retain")
    .describe(
      "What becomes of the bucket, and of the key in KMS, when the stack is destroyed; destroy deletes data and log with it.",
    )
    .meta(takes("retain, destroy")),
});

export type OwnerSettings = z.output<typeof ownerSettingsSchema>;

/** @throws ContextInvalid naming each entry that is unknown or out of range */
export function parseOwnerSettings(context: Readonly<Record<string, unknown>>): OwnerSettings {
  const parsed = ownerSettingsSchema.safeParse(entriesOfOurs(context));
  if (parsed.success) return parsed.data;
  const known = Object.keys(ownerSettingsSchema.shape);
  throw contextInvalid(
    `CDK context: ${parsed.error.issues.map((one) => explainEntry(one, known)).join("; ")}`,
  );
}
