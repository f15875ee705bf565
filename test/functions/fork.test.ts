import { beforeEach, describe, expect, test } from "vitest";
import { parseFork, planFork } from "../../cli/run/fork.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import { keys } from "../../shared/layout.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, playRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

/** Goes on from round 2 of the run r. */
async function forked(...set: string[]) {
  await claimFork(bucket, "f", { run: "r", round: 2 }, ...set);
  return (await playRun(bucket, "f")).result;
}

async function parent(...set: string[]) {
  const config: Config = toyConfig(...set);
  await claimRun(bucket, "r", config);
  return (await playRun(bucket, "r")).result;
}

const accuracies = ({ federated }: Awaited<ReturnType<typeof parent>>) =>
  federated.rounds.map(({ round, accuracy }) => [round, accuracy]);

describe("a run that goes on from a round of another", () => {
  test.each([
    ["nothing to go on from", []],
    ["state of the server", ["federation.strategy.name=FedAdam"]],
    ["state of the clients", ["federation.strategy.name=SCAFFOLD", "federation.fraction=0.67"]],
    ["a schedule", ["training.schedule.kind=exponential", "training.schedule.decay=0.5"]],
  ])("has, unchanged, the bits of that run: %s", async (_, set) => {
    const whole = await parent(...set);
    const result = await forked();
    expect(result.federated.weightsSha256).toBe(whole.federated.weightsSha256);
    expect(accuracies(result)).toEqual(accuracies(whole));
    expect(result.baseline?.weightsSha256).toBe(whole.baseline?.weightsSha256);
  });

  test("has its first rounds, and others after a change", async () => {
    const whole = await parent();
    const result = await forked("training.learningRate=0.4", "federation.rounds=6");
    expect(accuracies(result).slice(0, 2)).toEqual(accuracies(whole).slice(0, 2));
    expect(result.federated.rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(result.federated.weightsSha256).not.toBe(whole.federated.weightsSha256);
    expect(result.config.training.learningRate).toBe(0.4);
  });

  test("of a run that has itself gone on from another one has what clients kept there", async () => {
    const whole = await parent("federation.strategy.name=SCAFFOLD", "federation.fraction=0.34");
    await forked();
    await claimFork(bucket, "g", { run: "f", round: 3 });
    const { result } = await playRun(bucket, "g");
    expect(result.federated.weightsSha256).toBe(whole.federated.weightsSha256);
  });

  test("starts another strategy anew", async () => {
    await parent("federation.strategy.name=SCAFFOLD");
    expect((await forked("federation.strategy.name=FedAdam")).federated.rounds).toHaveLength(4);
  });

  test("verifies from there on", async () => {
    await parent("federation.strategy.name=FedAdam");
    await forked("training.learningRate=0.05");
    expect(await verifyRun(bucket, "f", here)).toMatchObject({ rounds: 3, replayed: 3, findings: [] });
    const key = keys.global("f", 2);
    const bytes = Uint8Array.from(bucket.contents.get(key) ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    bucket.contents.set(key, bytes);
    expect((await verifyRun(bucket, "f", here)).findings.map((finding) => finding.key)).toContain(key);
  });
});

describe("a fork is refused", () => {
  const attempt = (from: string, ...set: string[]) => planFork(bucket, parseFork(from), { set });

  test.each([
    ["of no run", "none@2", [], "RunMissing", /no run "none"/],
    [
      "of a round that is not complete",
      "r@9",
      ["federation.rounds=20"],
      "ForkInvalid",
      /has not completed round 9/,
    ],
    ["with another model", "r@2", ["model.hidden=[7]"], "ConfigInvalid", /^model\.hidden: got \[7\]/],
    [
      "that trains nothing more",
      "r@2",
      ["federation.rounds=2"],
      "ConfigInvalid",
      /^federation\.rounds: got 2/,
    ],
    ["with a field that there is not", "r@2", ["training.rate=1"], "ConfigInvalid", /training\.rate/],
  ] as const)("%s", async (_, from, set, name, message) => {
    await parent();
    await expect(attempt(from, ...set)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  // its model would be evaluated on examples that it was trained on
  test.each([
    ["seed=2", "seed"],
    ["dataset.heldOut=0.5", "dataset.heldOut"],
    ["dataset.limit=60", "dataset.limit"],
    ["dataset.scaling=standard", "dataset.scaling"],
    ["federation.evaluation=test-set", "federation.evaluation"],
    ["partition.clients=4", "partition.clients"],
    ["partition.otherShare=0.1", "partition.otherShare"],
    ["partition.kind=iid", "partition.kind"],
  ])("that divides the examples otherwise: %s", async (set, field) => {
    await parent();
    await expect(attempt("r@2", set)).rejects.toMatchObject({
      name: "ForkInvalid",
      message: expect.stringContaining(`${field}`),
    });
    // nor does a function take it from whoever writes the configuration by hand
    const { from, config, dataset } = await attempt("r@2");
    const otherwise = resolveConfig({ base: config, set: [set] });
    await bucket.objects.putRecord(keys.config("f"), {
      ...{ run: "f", createdAt: "2026-01-02T00:00:00.000Z", config: otherwise, dataset, from },
    });
    await expect(playRun(bucket, "f")).rejects.toMatchObject({
      name: expect.stringMatching(/^(ObjectInvalid|PartitionInvalid|ConfigInvalid)$/),
    });
  });

  test.each(["r", "r@", "@3", "r@0", "r@1.5", "r@x"])("that is written %j", (text) => {
    expect(() => parseFork(text)).toThrow(expect.objectContaining({ name: "ForkInvalid" }));
  });
});
