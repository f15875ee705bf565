import type { Config } from "../../shared/config/schema.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import { specOf } from "../../shared/model/spec.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { prices } from "../prices.ts";
import { meanAmounts, shardValueBytes } from "./amounts.ts";
import type { DataSize } from "./data-size.ts";
import type { RunCounts } from "./run-counts.ts";

/** What a run leaves in S3, in bytes. Headers and JSON, kilobytes each, are left out but where nothing else stands. */
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

export function keptBytes(config: Config, size: DataSize, counts: RunCounts): Kept {
  const { features } = size;
  const model = 4 * parameterCount(specOf(config.model, size));
  const { state, client } = openStrategy(config.federation.strategy);
  const { train, heldOut, testSet } = meanAmounts(config, size);
  const used = config.partition.clients * (train + heldOut) + testSet;
  const { rounds, trainings, evaluations, baseline } = counts;
  const vectors = Object.keys(state).length;
  return {
    data:
      size.examples * (features * size.valueBytes + 4) +
      (counts.shardsWritten ? used * (features * shardValueBytes(config, size) + 4) : 0),
    updates:
      trainings * (model * (1 + client.sends.length + client.keeps.length) + smallObject) +
      evaluations * smallObject,
    models:
      model * (rounds * (1 + vectors) + 1) +
      (rounds + 1 + (baseline?.epochs ?? 0)) * smallObject +
      2 * model * (baseline?.checkpoints ?? 0) +
      2 * model * (baseline ? 2 : 1) +
      report,
  };
}
