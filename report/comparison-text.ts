import Table from "cli-table3";
import sparkly from "sparkly";
import { duration } from "./numbers.ts";
import { percent } from "./percent.ts";
import { dataSentence, type RunComparison, writtenValue } from "./run-comparison.ts";
import { sampled } from "./sampled.ts";

/** Columns of a terminal that the longest curve takes. */
const curveColumns = 40;

const style = { head: [], border: [] };
const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** Several runs beside each other, for a terminal. */
export function comparisonText(comparison: RunComparison): string {
  return [
    headlines(comparison),
    dataSentence(comparison.data),
    curves(comparison),
    comparison.differences.length > 0 ? differences(comparison) : "The configurations are the same.",
  ].join("\n\n");
}

function headlines({ results }: RunComparison): string {
  const table = new Table({
    head: ["run", "federated", "centralized", "ratio", "rounds", "time", "GB-s"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right"],
    style,
    chars,
  });
  for (const { run, federated, baseline, ratio, seconds, invocations } of results) {
    table.push([
      run,
      percent(federated.accuracy),
      baseline ? percent(baseline.accuracy) : "",
      ratio?.toFixed(4) ?? "",
      federated.rounds.length,
      duration(seconds),
      invocations.gbSeconds.toFixed(1),
    ]);
  }
  return table.toString();
}

/** A line for each run, all on one scale, as long as its rounds are of the longest run's. */
function curves({ results }: RunComparison): string {
  const accuracies = results.map(({ federated }) => federated.rounds.map(({ accuracy }) => accuracy));
  const all = accuracies.flat();
  const [minimum, maximum] = [Math.min(...all), Math.max(...all)];
  const longest = Math.max(...accuracies.map(({ length }) => length));
  const name = Math.max(...results.map(({ run }) => run.length));
  return [
    `federated accuracy by round, from ${percent(minimum)} to ${percent(maximum)}:`,
    ...results.map(({ run }, i) => {
      const values = accuracies[i] ?? [];
      const columns = Math.max(1, Math.round((Math.min(longest, curveColumns) * values.length) / longest));
      return `${run.padEnd(name)}  ${sparkly(sampled(values, columns), { minimum, maximum })}`;
    }),
  ].join("\n");
}

function differences({ differences }: RunComparison): string {
  const table = new Table({ head: ["configuration", "value", "runs"], style, chars });
  for (const { path, values } of differences) {
    values.forEach(({ value, runs }, i) => {
      table.push([i === 0 ? path : "", writtenValue(value), runs.join(", ")]);
    });
  }
  return table.toString();
}
