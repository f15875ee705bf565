import type { Amounts } from "../../cloud/cost/amounts.ts";
import type { DataSize } from "../../cloud/cost/data-size.ts";
import { invocationMs, megabytes, perByteMs, wholeCpuMb } from "../../cloud/cost/speed.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import { examplesBytes, idleBytes, shardBytes } from "../../cloud/limits/memory.ts";
import { prefixes } from "../../shared/layout.ts";

const { agreements, acceptances } = prefixes;
const { datasets, shards, config, plan, partition, globals } = prefixes;
const { roundMetrics, roundTimes, roundStates, simulatedKey, noiseKey } = prefixes;

/** Shards written at once: enough to hide S3's latency, few enough to keep memory near one data set. */
const atOnce = 4;

/** Examples that are in the bucket: of a run with owners those of the simulated clients beside them. */
const hereOf = ({ owners, examples, beside }: DataSize) => (owners ? (beside?.examples ?? 0) : examples);

const fewer = { field: "dataset", change: "bring a data set of fewer examples or features" };

export const prepareRunFootprint = {
  name: "PrepareRun",
  purpose: "Divides the data set among the clients and starts the global model",
  part: "prepare",
  // the second half for a run that goes on from a round of another one
  reads: [
    ...[config, agreements, acceptances, datasets, shards],
    ...[plan, globals, roundMetrics, roundTimes, roundStates],
  ],
  writes: [shards],
  // data set and configuration of a run that no command line has laid out; what another one runs on, it cannot change
  creates: [
    ...[datasets, config, plan, partition, globals],
    ...[roundMetrics, roundTimes, roundStates, simulatedKey, noiseKey],
  ],
  atOnce,
  limits: { memoryMb: wholeCpuMb, timeoutMinutes: 5 },
  // the data set lies in memory as it was uploaded, beside the shards that are being written; of what owners have nothing does
  memory: (sizing) => {
    const { data, examples } = sizing;
    const writing = Math.min(atOnce * shardBytes(sizing, examples.largest), shardBytes(sizing, examples.all));
    return idleBytes + 2 * examplesBytes(hereOf(data), data.features, data.valueBytes) + 2 * writing;
  },
  smaller: () => fewer,
  ms: ({ config, data, valueBytes }, amounts: Amounts, memoryMb) => ({
    invocation: invocationMs(memoryMb, {
      reads: 3,
      writes: Math.ceil(
        ((data.owners ? (data.beside?.clients ?? 0) : config.partition.clients) + 4) / atOnce,
      ),
      megabytes:
        megabytes(hereOf(data) * data.features * data.valueBytes) +
        megabytes((data.owners ? hereOf(data) : amounts.used) * data.features * valueBytes),
      cpuMs: perByteMs * hereOf(data) * data.features * data.valueBytes,
    }),
  }),
  deadlines: () => [{ ...fewer, what: "the data set", units: ["invocation"] }],
  requests: ({ taken, laidOut, owners, beside, shards, shardsWritten }, { stateful, keyed, hidden }) => ({
    writes:
      // plan, partition, the start; the shards with their index
      3 +
      // the key of simulated clients' secrets
      (keyed && (owners === 0 || beside > 0) ? 1 : 0) +
      // and of the aggregator's
      (hidden ? 1 : 0) +
      (shardsWritten ? shards + 1 : 0) +
      // the configuration, and the data set
      (laidOut ? 1 + (laidOut.datasetWritten ? 1 : 0) : 0) +
      // of another run: the records, the model after them, and its state
      (taken === 0 ? 0 : 2 * taken + (stateful ? 2 : 1)),
    reads:
      // the configuration, and the shards' index or the agreement with what each owner has signed; the data set where
      // there is no such index
      2 +
      owners +
      (shardsWritten ? 1 : 0) +
      // the data set even where there is that index, and the sample where there is no MNIST
      (laidOut ? (shardsWritten ? 0 : 1) + (laidOut.stoodIn ? 1 : 0) : 0) +
      // the other run's plan, and the same of it that is written
      (taken === 0 ? 0 : 1 + 2 * taken + (stateful ? 2 : 1)),
  }),
} as const satisfies Footprint;

/**
 * Bytes that PrepareRun takes at the most to fetch MNIST: the files, the examples that they make, these as one object,
 * and that on its way to S3. The preset paper was seen to take 339 MB.
 */
export function fetchingBytes({ examples, features, valueBytes }: DataSize): number {
  return idleBytes + 4 * examplesBytes(examples, features, valueBytes);
}
