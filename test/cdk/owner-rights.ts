import { Intrinsics } from "../../local/assembly/intrinsics.ts";
import { coordinatorAccount, type DeployedAs, localBucket, region } from "../../local/assembly/names.ts";
import { readRights } from "../../local/assembly/read-rights.ts";
import { type Template, templateSchema } from "../../local/assembly/template.ts";
import { type Identity, type Role, roleSession } from "../../local/iam/identity.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { deployedRights } from "./deployed-rights.ts";
import { synthesized } from "./synthesized.ts";
import { synthesizedOwner } from "./synthesized-owner.ts";

/** Who works by a policy of an owner's stack: its functions, whoever the state machine becomes, and its people. */
export const ownersOwn = ["Train", "Desk", "Invoker", "Owner"] as const;
export type OwnersWho = (typeof ownersOwn)[number];

/** Two owners of one federation, each with a stack of the usual name. */
export const [clinic, hospital, stranger] = ["111122223333", "444455556666", "222222222222"] as const;
export const stackName = "fedstep-owner";
export const federation = "clinics";

/** Id of the coordinator's key, as AWS gives them. */
const keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
export const coordinatorsKey = `arn:aws:kms:${region}:${coordinatorAccount}:key/${keyId}`;

export const asOwner = (account: string): DeployedAs => ({
  account,
  stack: stackName,
  parameters: {
    OwnerName: "north",
    Federation: federation,
    CoordinatorAccount: coordinatorAccount,
    CoordinatorBucket: localBucket,
    CoordinatorKey: keyId,
  },
});

/** With all that can be asked for: what more it grants, is granted to be tried. */
export const ownersSettings = { kmsKey: true };

export async function ownersTemplate(): Promise<Template> {
  return templateSchema.parse((await synthesizedOwner(ownersSettings)).toJSON());
}

export const ownersRights = (template: Template, account: string): Rights =>
  readRights(template, new Intrinsics(template, asOwner(account)));

/** What the coordinator's stack grants, whose federation both accounts are of. */
export async function coordinatorsRights(): Promise<Rights> {
  const ownerAccounts = [clinic, hospital]
    .map((account) => `${federation}=${account}/${stackName}`)
    .join(",");
  const rights = deployedRights(await synthesized({ encryptionKey: true, door: true, ownerAccounts }));
  const [key] = [...rights.encryptions.values()].map(({ keyArn }) => keyArn);
  const policy = rights.resourcePolicies.get(key ?? "");
  if (!policy) throw new Error("the coordinator's objects are not encrypted by a key of its own");
  return { ...rights, resourcePolicies: new Map([...rights.resourcePolicies, [coordinatorsKey, policy]]) };
}

/** All of them deployed beside each other. */
export function together(...all: readonly Rights[]): Rights {
  return {
    roles: new Map(all.flatMap(({ roles }) => [...roles])),
    managedPolicies: new Map(all.flatMap(({ managedPolicies }) => [...managedPolicies])),
    resourcePolicies: new Map(all.flatMap(({ resourcePolicies }) => [...resourcePolicies])),
    encryptions: new Map(all.flatMap(({ encryptions }) => [...encryptions])),
  };
}

export function ownersRole(rights: Rights, who: Exclude<OwnersWho, "Owner">, account: string): Role {
  const name = who === "Invoker" ? `${stackName}-${region}-Invoker` : `${stackName}-${who.toLowerCase()}role`;
  const role = rights.roles.get(`arn:aws:iam::${account}:role/${name}`);
  if (!role) throw new Error(`the account ${account} has no role ${name}`);
  return role;
}

/** A session of the role, or of one that has the policy for the owner's people and nothing else. */
export function ownersIdentity(rights: Rights, who: OwnersWho, account: string): Identity {
  if (who !== "Owner") return roleSession(ownersRole(rights, who, account), "session");
  const policy = rights.managedPolicies.get(`arn:aws:iam::${account}:policy/${stackName}-${region}-Owner`);
  if (!policy) throw new Error(`the account ${account} has no policy for its people`);
  return roleSession(person(account, policy), "session");
}

const person = (account: string, policy: Role["policies"][number]): Role => ({
  arn: `arn:aws:iam::${account}:role/Person`,
  account,
  id: "AROAPEOPLE",
  trust: { name: "Person", statements: [] },
  policies: [policy],
  boundary: undefined,
  maxSessionSeconds: 3_600,
});

/** Logical id of the owner's bucket. */
const bucketId = "ObjectsBucket5A707942";

/** ARN of the owner's bucket, as the local endpoints make up its name. */
export function ownersBucket(rights: Rights, account: string): string {
  const Resources = { [bucketId]: { Type: "AWS::S3::Bucket", Properties: {}, Metadata: {} } };
  const { stack } = asOwner(account);
  const intrinsics = new Intrinsics({ Parameters: {}, Resources, Outputs: {} }, { account, stack });
  const arn = intrinsics.attribute(bucketId, "Arn", bucketId);
  if (!rights.resourcePolicies.has(arn)) throw new Error(`the stack has no bucket ${bucketId} with a policy`);
  return arn;
}
