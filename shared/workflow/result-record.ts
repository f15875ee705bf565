import * as z from "zod";
import { configSchema } from "../config/schema.ts";
import { withBrief, withFigures } from "../task/records.ts";
import { type ScoreName, scores } from "../task/tasks.ts";
import { architectures } from "./architecture.ts";
import { billSchema } from "./bill.ts";
import { countedExamples } from "./counted-examples.ts";
import { count, counted, sha256 } from "./fields.ts";
import { clientPart } from "./plan-record.ts";
import { datasetRecord, startedBy, takenFrom } from "./run-record.ts";
import { usageSchema } from "./usage.ts";

/** Why a federation trained no further round: it had all of them, or federation.stop or federation.budget ended it. */
export const endReason = z.enum([
  "rounds",
  // the threshold of the task's score
  ...scores.map(({ name }) => name as ScoreName),
  "patience",
  "budget",
]);

const modelResult = {
  /** That the figures are over. */
  examples: count,
  weightsSha256: sha256,
};

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
    withFigures({
      ...modelResult,
      /** The round whose model this is: shared/rounds/kept-round says which. */
      round: z.int().positive(),
      /** The chain of digests at the end: with it, fedstep verify proves every object of the run. */
      chainSha256: sha256,
      /** Why no further round was trained. */
      ended: endReason,
      rounds: z
        .array(
          withBrief({
            round: z.int().positive(),
            examples: counted,
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
    withFigures({
      ...modelResult,
      epochs: z.array(withBrief({ epoch: z.int().positive(), examples: counted })),
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
  /** Of the compared scores, federated / baseline; null without a baseline, or where nothing is compared. */
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

export type Result = z.output<typeof resultRecord>;
export type Spent = NonNullable<Result["spent"]>;
/** What a run came to: the same every time that it is repeated. */
export type Outcome = Omit<Result, "seconds" | "invocations" | "spent" | "cost">;
