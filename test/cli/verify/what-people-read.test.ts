import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { type DatasetContent, encodeDataset } from "../../../shared/dataset/dataset.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import { partitionDigest } from "../../../shared/partition/partition-digest.ts";
import { randomStream } from "../../../shared/random.ts";
import { datasetRecordOf } from "../../../shared/workflow/dataset-record.ts";
import { runRecord } from "../../../shared/workflow/run-record.ts";
import { thisWriter, writerName } from "../../../shared/workflow/writer.ts";
import { sealRecord } from "../../../storage/sealed-records.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { playRun, toyConfig } from "../../functions/played-run.ts";
import { here } from "./here.ts";

// the page is drawn of its story by itself; a text that holds all of the story tells a change as well
vi.mock("../../../report/page.ts", async () => (await import("./page-as-text.ts")).pageAsText());

const noise = randomStream(5, "start");
const [count, features] = [60, 4];
/** Floats far from zero, which are scaled, of two classes with names. */
const table: DatasetContent = {
  name: "table",
  classes: 2,
  classNames: ["ill", "well"],
  examples: {
    x: Float32Array.from({ length: count * features }, (_, i) =>
      Math.floor(i / features) % 2 === 0 ? 100 + noise.unit() : 100.4 + noise.unit(),
    ),
    y: Int32Array.from({ length: count }, (_, i) => i % 2),
    count,
    features,
  },
};
const config = toyConfig(
  ...["partition.kind=iid", "partition.clients=2", "dataset.scaling=standard", "model.hidden=[2]"],
  ...["federation.rounds=3", "baseline.epochs=2", "federation.quorum=0.5"],
);

const bucket = new MemoryBucket();
let whole: ReadonlyMap<string, Uint8Array>;
let digest: string;
beforeAll(async () => {
  const bytes = encodeDataset(table);
  digest = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(digest), bytes);
  const dataset = datasetRecordOf({ ...table, source: "test" }, digest);
  await bucket.objects.putRecord(keys.config("r"), { run: "r", createdAt: "2026-01-01", config, dataset });
  await playRun(bucket, "r", {
    interfere: async (round, client, train) =>
      round === 2 && client === 1 ? { client, error: { Error: "Sandbox.Timedout", Cause: "" } } : train(),
  });
  whole = new Map(bucket.contents);
});
beforeEach(() => {
  bucket.contents.clear();
  for (const [key, bytes] of whole) bucket.contents.set(key, bytes);
});

const verified = () => verifyRun(bucket, "r", here);
const findings = async () => [...new Set((await verified()).findings.map(({ key }) => key))];

/** Changes one field of a record, and seals it again. */
async function change(key: string, path: string): Promise<void> {
  const { seal, writer, ...record } = bucket.json(key) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  const holder = names.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], record);
  const fields = holder as Record<string, unknown>;
  const value = fields[last];
  expect(value, path).toBeDefined();
  fields[last] = typeof value === "number" ? value + 1 : `${String(value).slice(0, -1)}0`;
  const { text } = await sealRecord(key, record);
  bucket.contents.set(key, new TextEncoder().encode(text));
}

test("of what nobody has changed nothing is found", async () => {
  expect(await findings()).toEqual([]);
});

describe("a change of what people read is found:", () => {
  const [result, plan, round, silentRound, epoch] = [
    keys.result("r"),
    keys.plan("r"),
    keys.roundMetrics("r", 3),
    keys.roundMetrics("r", 2),
    keys.baselineEpoch("r", 1),
  ];
  test.each([
    ...[
      ...["ratio", "federated.accuracy", "federated.loss", "federated.confusion.0.0", "baseline.accuracy"],
      ...["baseline.epochs.0.accuracy", "config.seed", "config.training.learningRate", "dataset.digest"],
    ].map((path) => [result, path]),
    ...["cost.dollars", "cost.lines.transitions", "invocations.count", "roundSeconds.0"].map((path) => [
      keys.expenses("r"),
      path,
    ]),
    ...["clients.0.accuracy", "clients.0.examples"].map((path) => [keys.baselineClients("r"), path]),
    ...["clients.0.accuracy", "clients.0.loss", "clients.0.update.norm", "evaluated.loss"].map((path) => [
      round,
      path,
    ]),
    ...["silent.0.client", "updates.0.sha256"].map((path) => [silentRound, path]),
    ...["scaling.mean.0", "dataset.classNames.0", "clients.0.heldOut", "start.weightsSha256"].map((path) => [
      plan,
      path,
    ]),
    ...["accuracy", "loss", "confusion.0.0"].map((path) => [epoch, path]),
    ...["clients.0.train", "scaling.mean.0"].map((path) => [keys.partition("r"), path]),
  ] as [string, string][])("%s %s", async (key, path) => {
    await change(key, path);
    expect(await findings()).toContain(key);
  });

  // a matrix that counts as many examples as before is no damaged record
  test("a count that was moved within the result's confusion matrix", async () => {
    const { seal, writer, ...record } = bucket.json(result) as {
      seal: string;
      writer: object;
      federated: { confusion: number[][] };
    };
    const [[ill = 0, missed = 0] = []] = record.federated.confusion;
    expect(ill).toBeGreaterThan(0);
    record.federated.confusion[0] = [ill - 1, missed + 1];
    await bucket.objects.putRecord(result, record);
    expect(await findings()).toContain(result);
  });

  // the plan holds the seal of all of it
  test.each(["createdAt", "config.seed", "dataset.classNames.0"])("config.json %s", async (path) => {
    await change(keys.config("r"), path);
    expect(await findings()).not.toEqual([]);
  });

  test("config.json's run", async () => {
    await change(keys.config("r"), "run");
    expect(await findings()).toContain(keys.config("r"));
  });

  const shards = () => partitionDigest(runRecord.parse(bucket.json(keys.config("r"))).config, digest);
  test.each<[string, () => string]>([
    ["weights.bin", () => keys.model("r", "federated", "weights.bin")],
    ["model.safetensors", () => keys.model("r", "federated", "model.safetensors")],
    ["model.json", () => keys.model("r", "baseline", "model.json")],
    ["README.md", () => keys.model("r", "baseline", "README.md")],
    ["report.html", () => keys.report("r")],
    ["a shard", () => keys.shard(digest, shards(), 1)],
    ["the data set", () => keys.dataset(digest)],
  ])("a bit of %s", async (_, keyOf) => {
    const key = keyOf();
    const bytes = Uint8Array.from(bucket.contents.get(key) ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    bucket.contents.set(key, bytes);
    expect(await findings()).toContain(key);
  });

  test.each<[string, string]>([
    ["result", result],
    ["plan", plan],
    ["report", keys.report("r")],
    ["weights", keys.model("r", "federated", "weights.bin")],
    ["configuration", keys.config("r")],
    ["partition", keys.partition("r")],
    ["last round", keys.roundMetrics("r", 4)],
    ["last epoch", keys.baselineEpoch("r", 2)],
  ])("that the %s is gone", async (_, key) => {
    bucket.contents.delete(key);
    expect(await findings()).toContain(key);
  });
});

describe("at its end a verification says", () => {
  const without = (pattern: RegExp) => {
    for (const key of [...bucket.contents.keys()]) if (pattern.test(key)) bucket.contents.delete(key);
  };

  test("what it has computed again, and what it compared by digest", async () => {
    const { recomputed, byDigest } = await verified();
    expect(recomputed).toEqual([
      "partition, scaling and shards of 2 clients, from the data set",
      "plan and start",
      "models and figures of 4 rounds, from the clients' updates",
      "figures of the models of 4 rounds, on the data set's examples",
      "figures of the baseline's model, on the data set's examples",
      "result and cost, models to take away, report; and what of these lies at home",
    ]);
    expect(byDigest).toEqual([
      "the clients' updates, whose training was not repeated",
      "the baseline's 2 epochs, which --baseline trains again",
    ]);
  });

  test("less of it where data set and updates are gone, and what could not be checked then", async () => {
    without(/^(datasets|updates)\//);
    const { recomputed, byDigest, unchecked } = await verifyRun(bucket, "r", { ...here, retention: 1 });
    expect(recomputed).toEqual([
      "plan and start, from the partition's record",
      "result and cost, models to take away, report; and what of these lies at home",
    ]);
    expect(byDigest).toContain("models, training losses and norms of 4 rounds without their updates");
    expect(unchecked.find(({ objects }) => objects === keys.dataset(digest))?.why).toMatch(
      /^the data set is gone/,
    );
  });

  test("that the page of another version could not be checked", async () => {
    const writer: { version: string } = thisWriter;
    const { version } = writer;
    writer.version = "9.9.9";
    try {
      const { findings, unchecked } = await verified();
      expect(findings).toEqual([]);
      const page = unchecked.find(({ objects }) => objects === keys.report("r"));
      const [then, now] = [writerName({ ...thisWriter, version }), writerName(thisWriter)];
      expect(page?.why).toBe(`${then} wrote it, and this is ${now}`);
    } finally {
      writer.version = version;
    }
  });
});
