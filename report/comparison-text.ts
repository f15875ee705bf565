import sparkly from "sparkly";
import { visible } from "../shared/visible.ts";
import { scoreMeasure, shownScore } from "./measure.ts";
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
    visible(dataSentence(comparison.data)),
    visible(examplesSentence(comparison)),
    curves(comparison),
    comparison.differences.length > 0 ? differences(comparison) : "The configurations are the same.",
  ].join("\n\n");
}

function headlines({ results }: RunComparison): string {
  return textTable(
    ["run", "federated", "centralized", "ratio", "over", "rounds", "time", "GB-s"],
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
    { colAligns: ["left", "right", "right", "right", "right", "right", "right", "right"], chars: oneRule },
  );
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
