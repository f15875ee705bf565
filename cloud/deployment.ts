import * as z from "zod";
import type { Config } from "../shared/config/schema.ts";
import {
  accountsUnavailable,
  baselineUnavailable,
  doorUnavailable,
  stackOutdated,
} from "../shared/errors.ts";
import { architectures } from "../shared/workflow/architecture.ts";

/** The most that Lambda gives a function. */
export const lambdaMost = { memoryMb: 10_240, timeoutMinutes: 15 } as const;

const functionLimits = z.object({
  /** Also sets the share of a CPU: one whole vCPU at 1,769 MB. */
  memoryMb: z.int().positive(),
  timeoutMinutes: z.int().positive(),
});

/**
 * What a stack offers a run: it publishes this of itself, and every estimate and limit reckons with it.
 * @param names of its functions
 */
export function deploymentSchema<Name extends string>(names: readonly Name[]) {
  return z.object({
    /** Processor of the functions. */
    architecture: z.enum(architectures),
    /** Whether the centralized baseline can be trained; its function's limits stand below either way. */
    baseline: z.boolean(),
    /** Whether owners who keep their data can ask for their jobs. */
    door: z.boolean(),
    /** Whether functions of owners in accounts of their own can be invoked. */
    accounts: z.boolean(),
    functions: z.record(z.enum(names), functionLimits),
    /** Days after which what clients have sent and keep is deleted. */
    updateRetentionDays: z.union([z.literal("never"), z.int().positive()]),
  });
}

export type FunctionLimits = Readonly<z.output<typeof functionLimits>>;

export interface Deployment<Name extends string = string> {
  readonly architecture: (typeof architectures)[number];
  readonly baseline: boolean;
  readonly door: boolean;
  readonly accounts: boolean;
  readonly functions: Readonly<Record<Name, FunctionLimits>>;
  readonly updateRetentionDays: "never" | number;
}

export type Retention = Deployment["updateRetentionDays"];

/** Environment variable of the functions with their stack's deployment, as JSON. */
export const deploymentVariable = "FEDSTEP_DEPLOYMENT";

/**
 * Reads what a stack says of itself.
 * @param at where it stands: an output, an environment variable
 * @param names of the functions that this version deploys
 * @throws StackOutdated where it says nothing, or something else
 */
export function parseDeployment<Name extends string>(
  text: string | undefined,
  at: string,
  names: readonly Name[],
): Deployment<Name> {
  if (!text) {
    throw stackOutdated(
      `${at} is missing, since another version of fedstep deployed the stack; run npx cdk deploy again`,
    );
  }
  const parsed = deploymentSchema(names).safeParse(jsonOf(text));
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
export function withLimits<Name extends string>(
  deployment: Deployment<Name>,
  name: NoInfer<Name>,
  limits: Partial<FunctionLimits>,
): Deployment<Name> {
  const { functions } = deployment;
  return { ...deployment, functions: { ...functions, [name]: { ...functions[name], ...limits } } };
}

/** What a function is given. @throws StackOutdated where the deployment knows none of this name */
export function limitsOf({ functions }: Deployment, name: string): FunctionLimits {
  const limits = functions[name];
  if (limits) return limits;
  throw stackOutdated(
    `the stack has no function ${name}, since another version deployed it; run npx cdk deploy again`,
  );
}

/** Gigabytes of memory that a function is billed for. */
export function gigabytesOf(deployment: Deployment, name: string): number {
  return limitsOf(deployment, name).memoryMb / 1024;
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

export const noDoor =
  "this stack was deployed without the door at which owners ask for their jobs: deploy it with -c door=true";

export const noAccounts =
  "this stack was deployed without accounts of owners: deploy it from the folder with the federation.json that fedstep federation add writes";

/** By which ways the owners of a run are reached. */
export interface OwnersWays {
  /** They ask for their jobs. */
  readonly door: boolean;
  /** Their functions are invoked. */
  readonly accounts: boolean;
}

/**
 * Whether the stack has what a run of owners takes.
 * @throws DoorUnavailable, AccountsUnavailable
 */
export function checkOwnersReached(deployed: OwnersWays, ways: OwnersWays): void {
  if (ways.door && !deployed.door) throw doorUnavailable(noDoor);
  if (ways.accounts && !deployed.accounts) throw accountsUnavailable(noAccounts);
}
