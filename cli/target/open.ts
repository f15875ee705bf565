import { awsStorage, awsTarget, stackOutputs } from "./aws.ts";
import { type LocalOptions, localStorage, localTarget } from "./local.ts";
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

/** Only the bucket, for commands that read what runs have left. */
export async function openStorage({ target, home, stack }: TargetOptions): Promise<Storage> {
  return target === "aws" ? awsStorage((await stackOutputs(stack)).bucket) : localStorage(home);
}
