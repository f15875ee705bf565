import * as z from "zod";
import { configSchema } from "../config/schema.ts";
import { spentPrivacy } from "../privacy/spent.ts";
import { withBrief, withFigures } from "../task/records.ts";
import { type ScoreName, scores } from "../task/tasks.ts";
import { architectures } from "./architecture.ts";
import { besideRun } from "./beside-run.ts";
import { billSchema } from "./bill.ts";
import { comparedAlone } from "./compared-alone.ts";
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

const roundFields = {
  round: z.int().positive(),
  examples: counted,
  /** Clients whose update is in the round's model. */
  clients: z.int().positive(),
};

/** What a run came to, whatever else its rounds say. */
const outcomeFields = <Round>(round: z.ZodType<Round>) => ({
  run: z.string(),
  /** Absent where the command line laid it out. */
  startedBy: startedBy.optional(),
  config: configSchema,
  /** Absent where all rounds are its own; what others did is in no expense. */
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
      rounds: z.array(round).min(1),
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
  /** What it has spent of its clients' privacy; absent where it promised none. */
  privacy: spentPrivacy.optional(),
  /** The same run without that promise, or with a weaker one; absent where none was named. */
  beside: besideRun.optional(),
  /** The kept model beside those that owners have trained alone, in place of a baseline; absent where too few tell it. */
  alone: comparedAlone.optional(),
});

const expenseFields = {
  /** From the start of PrepareRun to the end of FinishRun's work. */
  seconds: z.number(),
  /** As measured inside the functions; attempts that failed are not in it. */
  invocations: usageSchema,
  /** What the cost is reckoned from. */
  spent: z.object({
    /** Of the state machine. */
    executions: z.int().positive(),
    /** Of the functions, which sets the price of their time. */
    architecture: z.enum(architectures),
    /** The invocations by what they were for: PrepareRun, the rounds, the baseline, FinishRun. */
    prepare: usageSchema,
    federation: usageSchema,
    baseline: usageSchema,
    finish: usageSchema,
  }),
  /** At list prices, from these and from what was counted. */
  cost: billSchema,
};

/** runs/RUN/result.json: what the run came to, the same bytes however often FinishRun is invoked. */
export const outcomeRecord = z
  .object(outcomeFields(withBrief(roundFields)))
  .transform((outcome) => ({ ...outcome, ratio: ratioOf(outcome) }));

/** runs/RUN/expenses.json: what the run took, of which no repetition takes the same. Written once. */
export const expensesRecord = z.object({
  ...expenseFields,
  /** Of each round that was trained, in their order. */
  roundSeconds: z.array(z.number()),
});

/** Both as one: what people are shown, and what lay in result.json before format 4. */
export const resultRecord = z
  .object({
    ...outcomeFields(withBrief({ ...roundFields, seconds: z.number() })),
    ...expenseFields,
    // results of 0.1.0 have neither
    spent: expenseFields.spent.optional(),
    cost: billSchema.optional(),
  })
  .transform((result) => ({ ...result, ratio: ratioOf(result) }));

/** fedstep 0.1.0 divided figures over different examples too, which is no ratio. */
function ratioOf({ compared, federated, baseline, ratio }: Ratio): number | null {
  return compared || !baseline || federated.examples === baseline.examples ? ratio : null;
}

interface Ratio {
  readonly compared: object | null;
  readonly federated: { readonly examples: number };
  readonly baseline: { readonly examples: number } | null;
  readonly ratio: number | null;
}

export type Outcome = z.output<typeof outcomeRecord>;
export type Expenses = z.output<typeof expensesRecord>;
export type Result = z.output<typeof resultRecord>;
export type Spent = Expenses["spent"];

/** The result as people are shown it. */
export function withExpenses(outcome: Outcome, { roundSeconds, ...expenses }: Expenses): Result {
  const rounds = outcome.federated.rounds.map((round, i) => ({ ...round, seconds: roundSeconds[i] ?? 0 }));
  return { ...outcome, federated: { ...outcome.federated, rounds }, ...expenses };
}
