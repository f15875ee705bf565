import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readCsvTable } from "../../cli/dataset/csv-table.ts";
import { poolTables } from "../../cli/dataset/pool-tables.ts";
import { readSafetensorsTable } from "../../cli/dataset/safetensors-table.ts";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { decompress } from "../../mnist/decompress.ts";
import { presets } from "../../shared/config/presets.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { type DatasetContent, decodeDataset } from "../../shared/dataset/dataset.ts";
import { decodeIdxPair } from "../../shared/dataset/idx.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { shardSize } from "../../shared/partition/shard-size.ts";
import { planStudy } from "../../shared/study/plan.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import {
  aggregateRoundInput,
  finishRunInput,
  parsePayload,
  prepareRunInput,
  trainBaselineInput,
  trainClientInput,
} from "../../shared/workflow/payloads.ts";
import { partitionRecord, planRecord } from "../../shared/workflow/plan-record.ts";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import { baselineEpoch, roundMetrics } from "../../shared/workflow/round-records.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import { openRecord } from "../../storage/sealed-records.ts";
import { decodeShard } from "../../storage/shard-objects.ts";
import { brokenBytes, brokenJson, brokenText } from "./mutation.ts";
import { csv, idxImages, idxLabels, large, shard, table } from "./samples.ts";
import { payloads, records } from "./workflow-samples.ts";

/** A border of the program: what crosses it, and whoever reads that. */
export interface Border {
  readonly name: string;
  /** How many of 10,000 inputs are its. */
  readonly share: number;
  /** Inputs, and what reads one; it throws what it refuses. */
  readonly cases: fc.Arbitrary<Case>;
}

export interface Case {
  /** Bytes of the input. */
  readonly size: number;
  read(): unknown;
}

const ofBytes = (broken: fc.Arbitrary<Uint8Array>, read: (bytes: Uint8Array) => unknown) =>
  broken.map((bytes): Case => ({ size: bytes.length, read: () => read(bytes) }));

const ofValue = (broken: fc.Arbitrary<unknown>, read: (value: unknown) => unknown) =>
  broken.map((value): Case => ({ size: sizeOf(value), read: () => read(value) }));

/** A value nested too deep for JSON is as large as its levels, at the least. */
function sizeOf(value: unknown): number {
  try {
    return JSON.stringify(value)?.length ?? 0;
  } catch {
    return 100_000;
  }
}

const configFiles = fc
  .constantFrom(...Object.values(presets))
  .map(({ config }) => ({ preset: "custom", seed: 3, ...config }));
const assignments = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...["training.learningRate", "partition.kind", "partition.clients", "federation.strategy.name"],
      ...["__proto__.polluted", "model.hidden", "dataset.limit", "constructor.prototype.x", "a..b", "", "."],
    ),
    fc.oneof(
      fc.constantFrom("0.1", "fast", "[]", "[1e9]", '{"a":', "dirichlet", "1e308", "null"),
      fc.string(),
    ),
  ),
  { maxLength: 2 },
);

const configurations: Border["cases"] = fc
  .tuple(
    brokenJson(configFiles),
    fc.oneof(fc.constant([]), assignments),
    fc.constantFrom(undefined, 0, 3, 1e9),
  )
  .map(([file, set, owners]) => ({
    size: sizeOf(file) + sizeOf(set),
    read() {
      const config = resolveConfig({ file, set: set.map((pair) => pair.join("=")), owners });
      checkConfig(config);
    },
  }));

const studies = fc.constant({
  name: "rates",
  preset: "tuned",
  config: { federation: { rounds: 5 } },
  vary: { "training.learningRate": [0.05, 0.1], "federation.strategy": [{ name: "FedAvg" }] },
  seeds: [1, 2],
});

/** Of most pairs one file is good, or nearly all would be refused by the other. */
const idxPairs: Border["cases"] = fc
  .oneof(
    fc.tuple(brokenBytes(idxImages), idxLabels),
    fc.tuple(idxImages, brokenBytes(idxLabels)),
    fc.tuple(brokenBytes(idxImages), brokenBytes(idxLabels)),
  )
  .map(([images, labels]) => ({
    size: images.length + labels.length,
    read: () => decodeIdxPair({ label: "images", bytes: images }, { label: "labels", bytes: labels }),
  }));

const twoClients = resolveConfig({ set: ["partition.clients=2"] });

/** One table and a whole federation of the same one, as the command line takes it up to its shards. */
function asFederation(content: DatasetContent) {
  return partitionDataset(content.examples.y, content.classes, twoClients, content);
}

const pooling = { name: "fuzzed", source: "file", place: "the file", classes: undefined };

const payloadCases = fc.oneof(
  ...[
    [prepareRunInput, payloads.prepareRun] as const,
    [trainClientInput, payloads.trainClient] as const,
    [aggregateRoundInput, payloads.aggregateRound] as const,
    [trainBaselineInput, payloads.trainBaseline] as const,
    [finishRunInput, payloads.finishRun] as const,
  ].map(([schema, good]) =>
    ofValue(brokenJson(fc.constant(good)), (value) => parsePayload<unknown>(schema, value, "a step")),
  ),
);

const recordCases = fc.oneof(
  ...[
    [runRecord, records.run] as const,
    [planRecord, records.plan] as const,
    [partitionRecord, records.partition] as const,
    [roundMetrics, records.round] as const,
    [baselineEpoch, records.epoch] as const,
    [resultRecord, records.result] as const,
  ].map(([schema, good]) =>
    ofBytes(brokenText(fc.constant(JSON.stringify(good))), (bytes) =>
      openRecord<unknown>("runs/r/x.json", bytes, schema),
    ),
  ),
);

const largeFiles: Border["cases"] = fc.oneof(
  ofBytes(
    mostlyGood(() => new TextEncoder().encode(large.csv())),
    async (bytes) => poolTables([await readCsvTable({ label: "t.csv", bytes }, "label")], pooling),
  ),
  ofBytes(mostlyGood(large.table), (bytes) =>
    poolTables([readSafetensorsTable({ label: "t.safetensors", bytes })], pooling),
  ),
  ofBytes(mostlyGood(large.table), decodeDataset),
  ...[large.idx, large.idxFloats].map((images) =>
    ofBytes(mostlyGood(images), (bytes) =>
      decodeIdxPair({ label: "images", bytes }, { label: "labels", bytes: large.idxLabels() }),
    ),
  ),
);

export const borders: readonly Border[] = [
  { name: "files of megabytes, of each format", share: 100, cases: largeFiles },
  { name: "configurations (`--config`, `--set`, owners)", share: 1_700, cases: configurations },
  {
    name: "studies",
    share: 400,
    cases: ofValue(brokenJson(studies), (value) => planStudy(value, checkConfig)),
  },
  { name: "payloads of the five functions", share: 1_500, cases: payloadCases },
  { name: "JSON records of a run", share: 1_300, cases: recordCases },
  { name: "IDX pairs", share: 1_300, cases: idxPairs },
  {
    name: "CSV tables",
    share: 1_300,
    cases: ofBytes(brokenText(csv), async (bytes) =>
      asFederation(poolTables([await readCsvTable({ label: "t.csv", bytes }, "label")], pooling).dataset),
    ),
  },
  {
    name: "safetensors objects",
    share: 800,
    cases: ofBytes(brokenBytes(table), decodeSafetensors),
  },
  {
    name: "safetensors tables",
    share: 600,
    cases: ofBytes(brokenHeaders(table), (bytes) =>
      asFederation(poolTables([readSafetensorsTable({ label: "t.safetensors", bytes })], pooling).dataset),
    ),
  },
  {
    name: "data sets",
    share: 500,
    cases: ofBytes(brokenHeaders(table), (bytes) => asFederation(decodeDataset(bytes))),
  },
  {
    name: "shards",
    share: 300,
    cases: ofBytes(brokenHeaders(shard), (bytes) =>
      decodeShard("shards/x", bytes, records.plan, shardSize(records.plan, 0).headerBytes),
    ),
  },
  {
    name: "gzip files",
    share: 200,
    cases: ofBytes(brokenBytes(fc.uint8Array({ maxLength: 3000 }).map((bytes) => gzipSync(bytes))), (bytes) =>
      decompress(bytes, "file.gz", 100_000),
    ),
  },
];

/** Good bytes with a byte or a length changed, or cut off: enough of them is read to take memory. */
function mostlyGood(make: () => Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.nat(2), fc.noBias(fc.nat(2 ** 20)), fc.nat(255)).map(([how, where, value]) => {
    const bytes = Uint8Array.from(make());
    const place = Math.floor((where / 2 ** 20) * (bytes.length - 1));
    if (how === 0) bytes[place] = value;
    return how === 1 ? bytes.subarray(0, Math.max(place, bytes.length >> 1)) : bytes;
  });
}

/** Changes that leave the header's length true, so that more than the frame is reached. */
function brokenHeaders(good: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const inside = good.chain((bytes) => {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length)).trim();
    const rest = bytes.subarray(8 + length);
    return brokenText(fc.constant(header)).map((text) => {
      const framed = new Uint8Array(8 + text.length + rest.length);
      new DataView(framed.buffer).setBigUint64(0, BigInt(text.length), true);
      framed.set(text, 8);
      framed.set(rest, 8 + text.length);
      return framed;
    });
  });
  return fc.oneof({ weight: 2, arbitrary: inside }, { weight: 1, arbitrary: brokenBytes(good) });
}
