import { existsSync } from "node:fs";
import { join } from "node:path";
import { assemblyUnsupported, configInvalid, FedstepError, isNamed } from "../../shared/errors.ts";
import type { Rights } from "../iam/rights.ts";
import type { DeployedStack } from "./assembly.ts";
import type { Parameters } from "./parameters.ts";
import { ofType, openStack, stateMachineType } from "./read-stack.ts";

/** A cloud assembly with one stack, beside the coordinator's. */
export interface GivenStack {
  /** The account that it is deployed in: 12 digits. */
  readonly account: string;
  /** Of the cloud assembly, as cdk synth writes it. */
  readonly directory: string;
  /** Values of its template's parameters; those that have a default may be left out. */
  readonly parameters?: Parameters;
}

/**
 * Reads a stack that is deployed beside the coordinator's.
 * @throws ConfigInvalid for what is no account, and naming a parameter whose value is missing or not taken
 * @throws AssemblyUnsupported naming the folder, the resource and what of it has no stand-in
 */
export function readStack({ account, directory, parameters }: GivenStack): DeployedStack {
  if (!/^\d{12}$/.test(account)) {
    throw configInvalid(`"${account}" cannot be an account of AWS: take 12 digits`);
  }
  if (!existsSync(join(directory, "manifest.json"))) {
    throw configInvalid(`${directory} holds no cloud assembly: name the folder that "cdk synth" has written`);
  }
  try {
    const { deployed, template } = openStack(directory, { account, parameters });
    const [machine] = ofType(template, stateMachineType);
    if (machine === undefined) return deployed;
    const [id] = machine;
    throw assemblyUnsupported(`${id}: the local run takes one state machine, which is the coordinator's`);
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    const refuse = isNamed(error, "ConfigInvalid") ? configInvalid : assemblyUnsupported;
    throw refuse(`${directory}: ${error.message}`, { cause: error });
  }
}

/**
 * Stacks that can be deployed beside each other.
 * @throws AssemblyUnsupported naming what two of them would make
 */
export function checkBesides(stacks: readonly DeployedStack[]): void {
  refuseTwice(stacks.map(({ stack }) => `stack ${stack.name} of account ${stack.account}`));
  refuseTwice(stacks.flatMap(({ buckets }) => buckets.map((name) => `bucket ${name}`)));
  refuseTwice(stacks.flatMap(({ functions }) => functions.map(({ arn }) => arn)));
  refuseTwice(stacks.flatMap(({ rights }) => [...rights.roles.keys(), ...rights.managedPolicies.keys()]));
  // of a key that was made elsewhere and that two stacks encrypt by
  refuseTwice(
    stacks.flatMap(({ rights }) => [...rights.resourcePolicies.keys()].map((arn) => `policy of ${arn}`)),
  );
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw assemblyUnsupported(`two stacks of the local run have the ${twice}, of which there can be one`);
}

/** What is granted to whom by all of them, whose ARNs `checkBesides` has found to differ. */
export function rightsOf(stacks: readonly DeployedStack[]): Rights {
  const all = stacks.map(({ rights }) => rights);
  return {
    roles: new Map(all.flatMap(({ roles }) => [...roles])),
    managedPolicies: new Map(all.flatMap(({ managedPolicies }) => [...managedPolicies])),
    resourcePolicies: new Map(all.flatMap(({ resourcePolicies }) => [...resourcePolicies])),
    encryptions: new Map(all.flatMap(({ encryptions }) => [...encryptions])),
  };
}
