import { Command } from "commander";
import { coordinatorAccount, region } from "../../local/assembly/names.ts";
import { federationMissing, ownerInvalid } from "../../shared/errors.ts";
import { federationName } from "../../shared/owners/agreement-name.ts";
import type { CoordinatorsPlace } from "../../shared/owners/coordinators-place.ts";
import { type DraftMember, type MembersRecord, memberCalled } from "../../shared/owners/members.ts";
import type { Objects } from "../../storage/objects.ts";
import { options } from "../options.ts";
import { placeOfStack, type StackOutputs } from "../targets/aws.ts";
import { stackOutputsOf, storageOf, type TargetOptions, writableStorageOf } from "../targets/open.ts";
import type { Storage } from "../targets/target.ts";

export type FederationOptions = TargetOptions;

/** A command about a federation, wherever its bucket is. */
export function ofFederation(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(options.home())
    .addOption(options.target())
    .addOption(options.stack());
}

/** Runs what looks at a federation, or changes it. */
export async function inBucket<T>(
  given: FederationOptions,
  access: "reads" | "writes",
  work: (objects: Objects, outputs: StackOutputs | undefined, storage: Storage) => Promise<T>,
): Promise<T> {
  const outputs = await stackOutputsOf(given);
  const storage = await (access === "writes" ? writableStorageOf : storageOf)(given, outputs);
  try {
    return await work(storage.objects, outputs, storage);
  } finally {
    await storage.close();
  }
}

/** @throws OwnerInvalid */
export function checkFederationName(name: string): string {
  const parsed = federationName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw ownerInvalid(
    `a federation's name ${parsed.error.issues[0]?.message}, and ${JSON.stringify(name)} is none`,
  );
}

/** @throws FederationMissing */
export function existing(list: MembersRecord | undefined, federation: string): MembersRecord {
  if (list) return list;
  throw federationMissing(
    `there is no federation ${federation}: fedstep federation add REQUEST makes it, with the first owner`,
  );
}

/** @throws FederationMissing */
export function calledMember(list: MembersRecord, called: string): DraftMember {
  const found = memberCalled(list, called);
  if (found) return found;
  const names = list.members.map(({ name }) => name).join(", ") || "none";
  throw federationMissing(
    `${list.federation} has no member ${JSON.stringify(called)}; its members are ${names}; eight and more digits of a fingerprint do too`,
  );
}

/** Where the coordinator's stack is; of a local run, where its stand-in on this machine is. */
export function placeOf(outputs: StackOutputs | undefined): CoordinatorsPlace {
  return outputs ? placeOfStack(outputs) : { partition: "aws", region, account: coordinatorAccount };
}
