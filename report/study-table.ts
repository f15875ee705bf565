import { markdownTable } from "markdown-table";
import type { MeanEstimate } from "../shared/metrics/estimate.ts";
import { type CellResult, compared, type StudyResults } from "../shared/study/results.ts";
import { targetOf } from "../shared/study/target.ts";
import { scoreNamed } from "../shared/task/tasks.ts";
import { type Range, rangeOf, spokenRange } from "./examples-said.ts";
import { shownAs } from "./measure.ts";

/**
 * A study's table as Markdown, a line for each cell: "mean ± half the width of the 95 % confidence interval (sample
 * standard deviation)". A column that no cell has anything for is left out.
 */
export function studyTable({ study, score, trivial, axes, cells }: StudyResults): string {
  const shares = scoreNamed(score).scale === "share";
  const [unit, scale, digits] = shares ? ([", %", 100, 2] as const) : (["", 1, 4] as const);
  const goal = targetOf(study, score);
  const target = goal === undefined ? "" : `rounds to ${shares ? `${percentOf(goal)} %` : goal}`;
  const last = `last ${study.lastRounds} rounds`;
  // of whoever knows nothing; where that is alike for all runs, a sentence below says it
  const differ = alikeTrivial({ trivial, cells }) === undefined;
  const columns: readonly [string, (cell: CellResult) => string][] = [
    ["n", (cell) => counted(cell, study.seeds.length)],
    ["examples", ({ runs }) => spoken(rangeOf(runs.map(({ examples }) => examples)))],
    [`federated${unit}`, ({ federated }) => spread(federated, scale, digits)],
    [`${last}${unit}`, ({ last }) => spread(last, scale, digits)],
    [`centralized${unit}`, ({ centralized }) => spread(centralized, scale, digits)],
    [`${trivial?.name}${unit}`, (cell) => (differ ? spread(cell.trivial, scale, digits) : "")],
    [
      `${compared(study) === "last" ? `${last} ` : ""}over ${Object.values(study.reference ?? {}).join()}${shares ? ", points" : ""}`,
      ({ difference }) => signed(spread(difference ?? null, scale, digits)),
    ],
    ["ratio", ({ ratio }) => spread(ratio, 1, 4)],
    [target, ({ target }) => (target ? rounds(target) : "")],
    ["seconds", ({ seconds }) => spread(seconds, 1, 1)],
  ];
  const shown = columns.filter(([, of]) => cells.some((cell) => of(cell) !== ""));
  return markdownTable(
    [
      [...axes.map(escaped), ...shown.map(([heading]) => heading)],
      ...cells.map((cell) => [...cell.labels.map(escaped), ...shown.map(([, of]) => of(cell))]),
    ],
    { align: [...axes.map(() => "l"), ...shown.map(() => "r")], stringLength: (text) => [...text].length },
  );
}

/**
 * What the task says of the federated models beside their score, a line for each cell: the figures that tables beside each
 * other have; undefined where there are none.
 */
function figuresTable({ details, axes, cells }: StudyResults): string | undefined {
  const shown = details.flatMap(({ key, short, scale }) =>
    short === undefined ? [] : [{ key, short, scale }],
  );
  if (shown.length === 0) return undefined;
  const cellOf = (cell: CellResult, { key, scale }: (typeof shown)[number]) => {
    const estimate = cell.details.federated[key] ?? null;
    return scale === "share" ? spread(estimate, 100, 2) : spread(estimate, 1, 4);
  };
  return markdownTable(
    [
      [...axes.map(escaped), ...shown.map(({ short, scale }) => `${short}${scale === "share" ? ", %" : ""}`)],
      ...cells.map((cell) => [...cell.labels.map(escaped), ...shown.map((figure) => cellOf(cell, figure))]),
    ],
    { align: [...axes.map(() => "l"), ...shown.map(() => "r")], stringLength: (text) => [...text].length },
  );
}

/** The table with what a reader needs to understand it. */
export function studyMarkdown(results: StudyResults): string {
  const { study, dataset, cells, planned } = results;
  const ended = cells.reduce((sum, { runs }) => sum + runs.length, 0);
  const failures = cells.flatMap(({ labels, failed }) =>
    failed.map(({ seed, error }) => `- ${[...labels, `seed ${seed}`].join(", ")}: ${error}`),
  );
  const figures = figuresTable(results);
  return [
    studyTable(results),
    "",
    ...(figures === undefined ? [] : ["Further figures of the federated models:", "", figures, ""]),
    "Mean ± half the width of the 95 % confidence interval (Student's t), in brackets the sample standard deviation; " +
      `n runs a line, seeds ${study.seeds.join(", ")}.`,
    ...evaluatedOn(results),
    ...(results.trivial ? [trivialSentence(results.trivial, alikeTrivial(results), results.score)] : []),
    `${dataset.examples.toLocaleString("en")} examples of ${dataset.name}, ${ended} of ${planned} runs finished.`,
    ...warnings(results),
    ...(failures.length > 0 ? ["", "Failed, and left out of the figures:", "", ...failures] : []),
    "",
  ].join("\n");
}

const spoken = (range: Range | undefined) => (range ? spokenRange(range).replace(/ examples$/, "") : "");

/** What the scores are over, where that is known: lines of other partitions are over other examples. */
function evaluatedOn({ study, score, cells }: StudyResults): string[] {
  const runs = cells.flatMap((cell) => cell.runs);
  if (runs.every(({ examples }) => examples === null)) return [];
  const last = rangeOf(runs.flatMap(({ lastExamples }) => (lastExamples ? Object.values(lastExamples) : [])));
  const onTestSet = runs.filter((run) => run.evaluatedOn === "test set").length;
  const heldOut = "what the clients of a run hold out, which another seed or partition makes other examples";
  const over =
    onTestSet === 0 ? heldOut : `the publisher's test set${onTestSet < runs.length ? `, or ${heldOut}` : ""}`;
  return [
    `${scoreNamed(score).title} is over ${over}.` +
      (last ? ` Those of the last ${study.lastRounds} rounds are each over ${spokenRange(last)}.` : ""),
  ];
}

/** The runs behind a line; of how many, where some are missing. */
function counted({ runs, failed }: CellResult, seeds: number): string {
  if (runs.length === seeds) return String(seeds);
  return `${runs.length} of ${seeds}${failed.length > 0 ? `, ${failed.length} failed` : ""}`;
}

/** @param scale what the figure is multiplied with, 100 for per cent */
function spread(estimate: MeanEstimate | null, scale: number, digits: number): string {
  if (!estimate) return "";
  const { mean, interval, deviation } = estimate;
  const text = (value: number) => (scale * value).toFixed(digits);
  if (!interval || deviation === null) return text(mean);
  return `${text(mean)} ± ${text((interval[1] - interval[0]) / 2)} (${text(deviation)})`;
}

const signed = (text: string) => (text === "" || text.startsWith("-") ? text : `+${text}`);

function rounds({ reached, of, rounds }: NonNullable<CellResult["target"]>): string {
  if (of === 0) return "";
  return rounds ? spread(rounds, 1, 1) : `${reached} of ${of} reached it`;
}

/** 97, or 97.5: without the noise of binary fractions. */
const percentOf = (share: number) => String(Number((100 * share).toFixed(6)));

/** Runs that are named with what to beware of. */
const mostWarnings = 12;

function warnings({ cells }: StudyResults): string[] {
  const said = cells.flatMap(({ labels, runs }) =>
    runs.flatMap(({ seed, warnings }) =>
      warnings.map((warning) => `- ${[...labels, `seed ${seed}`].join(", ")}: ${warning}`),
    ),
  );
  if (said.length === 0) return [];
  const left = said.length - mostWarnings;
  const more = left > 0 ? [`- and ${left} more; results.json has them`] : [];
  return ["", "Beware:", "", ...said.slice(0, mostWarnings), ...more];
}

/** What whoever knows nothing scores, where that is the same over the examples of every run. */
function alikeTrivial({ trivial, cells }: Pick<StudyResults, "trivial" | "cells">): number | undefined {
  const [first, ...others] = trivial ? cells.flatMap((cell) => cell.runs.map((run) => run.trivial)) : [];
  return typeof first === "number" && others.every((one) => one === first) ? first : undefined;
}

function trivialSentence(
  { name, does }: NonNullable<StudyResults["trivial"]>,
  alike: number | undefined,
  score: string,
): string {
  const shown = alike === undefined ? "" : ` ${shownAs(scoreNamed(score).scale)(alike)}`;
  return `${capitalized(name)}${shown}: ${does}.`;
}

const capitalized = (said: string) => `${said.slice(0, 1).toUpperCase()}${said.slice(1)}`;

const escaped = (text: string) => text.replaceAll("|", "\\|");
