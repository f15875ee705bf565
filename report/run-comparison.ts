import { comparisonInvalid } from "../shared/errors.ts";
import { partitionDigest } from "../shared/partition/partition-digest.ts";
import { taskOf } from "../shared/task/tasks.ts";
import type { Result } from "../shared/workflow/result-record.ts";
import { configurationValues } from "./configuration-differences.ts";
import { allExamples, roundsOverAll, roundsOverSome } from "./examples-said.ts";
import { wholeNumber } from "./numbers.ts";

/** A field of the configuration that not all runs have alike. */
export interface ConfigDifference {
  /** As --set takes it: training.learningRate */
  readonly path: string;
  /** Each value with the runs that have it, in the runs' order; undefined where a run has no such field. */
  readonly values: readonly { readonly value: unknown; readonly runs: readonly string[] }[];
}

/** The data sets that the runs were on, each with its runs; one where all are on the same. */
export interface ComparedData {
  readonly name: string;
  readonly digest: string;
  readonly runs: readonly string[];
}

/** The examples that models were evaluated on, with the runs whose models those are. */
export interface ComparedExamples {
  readonly examples: number;
  readonly runs: readonly string[];
}

export interface RunComparison {
  readonly results: readonly Result[];
  readonly data: readonly ComparedData[];
  /** One where all were evaluated on the same examples. */
  readonly evaluated: readonly ComparedExamples[];
  readonly differences: readonly ConfigDifference[];
}

/**
 * What tells runs apart: their data by its digest, and their configurations field by field.
 * @throws ComparisonInvalid where they are not judged by one score
 */
export function compareRuns(results: readonly Result[]): RunComparison {
  checkTasks(results);
  return {
    results,
    data: dataOf(results),
    evaluated: evaluatedOn(results),
    differences: configDifferences(results),
  };
}

function checkTasks([first, ...others]: readonly Result[]): void {
  if (!first) return;
  const { score } = taskOf(first.config);
  for (const { run, config } of others) {
    const other = taskOf(config).score;
    if (other.name === score.name) continue;
    throw comparisonInvalid(
      `${first.run} is judged by its ${score.noun}, ${run} by its ${other.noun}; compare runs of one task`,
    );
  }
}

function evaluatedOn(results: readonly Result[]): ComparedExamples[] {
  const known = new Map<string, { examples: number; runs: string[] }>();
  for (const result of results) {
    const { run, federated } = result;
    const id = examplesId(result);
    const same = known.get(id) ?? { examples: federated.examples, runs: [] };
    same.runs.push(run);
    known.set(id, same);
  }
  return [...known.values()];
}

/** Tells examples apart: those of a test set, or what the clients of a partition hold out; who was silent, by the run. */
function examplesId(result: Result): string {
  const { run, config, dataset, federated } = result;
  if (config.federation.evaluation === "test-set") return `${dataset.digest} ${config.dataset.limit}`;
  return federated.examples === allExamples(result) ? partitionDigest(config, dataset.digest) : run;
}

function dataOf(results: readonly Result[]): ComparedData[] {
  const byDigest = new Map<string, { name: string; digest: string; runs: string[] }>();
  for (const { run, dataset } of results) {
    const { name, digest } = dataset;
    const known = byDigest.get(digest) ?? { name, digest, runs: [] };
    known.runs.push(run);
    byDigest.set(digest, known);
  }
  return [...byDigest.values()];
}

/** The fields that not all of them have alike, in the order of the first that has each. */
export function configDifferences(results: readonly Pick<Result, "run" | "config">[]): ConfigDifference[] {
  const fields = results.map(
    ({ config }) => new Map(configurationValues(config).map((one) => [one.path, one.value])),
  );
  const paths = [...new Set(fields.flatMap((field) => [...field.keys()]))];
  return paths.flatMap((path) => {
    const values = new Map<string | undefined, { value: unknown; runs: string[] }>();
    results.forEach(({ run }, i) => {
      const value = fields[i]?.get(path);
      const written = JSON.stringify(value);
      const known = values.get(written) ?? { value, runs: [] };
      known.runs.push(run);
      values.set(written, known);
    });
    return values.size > 1 ? [{ path, values: [...values.values()] }] : [];
  });
}

/** A value as a person reads it; "(no such field)" where the run's kind of section lacks the field. */
export function writtenValue(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "(no such field)");
}

/** Whether the runs are on the same data, in a sentence, and where not, that their figures do not compare. */
export function dataSentence(data: readonly ComparedData[]): string {
  const named = ({ name, digest }: ComparedData) => `${name} (SHA-256 ${digest.slice(0, 12)}...)`;
  const [first] = data;
  if (first && data.length === 1) return `All are on the same data, ${named(first)}.`;
  const which = data.map((one) => `${one.runs.join(", ")} on ${named(one)}`);
  return `The runs are on different data, so that their figures do not compare: ${which.join("; ")}.`;
}

/** Whether the models were evaluated on the same examples, and whose curve is over others than its end. */
export function examplesSentence({ results, evaluated }: RunComparison): string {
  const [first] = evaluated;
  const ends =
    first && evaluated.length === 1
      ? `All are evaluated on the same ${wholeNumber(first.examples)} examples.`
      : "The models are evaluated on different examples, so that their figures differ by that too: " +
        `${evaluated.map(({ examples, runs }) => `${runs.join(", ")} on ${wholeNumber(examples)}`).join("; ")}.`;
  const curves = results
    .filter((result) => !roundsOverAll(result))
    .map((result) => `The curve of ${result.run} is over ${roundsOverSome(result)}.`);
  return [ends, ...curves].join(" ");
}
