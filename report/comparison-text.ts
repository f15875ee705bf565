import sparkly from "sparkly";
import { visible } from "../shared/visible.ts";
import { scoreMeasure, shownScore } from "./measure.ts";
import { shortDetails, trivialShown, warningsOf } from "./model-details.ts";
import { duration, wholeNumber } from "./numbers.ts";
import { dataSentence, examplesSentence, type RunComparison, writtenValue } from "./run-comparison.ts";
import { sampled } from "./sampled.ts";
import { oneRule, textTable } from "./text-table.ts";

/** Columns of a terminal that the longest curve takes. */
const curveColumns = 40;

/** Several runs beside each other, for a terminal. */
export function comparisonText(comparison: RunComparison): string {
  return [
    headlines(comparison),
    ...trivialLines(comparison),
    ...figureTables(comparison),
    ...warnings(comparison),
    visible(dataSentence(comparison.data)),
    visible(examplesSentence(comparison)),
    curves(comparison),
    comparison.differences.length > 0 ? differences(comparison) : "The configurations are the same.",
  ].join("\n\n");
}

function headlines({ results }: RunComparison): string {
  const columns = ["run", "federated", "centralized", "ratio", "over", "rounds", "time", "GB-s"];
  return textTable(
    columns,
    results.map(({ run, config, federated, baseline, ratio, seconds, invocations }) => [
      run,
      shownScore(config, federated),
      baseline ? shownScore(config, baseline) : "",
      ratio?.toFixed(4) ?? "",
      wholeNumber(federated.examples),
      federated.rounds.length,
      duration(seconds),
      invocations.gbSeconds.toFixed(1),
    ]),
    { colAligns: columns.map((_, i) => (i === 0 ? "left" : "right")), chars: oneRule },
  );
}

/** What whoever knows nothing of the examples scores: once where that is alike, else of each run. */
function trivialLines({ results }: RunComparison): string[] {
  const lines = results.flatMap((result) => {
    const line = trivialShown(result);
    return line ? [{ ...line, run: result.run }] : [];
  });
  const [first] = lines;
  if (!first) return [];
  const alike = lines.length === results.length && lines.every(({ shown }) => shown === first.shown);
  if (alike) return [`${first.name} ${first.shown}: ${first.does}`];
  return [[`${first.name}, ${first.does}:`, ...lines.map(({ run, shown }) => `${run}  ${shown}`)].join("\n")];
}

/** Columns of a terminal that a table takes, and of these a cell's frame. */
const [lineColumns, cellFrame] = [80, 3];

/** What the task says of the federated models beside their score, as many runs in a table as a line has room for. */
function figureTables({ results }: RunComparison): string[] {
  const models = results.map((result) => ({ ...result, figures: result.federated }));
  const details = shortDetails(models);
  if (details.length === 0) return [];
  const widthOf = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length)) + cellFrame;
  const names = widthOf(details.map(([name]) => name));
  const tables: number[][] = [];
  let left = 0;
  for (const [i, { run }] of results.entries()) {
    const width = widthOf([run, ...details.map((values) => values[i + 1] ?? "")]);
    if (width > left) {
      tables.push([]);
      left = lineColumns - names - 1;
    }
    tables.at(-1)?.push(i);
    left -= width;
  }
  return tables.map((columns) =>
    textTable(
      ["federated", ...columns.map((i) => results[i]?.run ?? "")],
      details.map(([name, ...values]) => [name, ...columns.map((i) => values[i] ?? "")]),
      { colAligns: ["left", ...columns.map(() => "right" as const)], chars: oneRule },
    ),
  );
}

/** What nobody should overlook of any of the runs. */
function warnings({ results }: RunComparison): string[] {
  const said = results.flatMap((result) =>
    warningsOf(result).map((warning) => `warning: ${visible(`${result.run}: ${warning}`)}`),
  );
  return said.length === 0 ? [] : [said.join("\n")];
}

/** A line for each run, all on one scale, as long as its rounds are of the longest run's. */
function curves({ results }: RunComparison): string {
  const [first] = results;
  if (!first) return "";
  const { noun, of, shown } = scoreMeasure(first.config);
  const scores = results.map(({ federated }) => federated.rounds.map(of));
  const all = scores.flat();
  const [minimum, maximum] = [Math.min(...all), Math.max(...all)];
  const longest = Math.max(...scores.map(({ length }) => length));
  const name = Math.max(...results.map(({ run }) => run.length));
  return [
    `federated ${noun} by round, from ${shown(minimum)} to ${shown(maximum)}:`,
    ...results.map(({ run }, i) => {
      const values = scores[i] ?? [];
      const columns = Math.max(1, Math.round((Math.min(longest, curveColumns) * values.length) / longest));
      return `${run.padEnd(name)}  ${sparkly(sampled(values, columns), { minimum, maximum })}`;
    }),
  ].join("\n");
}

function differences({ differences }: RunComparison): string {
  return textTable(
    ["configuration", "value", "runs"],
    differences.flatMap(({ path, values }) =>
      values.map(({ value, runs }, i) => [i === 0 ? path : "", writtenValue(value), runs.join(", ")]),
    ),
    { chars: oneRule },
  );
}
