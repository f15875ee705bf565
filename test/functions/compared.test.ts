import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { baselineClients, baselineEpoch, roundMetrics } from "../../shared/workflow/round-records.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

/** The toy's clients hold out unlike numbers of examples, so that who is missing can be told. */
const unlike = ["partition.kind=size", "partition.clients=4", "federation.quorum=0.5"];

async function resultOf(set: readonly string[], silent: readonly number[] = []): Promise<Result> {
  const lastPass: Play = {
    interfere: async (round, client, evaluate) =>
      round === 5 && silent.includes(client) ? { client, error: { Error: "Sandbox.Timedout" } } : evaluate(),
  };
  await claimRun(bucket, "r", toyConfig(...set));
  return (await playRun(bucket, "r", lastPass)).result;
}

const heldOut = ({ clients }: Result, but: readonly number[] = []) =>
  clients.filter(({ client }) => !but.includes(client)).reduce((sum, client) => sum + client.heldOut, 0);

describe("every figure says how many examples it is over", () => {
  test("in the result, in each round and in each epoch", async () => {
    const result = await resultOf(unlike);
    const all = heldOut(result);
    expect(result.federated.examples).toBe(all);
    expect(result.federated.rounds.map(({ examples }) => examples)).toEqual([all, all, all, all]);
    expect(result.baseline?.examples).toBe(all);
    expect(result.baseline?.epochs.map(({ examples }) => examples)).toEqual([all, all, all, all]);
    const ofClients = result.clients.map(({ client, heldOut }) => [client, heldOut]);
    const { evaluated, clients } = roundMetrics.parse(bucket.json(keys.roundMetrics("r", 3)));
    expect(evaluated.examples).toBe(all);
    expect(clients.map(({ client, examples }) => [client, examples])).toEqual(ofClients);
    const epoch = baselineEpoch.parse(bucket.json(keys.baselineEpoch("r", 4)));
    expect(epoch.examples).toBe(all);
    const fares = baselineClients.parse(bucket.json(keys.baselineClients("r"))).clients;
    expect(fares.map(({ client, examples }) => [client, examples])).toEqual(ofClients);
  });

  test("where only those evaluate who were selected, theirs", async () => {
    const result = await resultOf([...unlike, "federation.fraction=0.5"]);
    for (const { round, examples } of result.federated.rounds.slice(0, -1)) {
      const { clients } = roundMetrics.parse(bucket.json(keys.roundMetrics("r", round + 1)));
      const evaluated = clients.map(({ client }) => client);
      expect(examples).toBe(heldOut(result) - heldOut(result, evaluated));
    }
    expect(result.federated.rounds.at(-1)?.examples).toBe(heldOut(result));
  });

  test("and where a record of 0.1.0 does not say it, the confusion matrix does", async () => {
    await resultOf(unlike);
    const strip = (record: object) =>
      JSON.parse(JSON.stringify(record, (key, value: unknown) => (key === "examples" ? undefined : value)));
    const metrics = roundMetrics.parse(bucket.json(keys.roundMetrics("r", 3)));
    const old = roundMetrics.parse(strip(metrics));
    expect(old.evaluated).toEqual(metrics.evaluated);
    expect(old.clients.map(({ examples }) => examples)).toEqual([null, null, null, null]);
  });

  test("which is refused where the two differ", async () => {
    await resultOf(unlike);
    const metrics = roundMetrics.parse(bucket.json(keys.roundMetrics("r", 3)));
    const forged = { ...metrics, evaluated: { ...metrics.evaluated, examples: 1_000 } };
    expect(() => roundMetrics.parse(forged)).toThrow("does not count every example once");
  });
});

describe("the ratio", () => {
  test("is of both models on everything that was held out, where everybody reported", async () => {
    const result = await resultOf(unlike);
    expect(result.compared).toEqual({
      examples: heldOut(result),
      federated: result.federated.accuracy,
      baseline: result.baseline?.accuracy,
    });
  });

  test("is of both on what those hold out who reported, where others were silent", async () => {
    // so slow that neither model is right everywhere
    const result = await resultOf([...unlike, "training.learningRate=0.02"], [3, 2]);
    const examples = heldOut(result, [3, 2]);
    expect(result.federated.examples).toBe(examples);
    expect(result.baseline?.examples).toBe(heldOut(result));
    // the baseline's final model on the examples of clients 0 and 1, as their record has them
    const { clients } = baselineClients.parse(bucket.json(keys.baselineClients("r")));
    const right = clients
      .filter(({ client }) => client < 2)
      .reduce((sum, { accuracy, examples }) => sum + (accuracy ?? NaN) * (examples ?? 0), 0);
    expect(result.compared?.examples).toBe(examples);
    expect(result.compared?.baseline).toBeCloseTo(right / examples, 12);
    expect(result.ratio).toBeCloseTo((result.federated.accuracy ?? NaN) / (right / examples), 12);
    expect(result.compared?.baseline).not.toBeCloseTo(result.baseline?.accuracy ?? 0, 3);
  });

  test("is none without a baseline", async () => {
    const result = await resultOf([...unlike, "baseline.enabled=false"]);
    expect([result.compared, result.ratio]).toEqual([null, null]);
  });
});
