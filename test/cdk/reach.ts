import type { Template } from "aws-cdk-lib/assertions";
import fc from "fast-check";
import * as z from "zod";
import type { BundleName } from "../../cdk/bundle.ts";
import type { Context } from "../../local/iam/condition-keys.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { federationKeys, helperKeys, keys, runNamePattern } from "../../shared/layout.ts";
import { bucketArn, may, type Who } from "./deployed-rights.ts";

/** Of a federation and no run: no run's end takes them. */
export const federationKinds = ["members", "agreement", "acceptance"] as const;
export type Kind =
  | Exclude<keyof typeof keys, "runs">
  | (typeof federationKinds)[number]
  | "waitingJob"
  | "openedOnce";

const digest = "0123456789abcdef".repeat(4);

/** One real key of every kind. */
export const keysOf = (run: string): Record<Kind, string> => ({
  dataset: keys.dataset(digest),
  shard: keys.shard(digest, digest, 3),
  shardIndex: keys.shardIndex(digest, digest),
  config: keys.config(run),
  plan: keys.plan(run),
  partition: keys.partition(run),
  global: keys.global(run, 7),
  update: keys.update(run, 7, 3),
  boxes: keys.boxes(run, 7, 3),
  opened: keys.opened(run, 7, 2),
  openedOnce: helperKeys.openedOnce(2, digest),
  roundState: keys.roundState(run, 7),
  clientState: keys.clientState(run, 7, 3),
  simulatedKey: keys.simulatedKey(run),
  noiseKey: keys.noiseKey(run),
  roundMetrics: keys.roundMetrics(run, 7),
  roundTimes: keys.roundTimes(run, 7),
  roundUpdates: keys.roundUpdates(run, 7),
  baselineCheckpoint: keys.baselineCheckpoint(run, 10),
  baselineEpoch: keys.baselineEpoch(run, 10),
  baselineUsage: keys.baselineUsage(run, 10),
  baselineClients: keys.baselineClients(run),
  model: keys.model(run, "federated", "model.safetensors"),
  oneClientModel: keys.oneClientModel(run, "federated", "model.safetensors"),
  expenses: keys.expenses(run),
  result: keys.result(run),
  report: keys.report(run),
  members: federationKeys.members("clinics"),
  agreement: federationKeys.agreement("clinics", 2),
  acceptance: federationKeys.acceptance("clinics", 2, digest),
  waitingJob: federationKeys.waitingJob("clinics", digest),
});

/** What the function of an owner in that account sends in a round: an update, boxes beside a masked one, or what it opens as a helper. */
export const sentFrom = (run: string, account: string | undefined): string[] => [
  keys.update(run, 7, 3, 1, account),
  keys.boxes(run, 7, 3, 1, account),
  keys.opened(run, 7, 2, 1, account),
];

const functionSchema = z.object({
  Properties: z.object({
    FunctionName: z.string(),
    Role: z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }),
    LoggingConfig: z.object({ LogGroup: z.object({ Ref: z.string() }) }),
  }),
});

/** Logical ids of a function's role and of its log group. */
export function functionOf(template: Template, name: BundleName): { role: string; logGroup: string } {
  const found = Object.values(template.findResources("AWS::Lambda::Function"))
    .map((resource) => functionSchema.parse(resource).Properties)
    .filter(({ FunctionName }) => FunctionName.endsWith(`-${name}`));
  const [one] = found;
  if (!one || found.length > 1) throw new Error(`there are ${found.length} functions ${name}`);
  return { role: one.Role["Fn::GetAtt"][0], logGroup: one.LoggingConfig.LogGroup.Ref };
}

/** Kinds of keys of a run that somebody's policies, and the bucket's, let the action touch. */
export function reach(rights: Rights, who: Who, action: string, run: string, context?: Context): Kind[] {
  const found = keysOf(run);
  return kinds.filter((kind) => may(rights, who, action, `${bucketArn}/${found[kind]}`, context));
}

/** In the order of their names. */
export const kinds = (Object.keys(keysOf("")) as Kind[]).sort();

/** Names that look like parts of keys are names like any other. */
export const runNames = fc.oneof(
  fc.stringMatching(runNamePattern),
  fc.constantFrom(
    "shards",
    "datasets",
    "global",
    "rounds",
    "updates",
    "baseline",
    "models",
    "config.json",
    "runs",
  ),
);
