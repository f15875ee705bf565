import { afterEach, describe, expect, test, vi } from "vitest";
import type { Deployment } from "../../cloud/deployment.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import { type Answer, closedMirror, type Mirror, openMirror, status } from "../mnist/mirror.ts";
import { tinyDigest } from "../mnist/tiny-idx.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { type Play, playExecution, preparedRun } from "./played-run.ts";

vi.mock("../../mnist/published.ts", async (original) => ({
  ...(await original<object>()),
  published: (await import("../mnist/tiny-idx.ts")).tinyPublished,
}));
vi.mock("../../shared/dataset/known-digests.ts", async (original) => ({
  ...(await original<object>()),
  mnistDigest: (await import("../mnist/tiny-idx.ts")).tinyDigest,
}));

const opened: Mirror[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((mirror) => mirror.close()));
});

/** Long enough for a mirror that answers, whatever else the machine does. */
const patient = {
  connectMs: 20_000,
  stallMs: 20_000,
  totalMs: 30_000,
  passes: 2,
  backoffMs: 10,
  offlineAfterMs: 20_000,
};
/** For one that never will. */
const quick = { ...patient, connectMs: 300, stallMs: 300, offlineAfterMs: 200 };
const mirrorsWithin = (limits: typeof patient, ...urls: string[]) => ({
  env: { FEDSTEP_MNIST_MIRRORS: urls.join() },
  limits,
});
const mirrors = (...urls: string[]) => mirrorsWithin(patient, ...urls);

async function mirror(...answers: Answer[]): Promise<Mirror> {
  const open = await openMirror(...answers);
  opened.push(open);
  return open;
}

const input = {
  preset: "smoke",
  set: { "partition.kind": "iid", "partition.clients": 2, "federation.rounds": 1, "baseline.epochs": 1 },
};
const datasets = (bucket: MemoryBucket) =>
  [...bucket.contents.keys()].filter((key) => key.startsWith("datasets/"));
const recorded = (bucket: MemoryBucket, run = "by-hand") => runRecord.parse(bucket.json(keys.config(run)));

describe("an execution over MNIST", () => {
  test("fetches it once, and the bucket keeps it for all later ones", async () => {
    const bucket = new MemoryBucket();
    const { url, asked } = await mirror();
    const { result, output } = await playExecution(bucket, input, { mirrors: mirrors(url) });
    expect(datasets(bucket)).toEqual([keys.dataset(tinyDigest)]);
    expect(result.dataset).toMatchObject({ name: "mnist", source: "download", examples: 60 });
    expect(result.startedBy).toMatchObject({ dataset: "mnist", notes: [] });
    expect(output).not.toHaveProperty("notes");
    expect(asked).toHaveLength(4);
    await preparedRun(bucket, input, { mirrors: mirrors(url), execution: "later" });
    expect(asked).toHaveLength(4);
    expect(recorded(bucket, "later").dataset).toMatchObject({ name: "mnist", source: "bucket" });
  });

  test("is billed for what it wrote and read to get it there", async () => {
    const bucket = new MemoryBucket();
    const { url } = await mirror();
    const { result } = await playExecution(bucket, input, { mirrors: mirrors(url) });
    const { writes, reads } = bucket.requests();
    expect((result.cost?.lines.s3Writes ?? 0) / 5e-6).toBeCloseTo(writes, 6);
    // no invocation says that it is cold: the plan, which four environments read, is not counted
    expect((result.cost?.lines.s3Reads ?? 0) / 0.4e-6).toBeCloseTo(reads - 4, 6);
  });

  test("goes to the next mirror where one fails, and to the sample where none is there", async () => {
    const bucket = new MemoryBucket();
    const { url } = await mirror();
    await preparedRun(bucket, input, { mirrors: mirrors(await closedMirror(), url) });
    expect(recorded(bucket).dataset.name).toBe("mnist");
    const offline = new MemoryBucket();
    await preparedRun(offline, input, { mirrors: mirrors(await closedMirror(), await closedMirror()) });
    expect(recorded(offline)).toMatchObject({
      dataset: { name: "mnist-sample" },
      startedBy: { dataset: "mnist", notes: [expect.stringMatching(/ECONNREFUSED.*; .*ECONNREFUSED/)] },
    });
  });

  test("that has decided for the sample stays with it, when it is repeated and a mirror is back", async () => {
    const bucket = new MemoryBucket();
    await preparedRun(bucket, input, { mirrors: mirrors(await closedMirror()) });
    bucket.contents.delete(keys.plan("by-hand"));
    const { url, asked } = await mirror();
    const { result } = await playExecution(bucket, input, { mirrors: mirrors(url) });
    expect(asked).toEqual([]);
    expect(result.dataset.name).toBe("mnist-sample");
  });
});

test.each<[string, object, Deployment, string]>([
  [
    "asks for what cannot be",
    { preset: "smoke", set: { "federation.rounds": 0 } },
    defaultDeployment,
    "ConfigInvalid",
  ],
  [
    "asks for a baseline where there is none",
    input,
    { ...defaultDeployment, baseline: false },
    "BaselineUnavailable",
  ],
])("an execution that %s is refused before any mirror is asked", async (_, asking, deployment, name) => {
  const { url, asked } = await mirror();
  const play = { mirrors: mirrors(url), deployment };
  await expect(preparedRun(new MemoryBucket(), asking, play)).rejects.toMatchObject({ name });
  expect(asked).toEqual([]);
});

describe("where a mirror answers, and not with MNIST, an execution ends by name and leaves nothing", () => {
  const silent: Answer = () => {};
  const trickle: Answer = (response) => {
    response.writeHead(200, { "content-length": 1000 });
    const timer = setInterval(() => response.write("x"), 50);
    response.on("close", () => clearInterval(timer));
  };
  test.each<[string, Answer, RegExp, Play["remainingMs"]]>([
    [
      "that has not got it",
      status(404),
      /^MNIST could not be downloaded: .*404.*\{"dataset": "sample"\}/,
      undefined,
    ],
    ["with other bytes", (response) => response.end("other"), /its SHA-256 is/, undefined],
    ["too slowly for the function's time", trickle, /^dataset: MNIST did not come within 1 s\./, 1_500],
  ])("%s", async (_what, answer, message, remainingMs) => {
    const bucket = new MemoryBucket();
    const { url } = await mirror(answer);
    const play = { mirrors: mirrors(url), ...(remainingMs !== undefined && { remainingMs }) };
    await expect(preparedRun(bucket, input, play)).rejects.toMatchObject({
      name: "DatasetInvalid",
      message: expect.stringMatching(message),
    });
    expect([...bucket.contents.keys()]).toEqual([]);
  });

  test("one that says nothing at all is none that answers", async () => {
    const bucket = new MemoryBucket();
    const { url } = await mirror(silent);
    await preparedRun(bucket, input, { mirrors: mirrorsWithin(quick, url) });
    expect(recorded(bucket).dataset.name).toBe("mnist-sample");
  });

  test("mirrors that are no addresses are refused by the variable that names them", async () => {
    await expect(
      preparedRun(new MemoryBucket(), input, { mirrors: mirrors("ftp://here") }),
    ).rejects.toMatchObject({
      name: "DatasetInvalid",
      message: expect.stringContaining("FEDSTEP_MNIST_MIRRORS"),
    });
  });
});
