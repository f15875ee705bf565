import { assemblyUnsupported } from "../../shared/errors.ts";
import type { Assembly } from "./assembly.ts";
import { bucketType, coordinatorAccount, localBucket } from "./names.ts";
import { ofType, openStack, stateMachineType } from "./read-stack.ts";
import { readStateMachine } from "./read-state-machine.ts";
import { checkStateMachineRole } from "./service-roles.ts";
import type { Resource, Template } from "./template.ts";

/**
 * Reads the coordinator's cloud assembly for the local endpoints.
 * @throws AssemblyUnsupported naming the resource and the property that they have no stand-in for
 */
export function readAssembly(directory: string, digest: string): Assembly {
  const as = { account: coordinatorAccount, bucket: localBucket };
  const { deployed, template, intrinsics } = openStack(directory, as);
  const [bucket] = onlyOne(template, bucketType);
  const stateMachine = readStateMachine(...onlyOne(template, stateMachineType), intrinsics);
  checkStateMachineRole(deployed.rights, stateMachine);
  return { ...deployed, bucket: intrinsics.nameOf(bucket, bucket), stateMachine, digest };
}

/** The local endpoints serve one of each, and would mix two up. */
function onlyOne(template: Template, type: string): [id: string, Resource] {
  const found = ofType(template, type);
  const [one] = found;
  if (one && found.length === 1) return one;
  throw assemblyUnsupported(`the local run takes one ${type}, and the stack has ${found.length}`);
}
