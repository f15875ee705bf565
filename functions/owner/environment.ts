import * as z from "zod";
import { configInvalid } from "../../shared/errors.ts";
import { ownerStackName } from "../../shared/owners/account.ts";
import { federationName } from "../../shared/owners/agreement-name.ts";
import { ownerName } from "../../shared/owners/identity.ts";
import { problemsOf } from "../../shared/problems-of.ts";
import { bucketVariable } from "../../shared/workflow/bucket-variable.ts";

/** What the functions of an owner's stack are told by it, beside their own bucket. */
export const ownerVariables = {
  coordinatorBucket: "FEDSTEP_COORDINATOR_BUCKET",
  federation: "FEDSTEP_FEDERATION",
  name: "FEDSTEP_OWNER_NAME",
  stack: "FEDSTEP_STACK",
  data: "FEDSTEP_DATA",
  /** Of a stack that keeps the MAC's key in KMS: that key's ARN. */
  macKey: "FEDSTEP_MAC_KEY",
} as const;

const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "takes a bucket's name");

const variablesSchema = z.object({
  [bucketVariable]: bucketName,
  [ownerVariables.coordinatorBucket]: bucketName,
  [ownerVariables.federation]: federationName,
  [ownerVariables.name]: ownerName,
  [ownerVariables.stack]: ownerStackName,
  [ownerVariables.data]: z.string().regex(/^data\/./, "takes the key of an object below data/"),
  [ownerVariables.macKey]: z.string().optional(),
});

/** Settings of the owner's stack: a job names none of them. */
export interface OwnerEnvironment {
  readonly bucket: string;
  readonly coordinatorBucket: string;
  readonly federation: string;
  readonly name: string;
  readonly stack: string;
  /** Key of the table. */
  readonly data: string;
  readonly macKey: string | undefined;
}

/** @throws ConfigInvalid naming each variable that is missing or not taken */
export function ownerEnvironment(variables: Readonly<Record<string, string | undefined>>): OwnerEnvironment {
  const parsed = variablesSchema.safeParse(variables);
  if (!parsed.success) throw configInvalid(`the owner's stack: ${problemsOf(parsed.error)}`);
  const { data } = parsed;
  return {
    bucket: data[bucketVariable],
    coordinatorBucket: data[ownerVariables.coordinatorBucket],
    federation: data[ownerVariables.federation],
    name: data[ownerVariables.name],
    stack: data[ownerVariables.stack],
    data: data[ownerVariables.data],
    macKey: data[ownerVariables.macKey],
  };
}
