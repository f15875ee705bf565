import { type BundleName, bundleNames } from "../../cdk/bundle.ts";
import { functionNames } from "../../functions/footprints.ts";
import { coordinatorAccount as account } from "../../local/assembly/names.ts";
import { authorize, serviceMay } from "../../local/iam/authorize.ts";
import { administrator, type Identity } from "../../local/iam/identity.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { identityOf, isPeople, keyArn, roleOf, type Who } from "./deployed-rights.ts";
import { functionsRights, peoplesRights } from "./promised-rights.ts";
import { federationKinds, type Kind, keysOf } from "./reach.ts";
import {
  anotherKeyArn,
  arnOfFunction,
  endingWaits,
  executionArn,
  logDelivery,
  logStream,
  machineArn,
  type Probe,
  probes,
  sampling,
  stackArn,
  throughS3,
  traces,
} from "./rights-probes.ts";

const isFunction = (who: Who): who is BundleName => bundleNames.some((name) => name === who);

const kindOf = new Map<string, Kind>(
  ["r", "shards", "global"].flatMap((run) =>
    Object.entries(keysOf(run)).map(([kind, key]): [string, Kind] => [key, kind as Kind]),
  ),
);

/** What of a run, its examples and its updates a policy for people lists, and a Remover deletes. */
const anyOfARun = /^(masks|runs|updates|clients|datasets|shards)\//;

/** What is written once: nobody may write it but where nothing is; parts of an upload are no objects yet. */
const onceWritten = /^(runs|updates|clients|masks|helpers|federations\/[^/]+\/(agreements|acceptances))\//;

function isOverwriting({ action, key = "", context = {} }: Probe): boolean {
  const creating = context["s3:ObjectCreationOperation"] === "true";
  const conditional = context["s3:if-none-match"] !== undefined;
  return action === "s3:PutObject" && onceWritten.test(key) && creating && !conditional;
}

/** Whether the documents promise that. */
function promised(who: Who, probe: Probe): boolean {
  if (isOverwriting(probe)) return false;
  if (probe.resource === keyArn) return usesKey(who, probe);
  if (probe.key !== undefined) return touches(who, probe, probe.key);
  return placesOf(who).some(([actions, resource]) => {
    return resource === probe.resource && actions.includes(probe.action);
  });
}

function touches(who: Who, { action, context = {} }: Probe, key: string): boolean {
  const kind = kindOf.get(key);
  const among = (kinds: readonly Kind[] = []) => kind !== undefined && kinds.includes(kind);
  if (isFunction(who)) {
    const { get, put, create } = functionsRights[who];
    if (action === "s3:GetObject") return among(get);
    // the door lists nothing: whoever asks it does not learn what there is
    if (action === "s3:ListBucket") return who !== "Door" && among(get);
    const conditional = context["s3:if-none-match"] !== undefined;
    return action === "s3:PutObject" && (among(put) || (conditional && among(create)));
  }
  // the state machine leaves owners their jobs, each over the one before
  if (!isPeople(who)) return action === "s3:PutObject" && among(["waitingJob"]);
  const rights = peoplesRights[who];
  switch (action) {
    case "s3:ListBucket":
      return anyOfARun.test(key) || (who !== "Remover" && among(federationKinds));
    case "s3:GetObject":
      return among(rights.get);
    case "s3:PutObject":
      return among(rights.put);
    case "s3:ListMultipartUploadParts":
      return among(rights.parts);
    case "s3:DeleteObject":
      return who === "Remover" ? anyOfARun.test(key) : among(rights.delete);
    default:
      return false;
  }
}

/** Actions on what are no objects. */
function placesOf(who: Who): [actions: readonly string[], resource: string][] {
  if (isFunction(who)) {
    return [
      [["logs:CreateLogStream", "logs:PutLogEvents"], logStream(who)],
      [who === "Door" ? endingWaits : traces, "*"],
    ];
  }
  if (!isPeople(who)) {
    return [
      ...functionNames.map((name): [string[], string] => [["lambda:InvokeFunction"], arnOfFunction(name)]),
      [["states:StartExecution"], machineArn],
      [[...logDelivery, ...traces, ...sampling], "*"],
    ];
  }
  const watching = who === "Remover" ? [] : ["states:GetExecutionHistory"];
  const operating = who === "Operator";
  return [
    [["cloudformation:DescribeStacks"], stackArn],
    [["states:DescribeExecution", ...watching, ...(operating ? ["states:StopExecution"] : [])], executionArn],
    [operating ? ["states:StartExecution"] : [], machineArn],
    [operating ? ["s3:ListBucketMultipartUploads"] : [], "arn:aws:s3:::fedstep-objects"],
  ];
}

function usesKey(who: Who, { action, context }: Probe): boolean {
  if (context !== throughS3) return false;
  if (who === "Federation") return action === "kms:GenerateDataKey";
  const writes = isFunction(who) || who === "Operator";
  return action === "kms:Decrypt" || (writes && action === "kms:GenerateDataKey");
}

/** What of the promises does not hold of somebody's policies; none where all do. */
export function violations(granted: Rights, who: Who): string[] {
  const rights = withAnotherKey(granted);
  const identity = identityOf(rights, who);
  return probes
    .filter((probe) => allowed(rights, identity, probe) !== promised(who, probe))
    .map((probe) => `${who}: ${described(probe)}`);
}

/** Of who may take the roles, and of what resources' own policies say. */
export function violationsOfResources(rights: Rights): string[] {
  const roles = [...bundleNames, "Federation"] as const;
  const trusts = roles.flatMap((who) => {
    const role = roleOf(rights, who);
    return ["lambda.amazonaws.com", "states.amazonaws.com", "ec2.amazonaws.com"].flatMap((service) =>
      [account, "222222222222"].flatMap((source) =>
        ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"].flatMap((action) => {
          const context = { "aws:SourceAccount": source };
          const its =
            who === "Federation"
              ? service.startsWith("states") && source === account
              : service.startsWith("lambda");
          const expected = its && action === "sts:AssumeRole";
          const found = serviceMay(role.trust, service, { action, resource: role.arn, context });
          return found === expected ? [] : [`${who}: ${action} by ${service} for ${source}`];
        }),
      ),
    );
  });
  const owner = administrator(account);
  const stranger = administrator("222222222222");
  const ofPolicies = probes.flatMap((probe) => {
    const inBucket = /^arn:aws:s3:::fedstep-objects(\/|$)/.test(probe.resource);
    if (!inBucket && probe.resource !== keyArn) return [];
    return [
      ...(allowed(rights, owner, probe) !== isOverwriting(probe) ? [] : [`owner: ${described(probe)}`]),
      ...(inBucket && allowed(rights, owner, probe, false) ? [`plain HTTP: ${described(probe)}`] : []),
      ...(allowed(rights, stranger, probe) ? [`stranger: ${described(probe)}`] : []),
    ];
  });
  return [...trusts, ...ofPolicies];
}

function withAnotherKey({ resourcePolicies, ...rights }: Rights): Rights {
  const policy = resourcePolicies.get(keyArn);
  return {
    ...rights,
    resourcePolicies: new Map([...resourcePolicies, ...(policy ? [[anotherKeyArn, policy] as const] : [])]),
  };
}

function allowed(rights: Rights, identity: Identity, probe: Probe, secure = true): boolean {
  const { action, resource } = probe;
  const context = { ...probe.context, "aws:SecureTransport": String(secure) };
  return authorize(rights, { identity, action, resource, resourceAccount: account, context }).allowed;
}

const described = ({ action, resource, context = {} }: Probe) =>
  `${action} on ${resource} ${JSON.stringify(context)}`;
