import * as z from "zod";
import type { Config } from "../shared/config/schema.ts";
import { baselineUnavailable, stackOutdated } from "../shared/errors.ts";
import { architectures } from "../shared/workflow/architecture.ts";
import { type FunctionName, functionNames } from "../shared/workflow/functions.ts";
import { wholeCpuMb } from "./cost/speed.ts";

/** The most that Lambda gives a function. */
export const lambdaMost = { memoryMb: 10_240, timeoutMinutes: 15 } as const;

const functionLimits = z.object({
  /** Also sets the share of a CPU: one whole vCPU at 1,769 MB. */
  memoryMb: z.int().positive(),
  timeoutMinutes: z.int().positive(),
});

/** What a stack offers a run: it publishes this of itself, and every estimate and limit reckons with it. */
export const deploymentSchema = z.object({
  /** Processor of the functions. */
  architecture: z.enum(architectures),
  /** Whether the centralized baseline can be trained; its function's limits stand below either way. */
  baseline: z.boolean(),
  functions: z.record(z.enum(functionNames), functionLimits),
  /** Days after which what clients have sent and keep is deleted. */
  updateRetentionDays: z.union([z.literal("never"), z.int().positive()]),
});

export type Retention = Deployment["updateRetentionDays"];
export type FunctionLimits = Readonly<z.output<typeof functionLimits>>;
export type Deployment = Readonly<z.output<typeof deploymentSchema>>;

/**
 * One whole vCPU for each function: with less, work takes longer for about the same price, and with more, nothing gets
 * faster. Waiting for S3 does cost more than with less, but Lambda's time is a small part of a run's bill, and most of a
 * run's time; measured in docs/performance.md (Memory and processor).
 */
const memoryMb = wholeCpuMb;

/** What is deployed without settings. */
export const defaultDeployment: Deployment = {
  architecture: "arm64",
  baseline: true,
  functions: {
    // the data set lies in memory as it was uploaded, beside the shards that are being written
    PrepareRun: { memoryMb, timeoutMinutes: 5 },
    // a few shards of a few megabytes; an epoch takes milliseconds, but a large local model may take all the time
    TrainClient: { memoryMb, timeoutMinutes: 15 },
    // one update at a time beside two models
    AggregateRound: { memoryMb, timeoutMinutes: 2 },
    // every shard at once; stops by itself before its time is up
    TrainBaseline: { memoryMb, timeoutMinutes: 15 },
    // metrics of every round, and two models
    FinishRun: { memoryMb, timeoutMinutes: 2 },
  },
  updateRetentionDays: 30,
};

/** Environment variable of the functions with their stack's deployment, as JSON. */
export const deploymentVariable = "FEDSTEP_DEPLOYMENT";

/**
 * Reads what a stack says of itself.
 * @param at where it stands: an output, an environment variable
 * @throws StackOutdated where it says nothing, or something else
 */
export function parseDeployment(text: string | undefined, at: string): Deployment {
  if (!text) {
    throw stackOutdated(
      `${at} is missing, since another version of fedstep deployed the stack; run npx cdk deploy again`,
    );
  }
  const parsed = deploymentSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean));
  const why = fields.map((field) => field.join(": ")).join("; ");
  throw stackOutdated(`${at} is not what this version of fedstep deploys (${why}); run npx cdk deploy again`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // which is no deployment either
    return undefined;
  }
}

/** The same deployment, but for what it gives one function. */
export function withLimits(
  deployment: Deployment,
  name: FunctionName,
  limits: Partial<FunctionLimits>,
): Deployment {
  const { functions } = deployment;
  return { ...deployment, functions: { ...functions, [name]: { ...functions[name], ...limits } } };
}

/** Gigabytes of memory that a function is billed for. */
export function gigabytesOf({ functions }: Deployment, name: FunctionName): number {
  return functions[name].memoryMb / 1024;
}

export const noBaseline =
  "this stack was deployed without the centralized baseline: take --set baseline.enabled=false, or deploy it with -c baseline=true";

/**
 * Whether the stack has what a configuration asks for.
 * @throws BaselineUnavailable
 */
export function checkDeployed({ baseline }: Pick<Config, "baseline">, deployed: Deployment): void {
  if (baseline.enabled && !deployed.baseline) throw baselineUnavailable(noBaseline);
}
