import * as z from "zod";
import { configSchema } from "../config/schema.ts";
import { scalingSchema } from "../dataset/scaling.ts";
import { confusionSchema, evaluationSchema } from "../metrics/evaluation.ts";
import { architectures } from "./architecture.ts";
import { billSchema } from "./bill.ts";
import { countedExamples } from "./counted-examples.ts";
import { usageSchema } from "./usage.ts";

/** The JSON objects of a run, as they lie in S3. Every reader parses them by these schemas. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

/** Why a federation trained no further round: it had all of them, or federation.stop or federation.budget ended it. */
export const endReason = z.enum(["rounds", "accuracy", "patience", "budget"]);

/** The data set as the run knows it. */
export const datasetRecord = z.object({
  name: z.string(),
  /** Where it was taken from: a directory, the cache, a download, the embedded sample; the bucket, by whoever has put it there. */
  source: z.string(),
  /** Options of the command line that read it, with the names of its files, where it was not MNIST's usual place. */
  readWith: z.array(z.string()).optional(),
  /** SHA-256 of its object, which its key also names. */
  digest: sha256,
  examples: z.int().positive(),
  features: z.int().positive(),
  classes: z.int().positive(),
  /** Rows and columns where the examples are images. */
  imageShape: z.tuple([z.int().positive(), z.int().positive()]).optional(),
  /** What the values are: bytes, which stand for 0 to 1, or floats, which stand for themselves. */
  element: z.enum(["uint8", "float32"]).optional(),
  /** What the classes and the features are called, in their order, where they have names. */
  classNames: z.array(z.string()).optional(),
  featureNames: z.array(z.string()).optional(),
  /** Names of the data owners, where each brought a file: owner c is client c. */
  owners: z.array(z.string()).optional(),
});

/** The first rounds of another run that a run takes for its own, up to the given one. */
const takenFrom = z.object({ run: z.string(), round: z.int().positive() });

/** The execution that a run began with, where no command line laid the run out: PrepareRun did. */
const startedBy = z.object({
  /** Its ARN; the name in it is the run's, or longer than a run's may be. */
  execution: z.string(),
  /** The data set that it asked for: mnist, sample, or a digest. */
  dataset: z.string(),
  /** What came otherwise than it asked for. */
  notes: z.array(z.string()),
});

/** runs/RUN/config.json: written by the command line before anything starts, or by PrepareRun; once. */
export const runRecord = z.object({
  run: z.string(),
  /** When its first execution started, or the command line started that. */
  createdAt: z.string(),
  startedBy: startedBy.optional(),
  config: configSchema,
  dataset: datasetRecord,
  /** Absent where it starts anew. */
  from: takenFrom.optional(),
  /** Present where what its clients sent and keep is removed once it has ended, as a study's runs have it. */
  dropsUpdates: z.literal(true).optional(),
});

/** One client's part of the data. */
export const clientPart = z.object({
  client: count,
  /** Examples that it trains with. */
  train: z.int().positive(),
  /** Examples that it holds out; none where a test set evaluates. */
  heldOut: count,
  /** These by label; empty where 0.1.0 wrote it. */
  heldOutLabels: z.array(count).default([]),
  /** All of its examples, by label. */
  labelCounts: z.array(count),
});

/**
 * SHA-256 of each shard's object: those of the clients by their numbers, and behind them the test set's. Empty where
 * 0.1.0 wrote them.
 */
const shardDigests = z.array(sha256).default([]);

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
});

/** runs/RUN/plan.json: what every function but PrepareRun works from. */
export const planRecord = z.object({
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
  shape: z.object({ features: count, hidden: z.array(count), classes: count }),
  clients: z.array(clientPart.pick({ client: true, train: true, heldOut: true, heldOutLabels: true })),
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

/** Metadata of an update's object; its tensors are the client's model, absent after an evaluation. */
export const updateHeader = z.object({
  run: z.string(),
  round: z.int().positive(),
  client: count,
  /** Examples trained with: the update's weight. */
  examples: count,
  steps: count,
  /** Examples seen in training: each as often as it was in a minibatch. */
  seen: count,
  /** Sum of the cross-entropy over all of these. */
  lossSum: z.number(),
  /** The global model that the round started from, on the client's held-out examples. */
  evaluation: evaluationSchema,
  weightsSha256: sha256.optional(),
  /** Digest of each vector that the strategy has its clients send beside their models. */
  sentSha256: z.record(z.string(), sha256).default({}),
  /** Of the object in which the client keeps what its next round goes on from, where the strategy has it keep anything. */
  keptSha256: sha256.optional(),
});

/** The last accepted round of each client, and what it kept then; in the metadata of runs/RUN/rounds/R/state.safetensors. */
export const acceptedUpdates = z.record(
  z.string().regex(/^\d+$/),
  z.object({ round: z.int().positive(), keptSha256: sha256.optional() }),
);

/** How many examples a figure is over; null in records of fedstep 0.1.0, which did not say it. */
const counted = count.nullable().default(null);

/** runs/RUN/rounds/R/metrics.json */
export const roundMetrics = z.object({
  round: z.int().positive(),
  task: z.enum(["train", "evaluate"]),
  /** The model that the round started from: the global model of round - 1. */
  evaluated: countedExamples(
    z.object({
      round: count,
      /** Of those who reported: of all, of those who were selected, or of the test set. */
      examples: count,
      accuracy: z.number(),
      loss: z.number(),
      confusion: confusionSchema,
    }),
  ),
  clients: z.array(
    z.object({
      client: count,
      /** That it holds out. */
      examples: counted,
      /** Of the evaluated model on these; null where it holds out nothing. */
      accuracy: z.number().nullable(),
      loss: z.number().nullable(),
      /** Mean cross-entropy over the examples seen in training; null for a client that only evaluated. */
      trainingLoss: z.number().nullable(),
      /** How far the client moved, and whereto; null likewise. */
      update: z.object({ norm: z.number(), cosine: z.number() }).nullable(),
    }),
  ),
  silent: z.array(
    z.object({ client: count, task: z.enum(["train", "evaluate"]), error: z.string(), cause: z.string() }),
  ),
  /** SHA-256 of every participant's object, ascending by client. */
  updates: z.array(z.object({ client: count, sha256 })),
  /** The global model of this round; null in a round that only evaluates. */
  weightsSha256: sha256.nullable(),
  /** The object of the strategy's state after it; null where there is none. */
  stateSha256: sha256.nullable().default(null),
  /** The chain of digests after this round, as of shared/workflow/chain. */
  chainSha256: sha256,
  seconds: z.number(),
  /** Seconds of these in which some client worked, and in which its updates were aggregated; the rest was waiting. */
  timing: z.object({ training: z.number(), aggregation: z.number() }),
  /** Of the round's invocations that ended well, up to the writing of this. */
  usage: usageSchema,
});

/** runs/RUN/baseline/epochs/E.json */
export const baselineEpoch = countedExamples(
  z.object({
    epoch: z.int().positive(),
    /** That all clients hold out, or of the test set. */
    examples: count,
    accuracy: z.number(),
    loss: z.number(),
    trainingLoss: z.number(),
    confusion: confusionSchema,
    weightsSha256: sha256,
    /** SGD's momentum after it. 0.1.0 recorded neither this nor what follows. */
    velocitySha256: sha256.optional(),
    /** The chain of digests after this epoch, as of shared/workflow/chain. */
    chainSha256: sha256.optional(),
    /** The final model on each client's held-out examples, where it has any; in the last epoch only. */
    clients: z
      .array(z.object({ client: count, examples: counted, accuracy: z.number(), loss: z.number() }))
      .optional(),
  }),
);

const modelResult = z.object({
  /** That the figures are over. */
  examples: count,
  accuracy: z.number(),
  /** Mean cross-entropy per held-out example, nats. */
  loss: z.number(),
  confusion: confusionSchema,
  weightsSha256: sha256,
});

/** runs/RUN/result.json */
const writtenResult = z.object({
  run: z.string(),
  /** Absent where the command line laid it out. */
  startedBy: startedBy.optional(),
  config: configSchema,
  /** Absent where all rounds are its own; what others did is neither in seconds nor in invocations and cost. */
  from: takenFrom.optional(),
  dataset: datasetRecord,
  clients: z.array(clientPart),
  federated: countedExamples(
    modelResult.extend({
      /** The round whose model this is: shared/rounds/kept-round says which. */
      round: z.int().positive(),
      /** The chain of digests at the end: with it, fedstep verify proves every object of the run. */
      chainSha256: sha256,
      /** Why no further round was trained. */
      ended: endReason,
      rounds: z
        .array(
          z.object({
            round: z.int().positive(),
            examples: counted,
            accuracy: z.number(),
            loss: z.number(),
            /** Clients whose update is in the round's model. */
            clients: z.int().positive(),
            seconds: z.number(),
          }),
        )
        .min(1),
    }),
  ),
  /** null where the configuration turns it off. */
  baseline: countedExamples(
    modelResult.extend({
      epochs: z.array(
        z.object({ epoch: z.int().positive(), examples: counted, accuracy: z.number(), loss: z.number() }),
      ),
    }),
  ).nullable(),
  /**
   * Both models over the examples that both were evaluated on, which a client that stayed silent is not among; null
   * without a baseline, and where they have none in common or the records do not tell.
   */
  compared: z
    .object({ examples: z.int().positive(), federated: z.number(), baseline: z.number() })
    .nullable()
    .default(null),
  /** Of the compared accuracies, federated / baseline; null without a baseline, or where nothing is compared. */
  ratio: z.number().nullable(),
  /** From the start of PrepareRun to the writing of this. */
  seconds: z.number(),
  /** As measured inside the functions; attempts that failed are not in it. */
  invocations: usageSchema,
  /** What the cost is reckoned from; results of versions before have none. */
  spent: z
    .object({
      /** Of the state machine. */
      executions: z.int().positive(),
      /** Of the functions, which sets the price of their time. */
      architecture: z.enum(architectures),
      /** The invocations by what they were for: PrepareRun, the rounds, the baseline, FinishRun. */
      prepare: usageSchema,
      federation: usageSchema,
      baseline: usageSchema,
      finish: usageSchema,
    })
    .optional(),
  /** At list prices, from these and from what was counted; results of versions before have none. */
  cost: billSchema.optional(),
});

/** fedstep 0.1.0 divided figures over different examples too, which is no ratio. */
export const resultRecord = writtenResult.transform((result) => {
  const { compared, federated, baseline } = result;
  return compared || !baseline || federated.examples === baseline.examples
    ? result
    : { ...result, ratio: null };
});

export type StartedBy = z.output<typeof startedBy>;
export type DatasetRecord = z.output<typeof datasetRecord>;
export type RunRecord = z.output<typeof runRecord>;
export type PartitionRecord = z.output<typeof partitionRecord>;
export type Plan = z.output<typeof planRecord>;
/** A client's round, and the digest of the object in which it keeps what its next round goes on from. */
export type AcceptedUpdate = z.output<typeof acceptedUpdates>[string];
export type UpdateHeader = z.output<typeof updateHeader>;
export type RoundMetrics = z.output<typeof roundMetrics>;
export type BaselineEpoch = z.output<typeof baselineEpoch>;
export type Result = z.output<typeof resultRecord>;
export type Spent = NonNullable<Result["spent"]>;
/** What a run came to: the same every time that it is repeated. */
export type Outcome = Omit<Result, "seconds" | "invocations" | "spent" | "cost">;
