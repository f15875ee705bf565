import { stringify } from "csv-stringify/sync";
import type { MeanEstimate } from "../shared/metrics/estimate.ts";
import type { StudyResults } from "../shared/study/results.ts";
import { targetOf } from "../shared/study/target.ts";
import { type Range, rangeOf } from "./examples-said.ts";

/**
 * A study's table as CSV, a line for each cell, for whoever computes with it: full precision, shares of 1, seconds;
 * _mean, _sd (of the sample), and _low and _high, the ends of the 95 % confidence interval. What there is no figure
 * for stays empty.
 */
export function studyCsv({ study, score, trivial, details, axes, cells }: StudyResults): string {
  const hasTarget = targetOf(study, score) !== undefined;
  const hasLast = study.lastRounds !== undefined;
  const hasExamples = cells.some(({ runs }) => runs.some(({ examples }) => examples !== null));
  const hasReference = study.reference !== undefined;
  const heading = [
    ...axes,
    "n",
    "failed",
    ...(hasExamples ? ["examples_least", "examples_most"] : []),
    ...columns("federated"),
    ...(hasLast ? columns("last_rounds") : []),
    ...["centralized", "ratio"].flatMap(columns),
    ...(hasReference ? columns("difference") : []),
    ...(hasTarget ? ["reached_target", ...columns("rounds_to_target")] : []),
    ...columns("seconds"),
    ...(trivial ? columns(inSnakes(trivial.name)) : []),
    ...models.flatMap((model) => details.flatMap(({ key }) => columns(`${model}_${inSnakes(key)}`))),
  ];
  const lines = cells.map((cell) => [
    ...cell.labels,
    cell.runs.length,
    cell.failed.length,
    ...(hasExamples ? ofExamples(rangeOf(cell.runs.map(({ examples }) => examples))) : []),
    ...figures(cell.federated),
    ...(hasLast ? figures(cell.last) : []),
    ...[cell.centralized, cell.ratio].flatMap(figures),
    ...(hasReference ? figures(cell.difference) : []),
    ...(hasTarget ? [cell.target?.reached, ...figures(cell.target?.rounds)] : []),
    ...figures(cell.seconds),
    ...(trivial ? figures(cell.trivial) : []),
    ...models.flatMap((model) => details.flatMap(({ key }) => figures(cell.details[model][key]))),
  ]);
  return stringify([heading, ...lines]);
}

const models = ["federated", "centralized"] as const;

/** "rocAucWithin" is "roc_auc_within", and "majority line" "majority_line". */
const inSnakes = (name: string) => name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])| /g, "_").toLowerCase();

const ofExamples = (range: Range | undefined) => [range?.least, range?.most];

const columns = (name: string) => ["mean", "sd", "low", "high"].map((figure) => `${name}_${figure}`);

const figures = (estimate: MeanEstimate | null | undefined) => [
  estimate?.mean,
  estimate?.deviation,
  estimate?.interval?.[0],
  estimate?.interval?.[1],
];
