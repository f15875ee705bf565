import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { plannedCounts, requestsOf } from "../../cloud/cost/run-counts.ts";
import { type Deployment, withLimits } from "../../cloud/deployment.ts";
import { strategyObjects } from "../../cloud/strategy-vectors.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { summary } from "../../report/summary.ts";
import { encodeDataset } from "../../shared/dataset/dataset.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import {
  claimRun,
  executionOf,
  type Play,
  playExecution,
  playRun,
  preparedRun,
  toyConfig,
  toyDataset,
} from "./played-run.ts";

/** The toy configuration as an execution asks for it. */
const set = {
  "partition.clients": 3,
  "partition.otherShare": 0.2,
  "model.hidden": [5],
  "training.batchSize": 4,
  "federation.rounds": 4,
  "baseline.epochs": 4,
};
const custom = { preset: "custom", set };

/** A bucket that holds the toy data set, and an input that names it. */
async function withToy(owners?: { name: string; examples: number }[]) {
  const bucket = new MemoryBucket();
  const bytes = encodeDataset({ ...toyDataset(), ...(owners && { owners }) });
  const dataset = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(dataset), bytes);
  return { bucket, dataset, asked: { ...custom, dataset } };
}

/** The chain is the run's own: it begins with the plan's seal, and so with when and by whom the run was started. */
const bits = ({ federated, baseline }: Result) => [federated.weightsSha256, baseline?.weightsSha256];
const written = (bucket: MemoryBucket) => [...bucket.contents.keys()].sort();
const record = (bucket: MemoryBucket, run: string) => runRecord.parse(bucket.json(keys.config(run)));

/** Ten thousand images, of which few take part: for what asks for MNIST or the sample. */
const few = { preset: "smoke", set: { "dataset.limit": 400, "federation.rounds": 1, "baseline.epochs": 1 } };

describe("an execution over a data set of the bucket", () => {
  test("is the run that the command line would have laid out, to the bit", async () => {
    const { bucket, asked } = await withToy();
    const { result, output } = await playExecution(bucket, asked, { execution: "r" });
    const other = new MemoryBucket();
    await claimRun(other, "r", toyConfig());
    const { preset: _, ...laidOut } = (await playRun(other, "r")).result.config;
    expect(result.config).toEqual({ ...laidOut, preset: "custom" });
    expect(bits(result)).toEqual(bits((await playRun(other, "r")).result));
    expect(output).toEqual({
      run: "r",
      result: "runs/r/result.json",
      chainSha256: result.federated.chainSha256,
    });
  });

  test("is recorded with the execution's ARN and start, and so are plan and result", async () => {
    const { bucket, asked, dataset } = await withToy();
    const { result } = await playExecution(bucket, asked);
    const { arn, startTime } = executionOf("by-hand");
    const startedBy = { execution: arn, dataset, notes: [] };
    expect(record(bucket, "by-hand")).toMatchObject({
      run: "by-hand",
      createdAt: startTime,
      startedBy,
      dataset: { name: "toy", digest: dataset, source: "bucket", examples: 90, element: "uint8" },
    });
    expect(planRecord.parse(bucket.json(keys.plan("by-hand"))).startedBy).toEqual(startedBy);
    expect(result.startedBy).toEqual(startedBy);
  });

  test("of data owners has the owners for its clients", async () => {
    const owners = ["alder", "birch"].map((name, i) => ({ name, examples: 40 + 10 * i }));
    const { bucket, dataset } = await withToy(owners);
    const { "partition.clients": _, "partition.otherShare": __, ...rest } = set;
    const asked = { preset: "custom", set: rest, dataset };
    const { result } = await playExecution(bucket, asked);
    expect(result.config.partition).toEqual({ kind: "natural-id", clients: 2 });
    expect(result.clients.map(({ train, heldOut }) => train + heldOut)).toEqual([40, 50]);
    await expect(
      preparedRun(bucket, { ...asked, set: { "partition.kind": "iid" } }, { execution: "other" }),
    ).rejects.toMatchObject({ name: "ConfigInvalid", message: expect.stringMatching(/^partition\.kind: /) });
  });

  test("whose bytes are not what the digest says ends by name", async () => {
    const { bucket, asked, dataset } = await withToy();
    const bytes = bucket.contents.get(keys.dataset(dataset));
    if (bytes) bytes[bytes.length - 1] = 1;
    await expect(preparedRun(bucket, asked)).rejects.toMatchObject({ name: "ObjectInvalid" });
  });
});

describe("the configuration of an execution", () => {
  test("is written once, by a write that finds nothing there, and so is a data set", async () => {
    const bucket = new MemoryBucket();
    await preparedRun(bucket, { ...few, dataset: "sample" });
    const conditional = bucket.mock
      .commandCalls(PutObjectCommand)
      .map(({ args: [{ input }] }) => input)
      .filter(({ IfNoneMatch }) => IfNoneMatch === "*")
      .map(({ Key }) => Key);
    expect(conditional).toEqual([expect.stringMatching(/^datasets\//), keys.config("by-hand")]);
    const others = bucket.mock.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input.Key);
    expect(others.filter((key) => /^datasets\/|config\.json$/.test(key ?? ""))).toEqual(conditional);
  });

  test("is found by a repetition, which goes on from it", async () => {
    const { bucket, asked } = await withToy();
    await preparedRun(bucket, asked);
    const [first, config] = [written(bucket), bucket.contents.get(keys.config("by-hand"))];
    bucket.contents.delete(keys.plan("by-hand"));
    // the input of an execution does not change; what its first attempt has decided counts whatever it is
    const { result } = await playExecution(bucket, { ...asked, set: { seed: 7 } });
    expect(bucket.contents.get(keys.config("by-hand"))).toEqual(config);
    expect(result.config.seed).toBe(1);
    expect(written(bucket)).toEqual(expect.arrayContaining(first));
  });

  test("is one, of two attempts at once", async () => {
    const { bucket, asked } = await withToy();
    const attempts = [1, 2].map((seed) => preparedRun(bucket, { ...asked, set: { ...set, seed } }));
    const [one, two] = await Promise.all(attempts);
    expect(one?.run).toBe(two?.run);
    const { seed } = record(bucket, "by-hand").config;
    expect(planRecord.parse(bucket.json(keys.plan("by-hand"))).config.seed).toBe(seed);
  });

  test("of another execution, of an earlier one of the name, or of the command line is left alone", async () => {
    const { bucket, asked } = await withToy();
    await preparedRun(bucket, asked, { execution: "taken" });
    const own = record(bucket, "taken");
    const before = written(bucket);
    const startedBy = own.startedBy && { ...own.startedBy, execution: executionOf("else").arn };
    for (const other of [
      { ...own, startedBy },
      { ...own, createdAt: "2025-01-01T00:00:00.000Z" },
      { ...own, startedBy: undefined },
    ]) {
      await bucket.objects.putRecord(keys.config("taken"), other);
      await expect(preparedRun(bucket, asked, { execution: "taken" })).rejects.toMatchObject({
        name: "RunExists",
        message: expect.stringContaining("give the execution another name"),
      });
      expect(record(bucket, "taken").createdAt).toBe(other.createdAt);
    }
    expect(written(bucket)).toEqual(before);
  });
});

describe("refused by name, before anything is written, is", () => {
  const tooBig = withLimits(defaultDeployment, "PrepareRun", { memoryMb: 128 });
  const none = { ...defaultDeployment, baseline: false };
  test.each<[string, unknown, string, RegExp, Deployment?]>([
    [
      "no object",
      null,
      "ConfigInvalid",
      /^the execution's input: got null; takes an object with preset, set/,
    ],
    ["a list", [], "ConfigInvalid", /^the execution's input: got \[\]/],
    [
      "an unknown field",
      { seed: 2 },
      "ConfigInvalid",
      /^seed: no such field; .* takes preset, set, dataset$/,
    ],
    ["the prototype", JSON.parse('{"__proto__":{}}'), "ConfigInvalid", /^__proto__: no such field/],
    ["an unknown preset", { preset: "papr" }, "ConfigInvalid", /^preset: there is no "papr"/],
    ["a preset that is no text", { preset: 5 }, "ConfigInvalid", /^preset: got 5/],
    ["a set that is no object", { set: ["seed=2"] }, "ConfigInvalid", /^set: got \["seed=2"\]/],
    ["an unknown path", { set: { "training.rate": 1 } }, "ConfigInvalid", /^training\.rate: no such field/],
    [
      "the prototype of a path",
      { set: JSON.parse('{"__proto__":1}') },
      "ConfigInvalid",
      /^__proto__: no such/,
    ],
    [
      "a preset in set",
      { set: { preset: "tuned" } },
      "ConfigInvalid",
      /^set\.preset: preset stands beside set/,
    ],
    [
      "a value out of range",
      { set: { seed: -1 } },
      "ConfigInvalid",
      /^seed: got -1; takes an integer from 0/,
    ],
    ["a text for a number", { set: { seed: "2" } }, "ConfigInvalid", /^seed: got "2"/],
    ["no data set", { dataset: "iris" }, "ConfigInvalid", /^dataset: got "iris"; .*sample/],
    [
      "a digest that is not there",
      { dataset: "0".repeat(64) },
      "DatasetInvalid",
      /^dataset: there is no .* 0{64}/,
    ],
    ["a run that is not there", { run: "mine" }, "RunMissing", /^run: there is no run "mine"/],
    ["a name of no run", { run: "a b" }, "ConfigInvalid", /^run: got "a b"/],
    [
      "a run with more",
      { run: "r", preset: "paper" },
      "ConfigInvalid",
      /^preset: no such field; .* run takes run$/,
    ],
    [
      "a history too long",
      { set: { "federation.executionRounds": 5000, "federation.rounds": 5000 } },
      "HistoryTooLong",
      /^federation\.executionRounds: /,
    ],
    [
      "a partition that cannot be",
      { ...few, dataset: "sample", set: { ...few.set, "partition.kind": "natural-id" } },
      "PartitionInvalid",
      /./,
    ],
    [
      "a budget too small",
      { ...few, dataset: "sample", set: { ...few.set, "federation.budget": 1e-6 } },
      "BudgetTooSmall",
      /^federation\.budget: /,
    ],
    ["a baseline where there is none", {}, "BaselineUnavailable", /baseline\.enabled/, none],
    [
      "memory that is not there",
      { dataset: "sample" },
      "LambdaMemoryTooSmall",
      /PrepareRun .* has 128/,
      tooBig,
    ],
    [
      "memory for MNIST",
      {},
      "LambdaMemoryTooSmall",
      /^dataset: .* fetch MNIST, .*memoryMb\.PrepareRun=/,
      tooBig,
    ],
  ])("%s", async (_what, input, name, message, deployment = defaultDeployment) => {
    const bucket = new MemoryBucket();
    await expect(preparedRun(bucket, input, { deployment })).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
    expect(written(bucket)).toEqual([]);
  });
});

describe("where no mirror of MNIST can be reached", () => {
  test("the sample stands in for it, and output, result, summary and report say so", async () => {
    const bucket = new MemoryBucket();
    const { result, output } = await playExecution(bucket, few);
    const note = expect.stringMatching(
      /^no mirror of MNIST .*127\.0\.0\.1:2.*10,000 digits .* stand in .*70,000/,
    );
    expect(output).toMatchObject({ run: "by-hand", result: keys.result("by-hand"), notes: [note] });
    expect(result.dataset).toMatchObject({
      name: "mnist-sample",
      source: "embedded sample",
      examples: 10_000,
    });
    expect(result.startedBy).toMatchObject({ dataset: "mnist", notes: [note] });
    expect(summary(result)).toMatch(/^note: no mirror of MNIST/m);
    const page = new TextDecoder().decode(bucket.contents.get(keys.report("by-hand")));
    expect(page).toContain("10,000 digits that fedstep carries stand in for its 70,000 images");
  });

  test("nothing is said where the sample was asked for", async () => {
    const { output, result } = await playExecution(new MemoryBucket(), { ...few, dataset: "sample" });
    expect(output).not.toHaveProperty("notes");
    expect(result.startedBy?.notes).toEqual([]);
    expect(summary(result)).not.toContain("note:");
  });
});

describe("a name that no run can have", () => {
  test("is shortened, the same way each time, and said", async () => {
    const { bucket, asked } = await withToy();
    // as a rule of EventBridge calls its executions: two UUIDs
    const execution = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9_f9e8d7c6-b5a4-3928-1706-5f4e3d2c1b0a";
    const { output, result } = await playExecution(bucket, asked, { execution });
    expect(result.run).toMatch(
      /^0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9_f9e8d7c6-b5a4-3928-1706-5f-[0-9a-f]{8}$/,
    );
    const note = expect.stringContaining(
      `the run is called ${result.run}, since its execution's name, "${execution}"`,
    );
    expect(output).toMatchObject({ run: result.run, result: keys.result(result.run), notes: [note] });
    expect(result.startedBy).toEqual({
      execution: executionOf(execution).arn,
      dataset: asked.dataset,
      notes: [note],
    });
    bucket.contents.delete(keys.plan(result.run));
    expect((await preparedRun(bucket, asked, { execution })).run).toBe(result.run);
  });
});

describe("the requests of an execution", () => {
  /** What was counted and what the run's bill says; environments read the plan as one process here. */
  async function countedAndBilled(bucket: MemoryBucket, input: unknown, play: Play = {}) {
    const start = bucket.requests();
    const { result } = await playExecution(bucket, input, play);
    const end = bucket.requests();
    const lines = result.cost?.lines;
    return {
      counted: { writes: end.writes - start.writes, reads: end.reads - start.reads - 4 },
      billed: {
        writes: Math.round((lines?.s3Writes ?? 0) / 5e-6),
        reads: Math.round((lines?.s3Reads ?? 0) / 0.4e-6),
      },
      config: result.config,
    };
  }

  test("over a data set of the bucket are known, one by one", async () => {
    const { bucket, asked } = await withToy();
    const { counted, billed, config } = await countedAndBilled(bucket, asked);
    expect(billed).toEqual(counted);
    const counts = plannedCounts(config, { laidOut: { datasetWritten: false, stoodIn: false } });
    expect(requestsOf({ ...counts, environments: 0 }, strategyObjects(config), footprints)).toEqual(counted);
  });

  test("over shards that stand already are known", async () => {
    const { bucket, asked } = await withToy();
    await playExecution(bucket, asked);
    const { counted, config } = await countedAndBilled(bucket, asked, { execution: "again" });
    const counts = plannedCounts(config, { laidOut: { datasetWritten: false, stoodIn: false } });
    expect(
      requestsOf({ ...counts, environments: 0, shardsWritten: false }, strategyObjects(config), footprints),
    ).toEqual(counted);
  });

  test.each([
    ["over the sample, which it puts there", { ...few, dataset: "sample" }],
    ["over the sample, which stands in", few],
  ])("%s, are billed as they were counted", async (_what, input) => {
    const { counted, billed } = await countedAndBilled(new MemoryBucket(), input);
    expect(billed).toEqual(counted);
  });
});
