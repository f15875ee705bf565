import * as z from "zod";
import { estimate, estimateSchema, type MeanEstimate } from "../metrics/estimate.ts";
import { byKey } from "../task/detail.ts";
import { reaches } from "../task/score.ts";
import { type Figures, scoreOf, taskOf } from "../task/tasks.ts";
import type { Result } from "../workflow/result-record.ts";
import { datasetRecord } from "../workflow/run-record.ts";
import type { Cell } from "./cells.ts";
import type { StudyPlan } from "./plan.ts";
import { counterpart } from "./reference.ts";
import { type Study, studySchema } from "./study.ts";
import { targetOf } from "./target.ts";

/** Figures of a model by their keys; null where its examples do not tell one. */
const values = z.record(z.string(), z.number().nullable());

/** What a table says of one finished run. */
const finishedRun = z.object({
  run: z.string(),
  seed: z.int(),
  /** Examples that the federated score is over; null in results of fedstep 0.1.0, which did not say it. */
  examples: z.int().nonnegative().nullable().default(null),
  /** Whose these are: the clients', or the publisher's. */
  evaluatedOn: z.enum(["held out", "test set"]).default("held out"),
  /** Of the kept model, as all scores by the score of the study. */
  federated: z.number(),
  /** Mean over the study's last rounds, or over all where there are fewer; null where the study names none. */
  last: z.number().nullable(),
  /** The fewest and the most examples that one of these rounds was evaluated on. */
  lastExamples: z
    .object({ least: z.int().nonnegative(), most: z.int().nonnegative() })
    .nullable()
    .default(null),
  centralized: z.number().nullable(),
  ratio: z.number().nullable(),
  /** What whoever knows nothing of an example scores on those of the federated model; null where figures do not tell it. */
  trivial: z.number().nullable().default(null),
  /** Further figures of both models, by the keys of the study's. */
  details: z
    .object({ federated: values, centralized: values.nullable() })
    .default({ federated: {}, centralized: null }),
  /** What nobody should overlook of its models: "the federated model hardly recognizes ...". */
  warnings: z.array(z.string()).default([]),
  /** First round whose model reached the study's target; null where none did, or there is no target. */
  roundsToTarget: z.int().positive().nullable(),
  /** Rounds that it had: fewer than configured where it stopped early. */
  rounds: z.int().positive(),
  seconds: z.number(),
});

const failedRun = z.object({ run: z.string(), seed: z.int(), error: z.string() });

const estimates = z.record(z.string(), estimateSchema.nullable());

const cellResult = z.object({
  /** One for each axis. */
  labels: z.array(z.string()),
  runs: z.array(finishedRun),
  failed: z.array(failedRun),
  /** null where no run has finished, and for the baseline's figures where one ran without. */
  federated: estimateSchema.nullable(),
  last: estimateSchema.nullable(),
  centralized: estimateSchema.nullable(),
  ratio: estimateSchema.nullable(),
  trivial: estimateSchema.nullable().default(null),
  /** Of the study's further figures, by their keys. */
  details: z
    .object({ federated: estimates, centralized: estimates })
    .default({ federated: {}, centralized: {} }),
  /**
   * Federated score, of the last rounds where the study names them, over that of the study's reference with the same seed, so that what a seed does to both is not
   * in it. Absent without a reference and for the reference itself, null until each run has its counterpart.
   */
  difference: estimateSchema.nullable().optional(),
  /** Absent without a target; the estimate is null unless every run reached it, since those that did not have no number. */
  target: z
    .object({ reached: z.int().nonnegative(), of: z.int().nonnegative(), rounds: estimateSchema.nullable() })
    .optional(),
  seconds: estimateSchema.nullable(),
});

/** A study's outcome, complete or so far: what its tables are made from. */
export const studyResults = z.object({
  /** Version of fedstep. */
  fedstep: z.string(),
  study: studySchema,
  /** What its models are judged by, as records call it. */
  score: z.string().default("accuracy"),
  /** What whoever knows nothing of an example is called, and does; null of results that do not tell it. */
  trivial: z.object({ name: z.string(), does: z.string() }).nullable().default(null),
  /** Figures beside the score, the most telling first. */
  details: z
    .array(
      z.object({
        key: z.string(),
        /** Its name in tables; absent where it is in the CSV file alone. */
        short: z.string().optional(),
        scale: z.enum(["share", "number"]),
      }),
    )
    .default([]),
  dataset: datasetRecord.pick({ name: true, digest: true, examples: true }),
  axes: z.array(z.string()),
  /** Runs of the whole grid. */
  planned: z.int().positive(),
  cells: z.array(cellResult),
});

export type FinishedRun = z.output<typeof finishedRun>;
export type CellResult = z.output<typeof cellResult>;
export type StudyResults = z.output<typeof studyResults>;

/** What a study compares its cells by. */
export const compared = (study: StudyResults["study"]) =>
  study.lastRounds === undefined ? "federated" : "last";

/** How a planned run ended. */
export type CellOutcome = { readonly cell: Cell } & (
  | { readonly result: Result }
  | { readonly failed: z.output<typeof failedRun> }
);

/** @param outcomes of the runs that have ended, in any order */
export function studyOutcome(
  { study, axes, cells, reference, runs }: StudyPlan,
  outcomes: readonly CellOutcome[],
  dataset: StudyResults["dataset"],
  fedstep: string,
): StudyResults {
  const [first] = cells;
  if (!first) throw new RangeError("a study has one cell or more");
  const { score } = taskOf(first.config);
  const target = targetOf(study, score.name);
  const measure = compared(study);
  const { name, digest, examples } = dataset;
  const finishedOf = (cell: Cell) =>
    outcomes.flatMap((outcome) =>
      outcome.cell === cell && "result" in outcome ? [figuresOf(outcome.result, study)] : [],
    );
  const failedOf = (cell: Cell) =>
    outcomes.flatMap((outcome) => (outcome.cell === cell && "failed" in outcome ? [outcome.failed] : []));
  return {
    fedstep,
    study,
    score: score.name,
    ...furtherOf(outcomes),
    dataset: { name, digest, examples },
    axes: axes.map(({ label }) => label),
    planned: runs.length,
    cells: cells.map((cell) => {
      const finished = bySeed(finishedOf(cell));
      const other = reference && counterpart(cell, reference, cells);
      return {
        labels: [...cell.labels],
        runs: finished,
        failed: bySeed(failedOf(cell)),
        ...estimatesOf(finished),
        ...(other && { difference: estimateOf(differences(finished, finishedOf(other), measure)) }),
        ...(target !== undefined && { target: roundsToTarget(finished) }),
      };
    }),
  };
}

/** What stands beside the score of every run: its task tells it once one has ended. */
function furtherOf(outcomes: readonly CellOutcome[]): Pick<StudyResults, "trivial" | "details"> {
  const ended = outcomes.flatMap((outcome) => ("result" in outcome ? [outcome.result] : []));
  const [first] = ended;
  if (!first) return { trivial: null, details: [] };
  const { config, dataset, federated } = first;
  const task = taskOf(config);
  const line = task.trivial(federated);
  return {
    trivial: line ? { name: line.name, does: line.does } : null,
    details: task
      .details(federated, config.task, dataset)
      .map(({ key, short, scale }) => ({ key, ...(short !== undefined && { short }), scale })),
  };
}

function figuresOf(
  { run, config, dataset, federated, baseline, ratio, seconds }: Result,
  study: Study,
): FinishedRun {
  const { lastRounds } = study;
  const task = taskOf(config);
  const target = targetOf(study, task.score.name);
  const last = lastRounds === undefined ? [] : federated.rounds.slice(-lastRounds);
  const counts = last.flatMap(({ examples }) => (examples === null ? [] : [examples]));
  const scores = federated.rounds.map((round) => scoreOf(task, round));
  const valuesOf = (figures: Figures) => byKey(task.details(figures, config.task, dataset));
  const warningsOf = (figures: Figures) => task.warnings(figures, config.task, dataset);
  const reached = target === undefined ? -1 : scores.findIndex((one) => reaches(task.score, one, target));
  return {
    run,
    seed: config.seed,
    examples: federated.examples,
    evaluatedOn: config.federation.evaluation === "test-set" ? "test set" : "held out",
    federated: scoreOf(task, federated),
    last: last.length === 0 ? null : estimate(last.map((round) => scoreOf(task, round))).mean,
    lastExamples: counts.length === 0 ? null : { least: Math.min(...counts), most: Math.max(...counts) },
    centralized: baseline && scoreOf(task, baseline),
    ratio,
    trivial: task.trivial(federated)?.score ?? null,
    details: { federated: valuesOf(federated), centralized: baseline && valuesOf(baseline) },
    warnings: [
      ...warningsOf(federated).map((warning) => `the federated model ${warning}`),
      ...(baseline ? warningsOf(baseline).map((warning) => `the centralized model ${warning}`) : []),
    ],
    roundsToTarget: federated.rounds[reached]?.round ?? null,
    rounds: federated.rounds.length,
    seconds,
  };
}

function estimatesOf(runs: readonly FinishedRun[]) {
  const of = (figure: "federated" | "last" | "centralized" | "ratio" | "trivial" | "seconds") =>
    estimateOf(runs.map((run) => run[figure]));
  const keys = Object.keys(runs[0]?.details.federated ?? {});
  const details = (model: "federated" | "centralized") =>
    Object.fromEntries(
      keys.map((key) => [key, estimateOf(runs.map(({ details }) => details[model]?.[key] ?? null))]),
    );
  return {
    federated: of("federated"),
    last: of("last"),
    centralized: of("centralized"),
    ratio: of("ratio"),
    trivial: of("trivial"),
    details: { federated: details("federated"), centralized: details("centralized") },
    seconds: of("seconds"),
  };
}

function differences(
  runs: readonly FinishedRun[],
  others: readonly FinishedRun[],
  measure: "federated" | "last",
): (number | null)[] {
  return runs.map((run) => {
    const other = others.find(({ seed }) => seed === run.seed);
    const [own, its] = [run[measure], other?.[measure]];
    return own === null || its === undefined || its === null ? null : own - its;
  });
}

function roundsToTarget(runs: readonly FinishedRun[]): CellResult["target"] {
  const rounds = runs.map((run) => run.roundsToTarget);
  const reached = rounds.filter((round) => round !== null).length;
  return { reached, of: runs.length, rounds: estimateOf(rounds) };
}

/** Nothing where a value is missing: the mean of the others would pass for that of all. */
function estimateOf(values: readonly (number | null)[]): MeanEstimate | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length && known.length > 0 ? estimate(known) : null;
}

function bySeed<T extends { readonly seed: number }>(runs: readonly T[]): T[] {
  return [...runs].sort((a, b) => a.seed - b.seed);
}
