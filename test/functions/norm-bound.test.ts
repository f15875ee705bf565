import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { aggregateAgain, outcomeOf } from "./aggregate-again.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

const config = (...set: string[]) => toyConfig("federation.quorum=0.6", "baseline.enabled=false", ...set);
const metricsOf = (round: number, run = "r") =>
  roundMetrics.parse(bucket.json(keys.roundMetrics(run, round)));
const lengthOf = (vector: Float32Array) => Math.hypot(...vector);

/** Has a client send, in one round, an update along its own of the given norm. */
async function stretch(round: number, norm: number, run = "r", client = 1): Promise<void> {
  const plan = planRecord.parse(bucket.json(keys.plan(run)));
  const { parameters: global } = await readLinkedGlobal(bucket.objects, plan, round - 1);
  await forge(bucket, { run, round, client }, ({ parameters }) => {
    const moved = parameters.map((value, i) => value - (global[i] ?? NaN));
    const factor = norm / lengthOf(moved);
    parameters.set(global.map((value, i) => value + factor * (moved[i] ?? NaN)));
    return undefined;
  });
}

const stretching = (round: number, norm: number): Play => ({
  interfere: async (r, client, train) => {
    const report = await train();
    if (r === round && client === 1) await stretch(round, norm);
    return report;
  },
});
const unbound = ["federation.normBound.absolute=null", "federation.normBound.timesMedian=null"];
const absent = (round: number): Play => ({
  interfere: async (r, client, train) =>
    r === round && client === 1 ? { client, error: { Error: "Sandbox.Timedout" } } : train(),
});

describe("an absurd update under FedAvg", () => {
  test.each([1, 2])("of round %i is left out by name, and nobody else notices it", async (round) => {
    await claimRun(bucket, "r", config());
    const attacked = (await playRun(bucket, "r", stretching(round, 1e30))).result.federated;
    expect(metricsOf(round).silent).toMatchObject([{ client: 1, task: "train", error: "UpdateInvalid" }]);
    expect(metricsOf(round).silent[0]?.cause).toMatch(
      /its update has norm (1e\+30|9\.99\d+e\+29|1\.0\d+e\+30)/,
    );
    expect(attacked.rounds.map(({ clients }) => clients)).toEqual(
      [1, 2, 3, 4].map((one) => (one === round ? 2 : 3)),
    );
    await claimRun(bucket, "spared", config());
    const spared = (await playRun(bucket, "spared", absent(round))).result.federated;
    expect(attacked.weightsSha256).toBe(spared.weightsSha256);
  });

  test("that no bound keeps out spoils the model, which the next round's clients are not blamed for alone", async () => {
    // of a strategy that holds updates against each other, since no other takes values that cannot be summed
    const spoilt = config(...unbound, "federation.strategy.name=Median");
    await claimRun(bucket, "r", spoilt);
    const all: Play = {
      interfere: async (round, client, train) => {
        const report = await train();
        if (round === 1) await stretch(1, 1e30, "r", client);
        return report;
      },
    };
    await expect(playRun(bucket, "r", all)).rejects.toMatchObject({
      name: "TrainingDiverged",
      message: expect.stringContaining("or the model of round 1 was spoilt by an update"),
    });
  });

  test("whose values cannot be summed is left out whatever the bounds", async () => {
    await claimRun(bucket, "r", config(...unbound));
    await playRun(bucket, "r", stretching(1, 1e30));
    expect(metricsOf(1).silent).toMatchObject([{ client: 1, error: "UpdateInvalid" }]);
    expect(metricsOf(1).silent[0]?.cause).toMatch(
      /its model's change has a value of \S+, and 4294967296 is the largest/,
    );
  });

  test("is not sent by a client whose training comes to values that cannot be summed", async () => {
    await claimRun(
      bucket,
      "r",
      config(...unbound, "training.localSteps=2", "training.learningRate=1000", "training.weightDecay=1000"),
    );
    await expect(playRun(bucket, "r")).rejects.toMatchObject({
      name: "UpdateInvalid",
      message: expect.stringMatching(/^client \d: its model's change has a value of/),
    });
    expect(bucket.contents.has(keys.update("r", 1, 0))).toBe(false);
  });
});

describe("the bound", () => {
  test("of the first round is the absolute one, which the configuration sets", async () => {
    await claimRun(bucket, "r", config("federation.normBound.absolute=50"));
    await playRun(bucket, "r", stretching(1, 51));
    expect(metricsOf(1).silent[0]?.cause).toContain(
      "50 is the most that is accepted: federation.normBound.absolute",
    );
    await claimRun(bucket, "s", config("federation.normBound.absolute=52"));
    await playRun(bucket, "s");
    await stretch(1, 51, "s");
    expect((await aggregateAgain(bucket, "s", 1)).silent).toEqual([]);
  });

  test("of a later one is so many times the median of what the round before accepted", async () => {
    await claimRun(bucket, "r", config());
    await playRun(bucket, "r");
    const norms = metricsOf(1).clients.map(({ update }) => update?.norm ?? NaN);
    const median = norms.toSorted((a, b) => a - b)[1] ?? NaN;
    await stretch(2, 99 * median);
    expect((await aggregateAgain(bucket, "r", 2)).silent).toEqual([]);
    await stretch(2, 101 * median);
    const { silent } = await aggregateAgain(bucket, "r", 2);
    expect(silent).toMatchObject([{ client: 1, error: "UpdateInvalid" }]);
    expect(silent[0]?.cause).toContain(`times the round before's median of ${median}`);
  });

  test("lets an update through that is no longer than the model, however short those before were", async () => {
    await claimRun(bucket, "r", config("federation.normBound.timesMedian=1"));
    await playRun(bucket, "r");
    const plan = planRecord.parse(bucket.json(keys.plan("r")));
    const length = lengthOf((await readLinkedGlobal(bucket.objects, plan, 2)).parameters);
    const longest = Math.max(...metricsOf(2).clients.map(({ update }) => update?.norm ?? NaN));
    expect(longest).toBeLessThan(length / 2);
    await stretch(3, 0.99 * length);
    expect((await aggregateAgain(bucket, "r", 3)).silent).toEqual([]);
    await stretch(3, 1.01 * length);
    expect((await aggregateAgain(bucket, "r", 3)).silent).toMatchObject([
      { client: 1, error: "UpdateInvalid" },
    ]);
  });

  test("is the same bit for bit in another execution, and in a fork", async () => {
    await claimRun(bucket, "r", config("federation.normBound.timesMedian=40"));
    await playRun(bucket, "r", stretching(3, 60));
    const live = metricsOf(3);
    expect(live.silent).toMatchObject([{ client: 1, error: "UpdateInvalid" }]);
    const again = await aggregateAgain(bucket, "r", 3);
    expect(again.silent).toEqual(live.silent);
    expect(outcomeOf(again)).toEqual(outcomeOf(live));
    await claimFork(bucket, "f", { run: "r", round: 2 });
    await playRun(bucket, "f");
    await stretch(3, 60, "f");
    const forked = await aggregateAgain(bucket, "f", 3);
    expect(forked.silent[0]?.cause).toBe(live.silent[0]?.cause.replace("updates/r/", "updates/f/"));
    expect(forked.weightsSha256).toBe(live.weightsSha256);
  });
});
