import { keyMatches, prefixes } from "../../shared/layout.ts";

/** Who uses a deployed federation: who looks at what runs left, who brings runs about, and who does away with them. */
export const accessKinds = ["Reader", "Operator", "Remover"] as const;
export type AccessKind = (typeof accessKinds)[number];

export interface AccessRights {
  /** Describes the policy. It stays as it is: a policy that has a name cannot be replaced, as a new description would. */
  readonly purpose: string;
  /** The commands with --target aws that take this policy and no more. */
  readonly commands: readonly string[];
  /** Actions on the stack, on its state machine, on that one's executions, and on the bucket as a whole. */
  readonly stack: readonly string[];
  readonly stateMachine: readonly string[];
  readonly executions: readonly string[];
  readonly bucket: readonly string[];
  /** For each action on objects the patterns of their keys. */
  readonly objects: { readonly "s3:GetObject": readonly string[] } & Readonly<
    Record<string, readonly string[]>
  >;
  /** Patterns of what it may list beside the keys that it may get. */
  readonly lists: readonly string[];
  /** Actions on the KMS key that encrypts the objects, where there is one. */
  readonly key: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[];
}

const { datasets, shards, config, plan, partition, globals, updates } = prefixes;
const { roundMetrics, roundTimes, roundUpdates, roundStates, clientStates, masks } = prefixes;
const { members, agreements, acceptances } = prefixes;
const { baseline, baselineRecords, models, oneClientModels, expenses, result, report } = prefixes;

/** What everybody reads who looks at a run: no model but those that the run ended with, and of these no client's own. */
const outcome = [config, plan, roundMetrics, roundTimes, models, expenses, result];

/** Objects of the baseline are looked for on a stack without one too: a run may be older than that setting. */
const reader: AccessRights = {
  purpose: "Looks at the runs of a fedstep federation, and at none of their examples or updates",
  commands: [
    "runs",
    "show",
    "report",
    "compare",
    "predict",
    "cost",
    "follow",
    "federation members",
    "federation invite",
  ],
  stack: ["cloudformation:DescribeStacks"],
  stateMachine: [],
  executions: ["states:DescribeExecution", "states:GetExecutionHistory"],
  bucket: [],
  objects: { "s3:GetObject": [...outcome, baselineRecords, members, agreements] },
  // names and sizes, of which fedstep cost adds up what a run keeps; who has accepted, and not what an owner has told by it
  lists: [prefixes.runs, datasets, shards, updates, clientStates, masks, acceptances],
  key: ["kms:Decrypt"],
};

const operator: AccessRights = {
  purpose: "Starts, stops, resumes and verifies the runs of a fedstep federation, and looks at them",
  commands: [
    ...["run", "study", "stop", "resume", "verify"],
    ...["add", "remove", "revoke", "tag", "propose"].map((name) => `federation ${name}`),
  ],
  stack: reader.stack,
  stateMachine: ["states:StartExecution"],
  executions: [...reader.executions, "states:StopExecution"],
  bucket: ["s3:ListBucketMultipartUploads"],
  objects: {
    // whether a data set is there, and a run from a round of another one; whatever a run is computed again from, of which
    // the shards hold no more than the data set, and what clients keep tells no more than what they sent
    "s3:GetObject": [
      ...[...outcome, baseline, globals, oneClientModels],
      ...[datasets, partition, shards, updates, roundUpdates, roundStates, clientStates, masks, report],
      ...[members, agreements, acceptances],
    ],
    "s3:PutObject": [datasets, config, members, agreements, acceptances],
    "s3:ListMultipartUploadParts": [datasets],
    // a name whose run could not be started; what a study's clients sent and keep
    "s3:DeleteObject": [config, updates, clientStates, masks],
  },
  lists: reader.lists,
  // parts of an upload take both
  key: [...reader.key, "kms:GenerateDataKey"],
};

/** Needs neither of the others, and grants nothing that they do beside finding a run. */
const remover: AccessRights = {
  purpose: "Deletes what runs of a fedstep federation have left, their examples included",
  commands: ["remove"],
  stack: reader.stack,
  stateMachine: [],
  executions: ["states:DescribeExecution"],
  bucket: [],
  objects: {
    "s3:GetObject": [config],
    "s3:DeleteObject": [prefixes.runs, updates, clientStates, masks, datasets, shards],
  },
  lists: [prefixes.runs, updates, clientStates, masks, datasets, shards],
  key: ["kms:Decrypt"],
};

export const accessRights: Readonly<Record<AccessKind, AccessRights>> = {
  Reader: reader,
  Operator: operator,
  Remover: remover,
};

/** IAM knows no regions, so that the name has to tell one stack from another of the same name elsewhere. */
export const policyName = (stack: string, region: string, kind: AccessKind) => `${stack}-${region}-${kind}`;

/**
 * All that it may list; S3 says of a key that it is missing only to those who may list it. What a broader pattern lists
 * is not named again.
 */
export function listedBy({ objects, lists }: AccessRights): string[] {
  const all = [...new Set([...objects["s3:GetObject"], ...lists])];
  return all.filter((one) => !all.some((broader) => broader !== one && keyMatches(broader, one)));
}

/**
 * The first of the kinds that may do all of it, which are in the order of what they can do harm to.
 * @param key of the object, or what the keys that are asked for begin with; undefined where it is about no object
 */
export function leastAccess(actions: readonly string[], key: string | undefined): AccessKind | undefined {
  return accessKinds.find((kind) => actions.every((action) => may(accessRights[kind], action, key)));
}

function may(rights: AccessRights, action: string, key: string | undefined): boolean {
  const patterns = action === "s3:ListBucket" ? listedBy(rights) : rights.objects[action];
  if (patterns) return key !== undefined && patterns.some((pattern) => keyMatches(pattern, key));
  const { stack, stateMachine, executions, bucket } = rights;
  return [stack, stateMachine, executions, bucket].some((actions) => actions.includes(action));
}
