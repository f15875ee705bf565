import { coordinatorAccount, localBucket, region } from "../../local/assembly/names.ts";
import { authorize, serviceMay } from "../../local/iam/authorize.ts";
import type { Context } from "../../local/iam/condition-keys.ts";
import { administrator, type Identity, roleSession } from "../../local/iam/identity.ts";
import type { Policy } from "../../local/iam/policy.ts";
import { readPolicy } from "../../local/iam/read-policy.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { machineRoleOf } from "../../shared/owners/stack-names.ts";
import { bucketArn, everybody, identityOf } from "./deployed-rights.ts";
import { type OwnersProbe, probesOfCoordinator, probesOfOwner } from "./owner-probes.ts";
import { isBlindLog, isCoordinators, promisedToOwner } from "./owner-promises.ts";
import {
  clinic,
  coordinatorsKey,
  hospital,
  type OwnersWho,
  ownersBucket,
  ownersIdentity,
  ownersOwn,
  ownersRole,
  stranger,
} from "./owner-rights.ts";

function allowed(rights: Rights, identity: Identity, probe: OwnersProbe, secure = true): boolean {
  const { action, resource, resourceAccount } = probe;
  const context = { ...probe.context, "aws:SecureTransport": String(secure) };
  return authorize(rights, { identity, action, resource, resourceAccount, context }).allowed;
}

const described = ({ action, resource, context = {} }: OwnersProbe) =>
  `${action} on ${resource} ${JSON.stringify(context)}`;

/**
 * As if the coordinator let the account do all there, and other keys of the account left all to its own policies: what is left
 * to decide, is the owner's stack's.
 */
function withOpenPlaces(rights: Rights, account: string): Rights {
  const lets = (resources: readonly string[]): Policy =>
    readPolicy(
      {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal: { AWS: account }, Action: "*", Resource: resources },
      },
      { name: "open", kind: "resource", refuse: (what) => new Error(what) },
    );
  const objects = `arn:aws:s3:::${localBucket}`;
  const anothers = [coordinatorAccount, account].map((one) => `arn:aws:kms:${region}:${one}:key/another`);
  return {
    ...rights,
    resourcePolicies: new Map([
      ...rights.resourcePolicies,
      [objects, lets([objects, `${objects}/*`])],
      ...[coordinatorsKey, ...anothers].map((key): [string, Policy] => [key, lets(["*"])]),
    ]),
  };
}

/** What of its promises does not hold of somebody's policies in an owner's account; none where all do. */
export function violationsInAccount(granted: Rights, who: OwnersWho, account: string): string[] {
  const rights = withOpenPlaces(granted, account);
  const identity = ownersIdentity(rights, who, account);
  const probes = [...probesOfOwner(account, ownersBucket(rights, account)), ...probesOfCoordinator];
  return probes
    .filter((probe) => allowed(rights, identity, probe) !== promisedToOwner(who, account, probe))
    .map((probe) => `${who}: ${described(probe)}`);
}

/** Everybody of the coordinator's account: functions, the state machine, people and the administrator. */
const coordinators = (rights: Rights): [string, Identity][] => [
  ...everybody.map((who): [string, Identity] => [who, identityOf(rights, who)]),
  ["the coordinator's administrator", administrator(coordinatorAccount)],
  // whatever is granted there, such as that a role may do all
  ...["fedstep-trainclientrole", "Anybody", machineRole].map((name): [string, Identity] => [
    name,
    anything(`arn:aws:iam::${coordinatorAccount}:role/${name}`, coordinatorAccount),
  ]),
];

const machineRole = machineRoleOf("fedstep", region);

/** A session of a role that may do all that its own account can grant. */
function anything(arn: string, account: string): Identity {
  const document = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
  const refuse = (what: string) => new Error(what);
  return roleSession(
    {
      arn,
      account,
      id: "AROAANYTHING",
      trust: { name: "anything", statements: [] },
      policies: [readPolicy(document, { name: "all", kind: "identity", refuse })],
      boundary: undefined,
      maxSessionSeconds: 3_600,
    },
    "session",
  );
}

const machineArn = `arn:aws:states:${region}:${coordinatorAccount}:stateMachine:fedstep`;
const assuming = { "sts:ExternalId": machineArn } as const satisfies Context;

/** Who but its own people could do anything in an owner's account; none where nobody can. */
export function violationsFromOutside(rights: Rights, account: string): string[] {
  const probes = probesOfOwner(account, ownersBucket(rights, account)).filter(({ at }) => at !== "elsewhere");
  const other = account === clinic ? hospital : clinic;
  const outsiders: [string, Identity][] = [
    ...coordinators(rights),
    ...ownersOwn.map((who): [string, Identity] => [
      `the other owner's ${who}`,
      ownersIdentity(rights, who, other),
    ]),
    ["the other owner's administrator", administrator(other)],
    ["a stranger", administrator(stranger)],
  ];
  return [
    ...outsiders.flatMap(([name, identity]) =>
      probes
        .filter((probe) => allowed(rights, identity, probe))
        .map((probe) => `${name}: ${described(probe)}`),
    ),
    ...outsiders.flatMap(([name, identity]) => assumptions(rights, account, name, identity)),
  ];
}

/** By whom a role of the owner's account can be taken, and should not, or the other way around. */
function assumptions(
  rights: Rights,
  account: string,
  name: string,
  identity: Identity,
  actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
): string[] {
  const roles = (["Train", "Desk", "Invoker"] as const).map((who) => ownersRole(rights, who, account));
  const contexts: Context[] = [
    assuming,
    {},
    { "sts:ExternalId": "" },
    { "sts:ExternalId": `${machineArn}2` },
    { "sts:ExternalId": machineArn.replace(region, "eu-west-1") },
  ];
  return roles.flatMap((role) =>
    contexts.flatMap((context) =>
      actions.flatMap((action) => {
        const expected =
          (name === "Federation" || name === machineRole) &&
          role.arn.endsWith("-Invoker") &&
          context === assuming &&
          action === "sts:AssumeRole";
        const probe = { action, resource: role.arn, resourceAccount: account, context };
        return allowed(rights, identity, probe) === expected ? [] : [`${name}: ${described(probe)}`];
      }),
    ),
  );
}

/** Of who takes the roles, and of what the bucket's and the key's own policies say within the account. */
export function violationsOfOwnersResources(rights: Rights, account: string): string[] {
  const trusts = (["Train", "Desk", "Invoker"] as const).flatMap((who) => {
    const { trust, arn: resource } = ownersRole(rights, who, account);
    return ["lambda.amazonaws.com", "states.amazonaws.com", "ec2.amazonaws.com"].flatMap((service) =>
      ["sts:AssumeRole", "sts:TagSession"].flatMap((action) => {
        const expected = who !== "Invoker" && service.startsWith("lambda") && action === "sts:AssumeRole";
        const found = serviceMay(trust, service, { action, resource, context: {} });
        return found === expected ? [] : [`${who}: ${action} by ${service}`];
      }),
    );
  });
  const own = administrator(account);
  const bucket = ownersBucket(rights, account);
  const ofPolicies = probesOfOwner(account, bucket).flatMap((probe) => {
    if (probe.at === "elsewhere") return [];
    return [
      ...(allowed(rights, own, probe) !== (!isBlindLog(probe) && !isAnothersKey(probe))
        ? [`owner: ${described(probe)}`]
        : []),
      ...(probe.at === "own" && allowed(rights, own, probe, false)
        ? [`plain HTTP: ${described(probe)}`]
        : []),
    ];
  });
  // within the account, tags say nothing of a role that cannot be assumed
  const assumed = assumptions(rights, account, "the owner's administrator", own, ["sts:AssumeRole"]);
  return [...trusts, ...ofPolicies, ...assumed];
}

/** A key that no stack has made has no policy here, and lets nobody in. */
const isAnothersKey = ({ resource }: OwnersProbe) => resource.endsWith(":key/another");

/** What reaches the coordinator's bucket from the accounts, with both stacks' policies as they are. */
export function reachedAtCoordinator(rights: Rights, who: OwnersWho, account: string): string[] {
  const identity = ownersIdentity(rights, who, account);
  return probesOfCoordinator
    .filter((probe) => isCoordinators(probe) && allowed(rights, identity, probe))
    .map(({ action, resource }) => `${action} ${resource.replace(`${bucketArn}/`, "")}`);
}
