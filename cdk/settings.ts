import * as z from "zod";
import { type Deployment, deploymentSchema, type FunctionLimits, lambdaMost } from "../cloud/deployment.ts";
import {
  byFunction,
  defaultDeployment,
  deployedFunctions,
  type FunctionName,
  functionNames,
} from "../functions/footprints.ts";
import { mirrorsOf, mirrorsVariable } from "../mnist/mirrors.ts";
import { contextInvalid } from "../shared/errors.ts";
import { accountsSetting } from "../shared/owners/accounts-file.ts";
import { architectures } from "../shared/workflow/architecture.ts";
import { entriesOfOurs, explainEntry, flag, logRetentionDays, takes, whole } from "./context.ts";
import { defaultStackName } from "./outputs.ts";

/** Of a key in one region, or of one that has the same name in several. */
const keyArn =
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const takesKey = "takes true, false or the ARN of a KMS key";

/** A setting that each function has, called by the setting's name and the function's: memoryMb.TrainClient */
function forEachFunction<Name extends string, T extends z.ZodType>(
  setting: Name,
  schemaOf: (name: FunctionName) => T,
): Record<`${Name}.${FunctionName}`, T> {
  return Object.fromEntries(functionNames.map((name) => [`${setting}.${name}`, schemaOf(name)])) as Record<
    `${Name}.${FunctionName}`,
    T
  >;
}

function areMirrors(text: string): boolean {
  try {
    return mirrorsOf({ [mirrorsVariable]: text }).length > 0;
  } catch {
    return false;
  }
}

export const settingsSchema = z.strictObject({
  stackName: z
    .string()
    // functions and state machine are named after it, and a function's name ends at 64 characters
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, "takes a letter and then up to 39 letters, digits and hyphens")
    .default(defaultStackName)
    .describe("Name of the stack; another name is another federation in the same account.")
    .meta(takes("a letter, then up to 39 letters, digits, hyphens")),
  baseline: flag
    .default(defaultDeployment.baseline)
    .describe(
      "Deploy the centralized baseline. Without it no function trains on more than one client's examples, and runs take `baseline.enabled=false`.",
    )
    .meta(takes("true, false")),
  door: flag
    .default(defaultDeployment.door)
    .describe(
      "Deploy the door, a public address at which owners who keep their data ask for their jobs. Without it every client of a run is simulated.",
    )
    .meta(takes("true, false")),
  doorConcurrency: whole(1, 1000)
    .default(2)
    .describe(
      "Requests that the door answers at once, set aside out of the account's invocations: it bounds what a flood of them costs.",
    )
    .meta(takes("1 to 1000")),
  ownerAccounts: accountsSetting
    .optional()
    .describe(
      "Owners in accounts of their own, whose functions the state machine may invoke; filled in from `federation.json` in the folder that the stack is deployed from, which `fedstep federation add` writes.",
    )
    .meta(takes("FEDERATION=ACCOUNT/STACK, separated by commas")),
  removalPolicy: z
    .enum(["retain", "destroy"])
    .default("retain")
    .describe(
      "What becomes of the bucket, and of its key, when the stack is destroyed; destroy deletes every object with it.",
    )
    .meta(takes("retain, destroy")),
  encryptionKey: z
    .union([flag, z.string().regex(keyArn, takesKey)], { error: takesKey })
    .default(false)
    .describe(
      "Encrypt objects with a customer-managed KMS key: one that the stack makes, or the one given. Without, S3 manages the key.",
    )
    .meta(takes("true, false, the ARN of a key")),
  versioned: flag.default(false).describe("Keep every version of every object.").meta(takes("true, false")),
  updateRetentionDays: z
    .union([z.literal("never"), whole(1, 3650, ", or never")])
    .default(defaultDeployment.updateRetentionDays)
    .describe(
      "Days until what clients have sent, and what they keep for a next round, is deleted; with `versioned`, its earlier versions go as many days later. Until then `fedstep verify` can make a run's models again, and a run can be resumed whose strategy keeps something at its clients.",
    )
    .meta(takes("1 to 3650, never")),
  logRetentionDays,
  monitoring: flag
    .default(true)
    .describe("A dashboard and alarms; beyond the free ones AWS charges for them, run or no run.")
    .meta(takes("true, false")),
  alarmEmail: z
    .email("takes an e-mail address")
    .optional()
    .describe("Who is written to when an alarm goes off; AWS asks for a confirmation first.")
    .meta(takes("an e-mail address")),
  tracing: flag
    .default(true)
    .describe("X-Ray traces of executions and functions.")
    .meta(takes("true, false")),
  tfjs: flag
    .default(false)
    .describe("Bundle TensorFlow.js, so that training.trainer can be tfjs.")
    .meta(takes("true, false")),
  mnistMirrors: z
    .string()
    .refine(areMirrors, "takes http or https URLs separated by commas")
    .optional()
    .describe(
      "Where PrepareRun fetches MNIST for an execution that asks for it, in place of the public mirrors: its `FEDSTEP_MNIST_MIRRORS`.",
    )
    .meta(takes("URLs separated by commas")),
  architecture: z
    .enum(architectures)
    .default(defaultDeployment.architecture)
    .describe("Processor of the functions; a second on arm64 costs a fifth less.")
    .meta(takes("arm64, x86_64")),
  ...forEachFunction("memoryMb", (name) =>
    whole(128, lambdaMost.memoryMb)
      .default(defaultDeployment.functions[name].memoryMb)
      .describe("Memory in MB, and with it the share of a CPU: one at 1,769 MB.")
      .meta(takes("128 to 10240")),
  ),
  ...forEachFunction("timeoutMinutes", (name) =>
    whole(1, lambdaMost.timeoutMinutes)
      .default(defaultDeployment.functions[name].timeoutMinutes)
      .describe("Minutes after which Lambda ends an invocation.")
      .meta(takes("1 to 15")),
  ),
  ...forEachFunction("concurrency", () =>
    whole(1, 10_000)
      .optional()
      .describe("Invocations at once, set aside for this function out of the account's and never exceeded.")
      .meta(takes("1 to 10000")),
  ),
});

type Context = z.output<typeof settingsSchema>;

/** What a function gets of AWS. */
export interface FunctionSettings extends FunctionLimits {
  /** Set aside for it, and its bound; without it, what the account has. */
  readonly concurrency: number | undefined;
}

type ForOneFunction = `${"memoryMb" | "timeoutMinutes" | "concurrency"}.${FunctionName}`;
type ForTheStack = Omit<Context, ForOneFunction>;

/** What context says, with the settings of each function together. */
export interface Settings extends ForTheStack {
  readonly functions: Readonly<Record<FunctionName, FunctionSettings>>;
}

/** What of it concerns a run; the rest is left out. */
export function deploymentOf(settings: Settings): Deployment<FunctionName> {
  const accounts = (settings.ownerAccounts ?? []).length > 0;
  return deploymentSchema(functionNames).parse({ ...settings, accounts });
}

/** @throws ContextInvalid naming each entry that is unknown, out of range or without effect */
export function parseSettings(context: Readonly<Record<string, unknown>>): Settings {
  const ours = entriesOfOurs(context);
  const parsed = settingsSchema.safeParse(ours);
  const problems = parsed.success
    ? withoutEffect(parsed.data, Object.keys(ours))
    : parsed.error.issues.map((issue) => explainEntry(issue, Object.keys(settingsSchema.shape)));
  if (!parsed.success || problems.length > 0) throw contextInvalid(`CDK context: ${problems.join("; ")}`);
  return { ...ofTheStack(parsed.data), functions: ofFunctions(parsed.data) };
}

const ofTheStack = (all: Context) =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !key.includes("."))) as ForTheStack;

function ofFunctions(all: Context): Settings["functions"] {
  return byFunction(({ name }) => ({
    memoryMb: all[`memoryMb.${name}`],
    timeoutMinutes: all[`timeoutMinutes.${name}`],
    concurrency: all[`concurrency.${name}`],
  }));
}

/** Entries that another one leaves nothing to say: whoever wrote them expects something of them. */
function withoutEffect(
  { baseline, monitoring, alarmEmail, door }: Context,
  given: readonly string[],
): string[] {
  const deployed: readonly string[] = deployedFunctions({ baseline });
  const idle = given.flatMap((key): [string, string][] => {
    const [, name] = key.split(".");
    return name === undefined || deployed.includes(name) ? [] : [[key, name]];
  });
  return [
    ...idle.map(([key, name]) => `${key}: there is no ${name} with baseline=false`),
    ...(!door && given.includes("doorConcurrency")
      ? ["doorConcurrency: there is no door with door=false"]
      : []),
    ...(!monitoring && alarmEmail ? ["alarmEmail: there are no alarms with monitoring=false"] : []),
  ];
}
