import * as z from "zod";
import { signedStatement } from "../owners/update-statement.ts";
import { masksOpened } from "../secure-aggregation/records.ts";
import { briefSchema, sumsSchema, withFigures, withNullableBrief, withPart } from "../task/records.ts";
import { comparedAlone } from "./compared-alone.ts";
import { countedExamples } from "./counted-examples.ts";
import { count, counted, type ParticipantTask, participantTask, sha256 } from "./fields.ts";
import { endReason } from "./result-record.ts";
import { usageSchema } from "./usage.ts";

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
  /** Sum of the loss over all of these; null where the privacy of the examples withholds it. */
  lossSum: z.number().nullable(),
  /** The global model that the round started from, on the client's held-out examples. */
  evaluation: sumsSchema,
  /** The model that an owner has trained alone, on the same examples: in the final pass, if it tells that. */
  alone: sumsSchema.optional(),
  weightsSha256: sha256.optional(),
  /** Digest of each vector that the strategy has its clients send beside their models. */
  sentSha256: z.record(z.string(), sha256).default({}),
  /** Of the object in which the client keeps what its next round goes on from, where the strategy has it keep anything. */
  keptSha256: sha256.optional(),
  /** Secret, where single clients are hidden: who guesses an update cannot tell by its digest, which records name. */
  salt: sha256.optional(),
});

/** Number of the execution whose updates count; records of formats before 4 do not say it. */
const attempt = z.int().positive().optional();

/** The last accepted round of each client, and what it kept then; in the metadata of runs/RUN/rounds/R/state.safetensors. */
export const acceptedUpdates = z.record(
  z.string().regex(/^\d+$/),
  z.object({ round: z.int().positive(), attempt, keptSha256: sha256.optional() }),
);

/** What records of formats before 3 told by a loss that is not there. */
function withTask<T extends { task?: ParticipantTask | undefined; trainingLoss: number | null }>(client: T) {
  const task: ParticipantTask = client.task ?? (client.trainingLoss === null ? "evaluate" : "train");
  return { ...client, task };
}

const silentClients = z.array(
  z.object({ client: count, task: participantTask, error: z.string(), cause: z.string() }),
);
/** SHA-256 of every participant's object, ascending by client; of an owner's what it has signed, for all owners to read. */
const countedUpdate = z.object({ client: count, sha256, signed: signedStatement.optional() });
const countedUpdates = z.array(countedUpdate);

/** runs/RUN/rounds/R/updates.json: which updates the round is made of, and whether it trains. The first attempt decides. */
export const roundUpdates = z.object({
  round: z.int().positive(),
  attempt: z.int().positive(),
  /** Why no further round trains, so that this one only evaluates; null where it trains. Before format 5 nothing said it. */
  ended: endReason.nullable().optional(),
  updates: countedUpdates,
  silent: silentClients,
  /** Who has opened the sums of their masks; absent where they have none. */
  masks: masksOpened.optional(),
});

/** runs/RUN/rounds/R/metrics.json: the same bytes however often a round is aggregated. */
export const roundMetrics = z.object({
  round: z.int().positive(),
  attempt,
  task: participantTask,
  /** The model that the round started from: the global model of round - 1. */
  evaluated: countedExamples(
    withFigures({
      round: count,
      /** Of those who reported: of all, of those who were selected, or of the test set. */
      examples: count,
    }),
  ),
  clients: z.array(
    // the figures of the evaluated model on these are null where it holds out nothing
    withNullableBrief({
      client: count,
      /** That it was asked for, and did; records of formats before 3 do not say it. */
      task: participantTask.optional(),
      /** That it holds out. */
      examples: counted,
      /** Mean loss over the examples seen in training; null for a client that only evaluated, and where privacy withholds it. */
      trainingLoss: z.number().nullable(),
      /** How far the client moved, and whereto; null likewise, and where it sends no model. */
      update: z.object({ norm: z.number(), cosine: z.number().nullable() }).nullable(),
      /** Of the model that it has trained alone, on the same examples; in the final pass, where enough owners tell it. */
      alone: briefSchema.optional(),
    }).transform(withTask),
  ),
  /** Over those who tell how their models do that they have trained alone: in the final pass, where they are enough. */
  alone: comparedAlone.optional(),
  /** Of masked updates what is told of all together in place of each; null in a round that only evaluates. */
  summed: z
    .object({
      /** Mean loss over the examples seen in training. */
      trainingLoss: z.number().nullable(),
      /** Length of the mean of their changes; null too where clients send no model. */
      norm: z.number().nullable(),
    })
    .optional(),
  silent: silentClients,
  updates: countedUpdates,
  masks: masksOpened.optional(),
  /** The global model of this round; null in a round that only evaluates. */
  weightsSha256: sha256.nullable(),
  /** The object of the strategy's state after it; null where there is none. */
  stateSha256: sha256.nullable().default(null),
  /** The chain of digests after this round, as of shared/workflow/chain. */
  chainSha256: sha256,
});

/** runs/RUN/rounds/R/times.json: what a round took, which no repetition takes again. Before format 3 in the metrics. */
export const roundTimes = z.object({
  /** From its start to the writing of this. */
  seconds: z.number(),
  /** Seconds of these in which some client worked, and in which its updates were aggregated; the rest was waiting. */
  timing: z.object({ training: z.number(), aggregation: z.number() }),
  /** Of the round's invocations that ended well, up to the writing of this. */
  usage: usageSchema,
});

// null is the score where what a client holds out has none
const clientFigures = z.array(withPart({ client: count, examples: counted }));

/** runs/RUN/baseline/epochs/E.json: the same bytes however often the epoch is trained. */
export const baselineEpoch = countedExamples(
  withFigures({
    epoch: z.int().positive(),
    /** That all clients hold out, or of the test set. */
    examples: count,
    trainingLoss: z.number(),
    weightsSha256: sha256,
    /** SGD's momentum after it. 0.1.0 recorded neither this nor what follows. */
    velocitySha256: sha256.optional(),
    /** The chain of digests after this epoch, as of shared/workflow/chain. */
    chainSha256: sha256.optional(),
    /** What baselineClients has of the last one, put beside it when it is read; before format 4 it stands here. */
    clients: clientFigures.optional(),
  }),
);

/** runs/RUN/baseline/clients.json: the last epoch, and its model on each client's held-out examples, where it has any. */
export const baselineClients = z.object({ epoch: count, clients: clientFigures });

/** runs/RUN/baseline/usage/E.json: what its invocations had used at the checkpoint of that epoch. Written once. */
export const baselineUsage = z.object({ epoch: count, usage: usageSchema });

/** A client's round, and the digest of the object in which it keeps what its next round goes on from. */
export type AcceptedUpdate = z.output<typeof acceptedUpdates>[string];
export type UpdateHeader = z.output<typeof updateHeader>;
export type CountedUpdate = Readonly<z.output<typeof countedUpdate>>;
export type RoundUpdates = z.output<typeof roundUpdates>;
export type RoundMetrics = z.output<typeof roundMetrics>;
export type RoundTimes = z.output<typeof roundTimes>;
export type TimedRound = RoundMetrics & RoundTimes;

/** What a round's records say of an update that counts. */
export function countedOf({ client, sha256, signed }: CountedUpdate): CountedUpdate {
  return { client, sha256, ...(signed && { signed }) };
}

/** Of a round what it took alone. */
export function timesOf({ seconds, timing, usage }: RoundTimes): RoundTimes {
  return { seconds, timing, usage };
}
export type BaselineEpoch = z.output<typeof baselineEpoch>;
export type ClientFigures = z.output<typeof clientFigures>;
