import type { Deployment } from "../../cloud/deployment.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { requireAssembly } from "../../local/assembly/load.ts";
import type { Config } from "../../shared/config/schema.ts";
import { awsStorage, awsTarget, type StackOutputs, stackDeployment, stackOutputs } from "./aws.ts";
import { type LocalOptions, localReading, localStorage, localTarget } from "./local.ts";
import type { Storage, Target, TargetName } from "./target.ts";

export interface TargetOptions {
  readonly target: TargetName;
  readonly home: string;
  readonly stack: string;
}

/** Everything that a run needs; the local endpoints are started first. */
export function openTarget(
  { target, home, stack }: TargetOptions,
  local: Omit<LocalOptions, "home">,
): Promise<Target> {
  return target === "aws" ? awsTarget(stack) : localTarget({ ...local, home });
}

/**
 * Refuses, before a data set is fetched and read, what cannot be started on this machine for want of packages.
 * @throws PackageMissing
 */
export function requirePackagesFor({ target, home }: TargetOptions, configs: readonly Config[]): void {
  if (target === "aws") return;
  requireAssembly({ home, tfjs: configs.some(({ training }) => training.trainer === "tfjs") });
}

/** What the stack says of itself, where it is one on AWS. */
export async function stackOutputsOf({ target, stack }: TargetOptions): Promise<StackOutputs | undefined> {
  return target === "aws" ? stackOutputs(stack) : undefined;
}

/**
 * What a run would be offered, where nothing is to be started or written for the answer: here, what is deployed without
 * settings.
 */
export function offeredDeployment(outputs: StackOutputs | undefined): Deployment {
  return outputs ? stackDeployment(outputs) : defaultDeployment;
}

/** Only the bucket, for commands that read what runs have left: a home may be one that cannot be written. */
export async function openStorage(given: TargetOptions): Promise<Storage> {
  return storageOf(given, await stackOutputsOf(given));
}

export function storageOf({ home }: TargetOptions, outputs: StackOutputs | undefined): Promise<Storage> {
  return outputs ? Promise.resolve(awsStorage(outputs)) : localReading(home);
}

/** Only the bucket, for commands that change what lies in it. */
export async function openWritableStorage(given: TargetOptions): Promise<Storage> {
  return writableStorageOf(given, await stackOutputsOf(given));
}

export function writableStorageOf(
  { home }: TargetOptions,
  outputs: StackOutputs | undefined,
): Promise<Storage> {
  return outputs ? Promise.resolve(awsStorage(outputs)) : localStorage(home);
}
