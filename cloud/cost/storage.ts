import { helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { prices } from "../prices.ts";
import type { Sizing } from "../sizing.ts";
import type { RunCounts } from "./counts.ts";
import { simulatedPart } from "./run-counts.ts";

/** What a run leaves in S3, in bytes; what owners keep is no part of it. Headers and JSON, kilobytes each, are left out but where nothing else stands. */
export interface Kept {
  /** The data set and its shards, which other runs use too. */
  readonly data: number;
  /** What clients sent, and keep. */
  readonly updates: number;
  /** Global models, the strategy's state, the baseline's checkpoints, the exported models, the report. */
  readonly models: number;
}

/** What keeping all of it costs, US dollars a month. */
export function monthlyCost({ data, updates, models }: Kept): number {
  return ((data + updates + models) / 2 ** 30) * prices.s3GbMonth;
}

/** Of an update that only evaluates, or of metrics. */
const smallObject = 1_000;
const report = 1_000_000;

export function keptBytes(sizing: Sizing, counts: RunCounts): Kept {
  const { data, integers, mean, parameters, valueBytes, vectors } = sizing;
  const { owners = false, beside } = data;
  const [uploaded, divided] = owners
    ? [beside?.examples ?? 0, beside?.examples ?? 0]
    : [data.examples, mean.used];
  const { trainings: keeping } = simulatedPart(counts);
  const model = 4 * parameters;
  const { rounds, trainings, evaluations, baseline } = counts;
  return {
    data:
      uploaded * (data.features * data.valueBytes + 4) +
      (counts.shardsWritten ? divided * (data.features * valueBytes + 4) : 0),
    updates:
      trainings * ((integers > 0 ? 8 * integers : 4 * vectors.sends) + smallObject) +
      keeping * 4 * vectors.keeps +
      evaluations * smallObject +
      // boxes, and of each helper the sums of two seeds' streams
      (counts.masked
        ? (trainings + evaluations) * smallObject + helperNumbers.length * 2 * 8 * integers * rounds
        : 0),
    models:
      model * (rounds + 1) +
      rounds * 4 * vectors.state +
      (rounds + 1 + (baseline?.epochs ?? 0)) * smallObject +
      2 * model * (baseline?.checkpoints ?? 0) +
      2 * model * (baseline ? 2 : 1) +
      report,
  };
}
