import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { selectClients } from "../../shared/rounds/selection.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics, updateHeader } from "../../shared/workflow/round-records.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { lossAndGradient } from "../shared/model/reference.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

/** Of a global model on what some clients hold out, by the textbook's perceptron. */
async function accuracyOf(run: string, round: number, clients: readonly number[]): Promise<number> {
  const plan = planRecord.parse(bucket.json(keys.plan(run)));
  const { parameters } = await readLinkedGlobal(bucket.objects, plan, round);
  const right: boolean[] = [];
  for (const client of clients) {
    const { test } = await readShard(bucket.objects, plan, client);
    const { probabilities } = lossAndGradient(plan.model, parameters, test, [...test.y.keys()]);
    right.push(...probabilities.map((p, row) => p.indexOf(Math.max(...p)) === test.y[row]));
  }
  return right.filter(Boolean).length / right.length;
}

const metricsOf = (round: number) => roundMetrics.parse(bucket.json(keys.roundMetrics("r", round)));

describe("a round with a part of the clients", () => {
  const third = ["federation.fraction=0.34", "baseline.enabled=false"];

  test("trains those whom the round's seed selects, and the final pass evaluates with all", async () => {
    const config = toyConfig(...third);
    await claimRun(bucket, "r", config);
    const { result } = await playRun(bucket, "r");
    for (const round of [1, 2, 3, 4]) {
      const selected = selectClients(config, round, [0, 1, 2]);
      expect(selected).toHaveLength(1);
      const { clients } = metricsOf(round);
      expect(clients.map(({ client }) => client)).toEqual(selected);
      // the first round follows no step of the global model
      expect(clients[0]?.update?.cosine).toEqual(round === 1 ? null : expect.any(Number));
      expect(clients[0]?.update?.norm).toBeGreaterThan(0);
    }
    expect(result.federated.rounds.map(({ clients }) => clients)).toEqual([1, 1, 1, 1]);
    expect(
      metricsOf(5).clients.map(({ client, trainingLoss, update }) => [client, trainingLoss, update]),
    ).toEqual([0, 1, 2].map((client) => [client, null, null]));
    const heldOut = result.clients.reduce((sum, client) => sum + client.heldOut, 0);
    expect(result.federated.confusion?.flat().reduce((a, b) => a + b)).toBe(heldOut);
  });

  test("is evaluated by all where the configuration says so, with the very same model", async () => {
    await claimRun(bucket, "r", toyConfig(...third));
    const few = await playRun(bucket, "r");
    bucket = new MemoryBucket();
    await claimRun(bucket, "r", toyConfig(...third, "federation.evaluation=all"));
    const all = await playRun(bucket, "r");
    expect(all.result.federated.weightsSha256).toBe(few.result.federated.weightsSha256);
    for (const round of [1, 2, 3, 4]) {
      const { clients, evaluated } = metricsOf(round);
      expect(clients.map(({ client }) => client)).toEqual([0, 1, 2]);
      expect(clients.filter(({ update }) => update !== null)).toHaveLength(1);
      expect(evaluated.confusion?.flat().reduce((a, b) => a + b)).toBe(
        all.result.clients.reduce((sum, client) => sum + client.heldOut, 0),
      );
    }
  });
});

describe("the publisher's test set", () => {
  const tested = ["federation.evaluation=test-set", "federation.fraction=0.67"];

  test("evaluates federation and baseline; the clients have all of the rest, and hold out nothing", async () => {
    await claimRun(bucket, "r", toyConfig(...tested), 30);
    const { result } = await playRun(bucket, "r");
    expect(result.clients.reduce((sum, { train }) => sum + train, 0)).toBe(60);
    expect(result.clients.map(({ heldOut }) => heldOut)).toEqual([0, 0, 0]);
    for (const confusion of [result.federated.confusion ?? [], result.baseline?.confusion ?? []]) {
      // thirty examples of three classes in turn
      expect(confusion.map((row) => row.reduce((a, b) => a + b))).toEqual([10, 10, 10]);
    }
    expect(metricsOf(2).clients.map(({ accuracy, loss }) => [accuracy, loss])).toEqual([
      [null, null],
      [null, null],
    ]);
    const plan = planRecord.parse(bucket.json(keys.plan("r")));
    expect(plan.examiner).toBe(3);
    expect(result.federated.accuracy).toBeGreaterThan(0.6);
  });

  test("that nobody could read stops the run, since its accuracy would be made up", async () => {
    await claimRun(bucket, "r", toyConfig(...tested), 30);
    const lost = playRun(bucket, "r", {
      interfere: async (round, client, train) =>
        round === 2 && client === 3 ? { client, error: { Error: "ObjectMissing", Cause: "gone" } } : train(),
    });
    await expect(lost).rejects.toMatchObject({
      name: "QuorumNotReached",
      message: expect.stringContaining("nobody evaluated"),
    });
  });

  test("that the data set lacks is missed before anything is written", async () => {
    await claimRun(bucket, "r", toyConfig(...tested));
    await expect(playRun(bucket, "r")).rejects.toMatchObject({ name: "ConfigInvalid" });
  });
});

describe("a federation that may end early", () => {
  test("ends one round after the model that was good enough, keeps the better of both, and says why", async () => {
    await claimRun(bucket, "r", toyConfig("federation.rounds=30", "federation.stop.accuracy=0.7"));
    const { result } = await playRun(bucket, "r");
    const { rounds, ended } = result.federated;
    expect(ended).toBe("accuracy");
    const reached = rounds.findIndex(({ accuracy = NaN }) => accuracy >= 0.7);
    expect(rounds).toHaveLength(reached + 2);
    expect(rounds.length).toBeLessThan(30);
    const { round, accuracy } = result.federated;
    expect(accuracy).toBe(Math.max(...rounds.map((one) => one.accuracy ?? NaN)));
    expect(accuracy).toBe(rounds[round - 1]?.accuracy);
  });

  test.each(["federation.stop.accuracy=0.7", "federation.stop.patience=2"])(
    "keeps with %s the bits that a run of as many rounds as the kept one's ends with",
    async (stop) => {
      await claimRun(bucket, "r", toyConfig("federation.rounds=30", stop));
      const early = (await playRun(bucket, "r")).result.federated;
      await claimRun(bucket, "short", toyConfig(`federation.rounds=${early.round}`));
      const planned = (await playRun(bucket, "short")).result.federated;
      expect(early.weightsSha256).toBe(planned.weightsSha256);
      expect([early.accuracy, early.loss, early.confusion]).toEqual([
        planned.accuracy,
        planned.loss,
        planned.confusion,
      ]);
      expect([planned.ended, planned.round]).toEqual(["rounds", early.round]);
    },
  );

  test("and trains with a part of the clients has the figures of its models from all of them", async () => {
    const set = ["federation.rounds=30", "federation.stop.accuracy=0.7", "federation.fraction=0.34"];
    await claimRun(bucket, "r", toyConfig(...set));
    const { result } = await playRun(bucket, "r");
    const heldOut = result.clients.reduce((sum, client) => sum + client.heldOut, 0);
    expect(result.federated).toMatchObject({ ended: "accuracy", examples: heldOut });
    expect(result.federated.rounds.map(({ examples }) => examples)).toEqual(
      result.federated.rounds.map(() => heldOut),
    );
    expect(result.federated.rounds.map(({ clients }) => clients)).toEqual(
      result.federated.rounds.map(() => 1),
    );
    expect(await accuracyOf("r", result.federated.round, [0, 1, 2])).toBeCloseTo(
      result.federated.accuracy ?? NaN,
      12,
    );
    expect(result.federated.accuracy).toBeGreaterThanOrEqual(0.7);
  });

  test("that got no better ends as many rounds after its best one as it had patience", async () => {
    await claimRun(bucket, "r", toyConfig("federation.rounds=30", "federation.stop.patience=2"));
    const { ended, round, rounds } = (await playRun(bucket, "r")).result.federated;
    expect(ended).toBe("patience");
    // the final pass evaluates one more
    expect(rounds.length).toBe(round + 3);
  });
});

describe("a run in several executions", () => {
  test("has the bits of a run in one", async () => {
    await claimRun(bucket, "whole");
    await claimRun(bucket, "cut", toyConfig("federation.executionRounds=1"));
    const whole = await playRun(bucket, "whole");
    const cut = await playRun(bucket, "cut");
    expect(cut.result.federated.weightsSha256).toBe(whole.result.federated.weightsSha256);
    expect(cut.result.federated.rounds.map(({ accuracy }) => accuracy)).toEqual(
      whole.result.federated.rounds.map(({ accuracy }) => accuracy),
    );
  });
});

describe("local steps", () => {
  test("end a client's round after so many minibatches, whatever it has", async () => {
    await claimRun(bucket, "r", toyConfig("training.localSteps=3", "training.batchSize=4"));
    await playRun(bucket, "r");
    for (const client of [0, 1, 2]) {
      const { metadata } = decodeSafetensors(
        bucket.contents.get(keys.update("r", 1, client)) ?? new Uint8Array(),
      );
      const header = updateHeader.parse(JSON.parse(metadata.update ?? ""));
      expect(header).toMatchObject({ steps: 3, seen: 12 });
    }
  });

  test("of one epoch are that epoch", async () => {
    await claimRun(bucket, "epochs", toyConfig("partition.kind=iid"));
    // 30 examples a client, of which it trains with 24, in batches of 4
    await claimRun(bucket, "steps", toyConfig("partition.kind=iid", "training.localSteps=6"));
    const epochs = await playRun(bucket, "epochs");
    const steps = await playRun(bucket, "steps");
    expect(steps.result.federated.weightsSha256).toBe(epochs.result.federated.weightsSha256);
  });
});
