import type { Config } from "../../shared/config/schema.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import { kindOf } from "../../shared/model/spec.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { FunctionName } from "../../shared/workflow/functions.ts";
import { steps } from "../../shared/workflow/steps.ts";
import { shardValueBytes } from "../cost/amounts.ts";
import type { DataSize } from "../cost/data-size.ts";
import { workOf } from "../cost/durations.ts";
import { isSparse } from "../cost/speed.ts";
import type { Deployment } from "../deployment.ts";

/** How many examples there are, and the client that has most. */
export interface Examples {
  readonly all: number;
  readonly largest: number;
}

/** Node with the SDK and a bundle, before it works: what AggregateRound and FinishRun, with little to hold, were seen to take. */
const idle = 110 * 2 ** 20;

/**
 * Bytes that PrepareRun takes at the most to fetch MNIST: the files, the examples that they make, these as one object,
 * and that on its way to S3. The preset paper was seen to take 339 MB.
 */
export function fetchingBytes({ examples, features, valueBytes }: DataSize): number {
  return idle + 4 * examples * (features * valueBytes + 4);
}

/**
 * Bytes that each function takes at the most, by the formulas of docs/performance.md (Memory): examples as they came, once
 * as S3's answer and once put together, and twice prepared; every vector over the parameters, in the kernel and out of it.
 */
export function memoryBytes(
  config: Config,
  size: DataSize,
  { functions }: Deployment,
  { all, largest }: Examples,
): Record<FunctionName, number> {
  const valueBytes = shardValueBytes(config, size);
  const { model: spec, filled, batchSize } = workOf(config, size, valueBytes === 4);
  const { features } = size;
  const model = 4 * parameterCount(spec);
  const { state, client } = openStrategy(config.federation.strategy);
  const { momentum } = config.training;
  const vectors =
    1 + (momentum > 0 ? 1 : 0) + client.receives.length + client.keeps.length + client.sends.length;
  const { round } = participantCounts(config);

  const came = (examples: number, bytes: number) => examples * (features * bytes + 4);
  const pairs = (filled * features) / 2;
  const prepared = (examples: number) =>
    isSparse(filled)
      ? examples * ((valueBytes === 1 ? 4 : 12) * (pairs + 1) + 8)
      : came(examples, valueBytes);
  const batch =
    batchSize * ((isSparse(filled) ? 24 * pairs : 4 * features) + 24 * kindOf(spec).work(spec).activations);
  const training = 2 * vectors * model + batch;
  const kept = Math.min(
    steps.trainClient.cacheShare * functions.TrainClient.memoryMb * 2 ** 20,
    prepared(all),
  );
  return {
    PrepareRun:
      idle +
      2 * came(size.examples, size.valueBytes) +
      2 * Math.min(steps.prepareRun.shardWriters * came(largest, valueBytes), came(all, valueBytes)),
    TrainClient: idle + kept + 2 * came(largest, valueBytes) + prepared(largest) + training,
    AggregateRound:
      idle +
      (round + 2 * Math.min(round, steps.aggregateRound.updateReaders)) * model * (1 + client.sends.length) +
      2 * (2 + Object.keys(state).length) * model,
    TrainBaseline: idle + 2 * came(all, valueBytes) + 2 * prepared(all) + training,
    FinishRun: idle + 8 * model,
  };
}
