import * as z from "zod";
import { placeSchema } from "../client/place.ts";
import { configSchema } from "../config/schema.ts";
import { scalingSchema } from "../dataset/scaling-record.ts";
import { modelSpec } from "../model/spec.ts";
import { signedAcceptance } from "../owners/acceptance.ts";
import { agreementName } from "../owners/agreement-name.ts";
import { plannedHelpers } from "../owners/planned-helpers.ts";
import { plannedPrivacy } from "../privacy/planned-privacy.ts";
import { scalingOfTargets, taskFit } from "../task/fit.ts";
import { besideRun } from "./beside-run.ts";
import { count, sha256 } from "./fields.ts";
import { withModel } from "./older-plan.ts";
import { datasetRecord, startedBy, takenFrom } from "./run-record.ts";

/** One client's part of the data. */
export const clientPart = z.object({
  client: count,
  /** Left out where it is simulated, here. */
  place: placeSchema.optional(),
  /** Examples that it trains with. */
  train: z.int().positive(),
  /** Examples that it holds out; none where a test set evaluates. */
  heldOut: count,
  /** These by label; empty where its owner keeps that, and where 0.1.0 wrote it. */
  heldOutLabels: z.array(count).default([]),
  /** All of its examples, by label; empty where its owner keeps that. */
  labelCounts: z.array(count),
});

/** Owners that whatever is told of several is over at least, as they have agreed; absent where the clients are simulated. */
const minimumCohort = z.int().min(2).optional();

/** Owners that open the sums of masks; absent where none do. */
const helpers = plannedHelpers.optional();

/**
 * SHA-256 of each shard's object: those of the clients by their numbers, and behind them the test set's; null of an owner, who
 * has none here. Empty where all clients are owners, and where 0.1.0 wrote them.
 */
const shardDigests = z.array(sha256.nullable()).default([]);

/** The publisher's test set where it evaluates. */
const testSetPart = z.object({ labelCounts: z.array(count) });

/** runs/RUN/partition.json, and the index of the shards. */
export const partitionRecord = z.object({
  clients: z.array(clientPart).min(1),
  shards: shardDigests,
  /** The publisher's test set, by label, where it evaluates. */
  testSet: testSetPart.nullable(),
  /** What was applied to every example of the shards; null where they are as they came. */
  scaling: scalingSchema.nullable().default(null),
  /** Mean and deviation of all clients' training targets, where these are numbers; they stand in the shards as they are. */
  targets: scalingOfTargets.optional(),
  /** What its owners have told, signed: all the rest follows from it. Absent where the clients are simulated. */
  acceptances: z.array(signedAcceptance).optional(),
  minimumCohort,
  helpers,
});

const writtenPlan = z.object({
  run: z.string(),
  /** Seal of runs/RUN/config.json, of which the plan repeats what follows; empty where 0.1.0 wrote it. */
  claim: z.union([sha256, z.literal("")]).default(""),
  startedBy: startedBy.optional(),
  config: configSchema,
  dataset: datasetRecord,
  /** Digest of what determines the shards; part of their keys. */
  partition: sha256,
  shards: shardDigests,
  /** Whoever predicts with the run's models applies it first; null: nothing. */
  scaling: scalingSchema.nullable().default(null),
  /** What is trained. */
  model: modelSpec,
  /** What its task goes by beside its settings; absent where nothing. */
  fit: taskFit.optional(),
  /** What its promise of privacy comes to; absent where it promises none. */
  privacy: plannedPrivacy.optional(),
  /** The run whose model is to stand beside this one's; absent where none was named. */
  beside: besideRun.optional(),
  clients: z.array(
    clientPart.pick({ client: true, place: true, train: true, heldOut: true, heldOutLabels: true }),
  ),
  /** What its owners have signed; absent where the clients are simulated. */
  agreement: agreementName.optional(),
  minimumCohort,
  helpers,
  /** Number under which the test set stands among the shards and the participants; null without one. */
  examiner: count.nullable(),
  testSet: testSetPart.nullable().default(null),
  /** What it has taken from its parent, and that from its own, and so on. */
  origins: z.array(takenFrom),
  /** Seal of runs/RUN/partition.json. */
  partitionSeal: sha256.nullable().default(null),
  /** Digests of what its own rounds begin with: its start, and what it has taken over. null where 0.1.0 planned it. */
  start: z
    .object({
      weightsSha256: sha256,
      taken: z
        .object({ weightsSha256: sha256, stateSha256: sha256.nullable(), recordSha256: sha256 })
        .nullable(),
    })
    .nullable()
    .default(null),
});

/** runs/RUN/plan.json: what every function but PrepareRun works from. */
export const planRecord = z.preprocess(withModel, writtenPlan);

export type PartitionRecord = z.output<typeof partitionRecord>;
export type Plan = z.output<typeof planRecord>;
