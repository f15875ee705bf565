import { describe, expect, test } from "vitest";
import { invocationsOf, plannedCounts, transitionsOf } from "../../cloud/cost/run-counts.ts";
import { type Deployment, withLimits } from "../../cloud/deployment.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { summary } from "../../report/summary.ts";
import { keys } from "../../shared/layout.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

async function resultOf(set: string[], play: Play = {}) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig(...set));
  const before = bucket.requests();
  const { result } = await playRun(bucket, "r", play);
  const after = bucket.requests();
  return {
    result,
    writes: after.writes - before.writes,
    reads: after.reads - before.reads,
    page: bucket.contents.get(keys.report("r")),
  };
}

const transitions = ({ cost }: Result) => (cost?.lines.transitions ?? 0) / 25e-6;

describe("what a run has cost", () => {
  test("is, where nothing failed, what its counts was planned to cost, and its lines' sum", async () => {
    const { result, writes } = await resultOf([]);
    const { dollars = 0, lines } = result.cost ?? {};
    expect(transitions(result)).toBeCloseTo(transitionsOf(plannedCounts(toyConfig())), 6);
    expect((lines?.s3Writes ?? 0) / 5e-6).toBeCloseTo(writes, 6);
    // 23 invocations, of which each says that it used a thousandth of a gigabyte-second
    expect(lines?.lambdaRequests).toBeCloseTo(23 * 0.2e-6, 12);
    expect(lines?.lambdaTime).toBeCloseTo(0.023 * 0.0000133334, 12);
    expect(Object.values(lines ?? {}).reduce((sum, line) => sum + line, 0)).toBeCloseTo(dollars, 12);
  });

  test("counts the rounds that were run, not those that were asked for", async () => {
    const { result, writes } = await resultOf(["federation.rounds=50", "federation.stop.accuracy=0.5"]);
    const rounds = result.federated.rounds.length;
    expect(rounds).toBeLessThan(50);
    expect(transitions(result)).toBeCloseTo(transitionsOf(plannedCounts(toyConfig(), { rounds })), 6);
    expect((result.cost?.lines.s3Writes ?? 0) / 5e-6).toBeCloseTo(writes, 6);
  });

  test("counts each invocation of the baseline, and its checkpoint", async () => {
    const { result, writes } = await resultOf([], { baselineMs: 0 });
    const once = transitionsOf(plannedCounts(toyConfig()));
    // TrainBaseline and its Choice, three times more
    expect(transitions(result)).toBeCloseTo(once + 3 * 2, 6);
    expect((result.cost?.lines.s3Writes ?? 0) / 5e-6).toBeCloseTo(writes, 6);
  });

  test("counts a client that failed with the state that reports it", async () => {
    const { result } = await resultOf(["federation.quorum=0.6"], {
      interfere: async (round, client, train) =>
        round === 2 && client === 1 ? { client, error: { Error: "Sandbox.Timedout" } } : train(),
    });
    expect(transitions(result)).toBeCloseTo(transitionsOf(plannedCounts(toyConfig())) + 1, 6);
    expect((result.cost?.lines.lambdaRequests ?? 0) / 0.2e-6).toBeCloseTo(22, 6);
  });

  test("counts what clients find of their earlier rounds, each from its second on", async () => {
    const scaffold = [
      "federation.strategy.name=SCAFFOLD",
      "federation.fraction=0.67",
      "baseline.enabled=false",
    ];
    const { result, reads } = await resultOf(scaffold);
    // no invocation says that it is cold: the plan, which three environments read, is not counted
    expect((result.cost?.lines.s3Reads ?? 0) / 0.4e-6).toBeCloseTo(reads - 3, 6);
  });

  test("is billed at the price of the stack's processor, and the weights know nothing of it", async () => {
    const deployment: Deployment = withLimits(
      { ...defaultDeployment, architecture: "x86_64" },
      "TrainBaseline",
      { memoryMb: 128, timeoutMinutes: 1 },
    );
    const [usual, other] = [await resultOf([]), await resultOf([], { deployment })];
    expect(other.result.cost?.lines.lambdaTime).toBeCloseTo(0.023 * 0.0000166667, 12);
    const weights = ({ federated, baseline }: Result) => [
      federated.weightsSha256,
      federated.chainSha256,
      baseline?.weightsSha256,
    ];
    expect(weights(other.result)).toEqual(weights(usual.result));
  });

  test("of a fork is what it did itself", async () => {
    const scaffold = ["federation.strategy.name=SCAFFOLD", "federation.fraction=0.67"];
    const bucket = new MemoryBucket();
    await claimRun(bucket, "r", toyConfig(...scaffold));
    await playRun(bucket, "r");
    // two rounds of r, and seven of its own
    await claimFork(bucket, "f", { run: "r", round: 2 }, "federation.rounds=9");
    const before = bucket.requests();
    const { result } = await playRun(bucket, "f");
    const after = bucket.requests();
    expect(result.from).toEqual({ run: "r", round: 2 });
    const own = plannedCounts(toyConfig(...scaffold, "federation.rounds=7"));
    expect(transitions(result)).toBeCloseTo(transitionsOf(own), 6);
    expect(result.invocations.count).toBe(invocationsOf(own, footprints));
    const { lines } = result.cost ?? {};
    expect((lines?.lambdaRequests ?? 0) / 0.2e-6).toBeCloseTo(invocationsOf(own, footprints), 6);
    expect(lines?.lambdaTime).toBeCloseTo((invocationsOf(own, footprints) / 1000) * 0.0000133334, 12);
    // it found three shards with their index, which every run counts as written
    expect((lines?.s3Writes ?? 0) / 5e-6).toBeCloseTo(after.writes - before.writes + 4, 6);
    // no invocation says that it is cold: the plan, which four environments read, is not counted; the data set, which it
    // did not have to read, is
    expect((lines?.s3Reads ?? 0) / 0.4e-6).toBeCloseTo(after.reads - before.reads - 4 + 1, 6);
  });

  test("of a fork comes with the rounds that it is not for", async () => {
    const bucket = new MemoryBucket();
    await claimRun(bucket, "r");
    await playRun(bucket, "r");
    await claimFork(bucket, "f", { run: "r", round: 3 });
    const { result } = await playRun(bucket, "f");
    const sentence = "rounds 1 to 3 were taken from r; time, invocations and cost are without them";
    expect(summary(result)).toContain(`\n${sentence}\n`);
    expect(new TextDecoder().decode(bucket.contents.get(keys.report("f")))).toContain(sentence);
    await claimFork(bucket, "g", { run: "r", round: 1 });
    expect(summary((await playRun(bucket, "g")).result)).toContain("\nround 1 was taken from r; ");
  });

  test("stands in the summary and in the report", async () => {
    const { result, page } = await resultOf([]);
    expect(summary(result)).toMatch(
      /0\.00\d+ dollars on AWS at list prices of \w+ \d{4}, \d+ % of it CloudWatch metrics/,
    );
    expect(new TextDecoder().decode(page)).toContain(`$${result.cost?.dollars.toFixed(3)}`);
  });
});
