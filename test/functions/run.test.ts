import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

const bits = ({ result }: Awaited<ReturnType<typeof playRun>>) => [
  result.federated.weightsSha256,
  result.baseline?.weightsSha256,
];

describe("a run", () => {
  test("learns, and reports every round, epoch and example", async () => {
    await claimRun(bucket, "r");
    const { result } = await playRun(bucket, "r");
    expect(result.federated.rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4]);
    expect(result.baseline?.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(result.federated.accuracy).toBeGreaterThan(0.6);
    expect(result.baseline?.accuracy).toBeGreaterThan(0.6);
    expect(result.ratio).toBeCloseTo(
      (result.federated.accuracy ?? NaN) / (result.baseline?.accuracy ?? 0),
      12,
    );
    expect(result.clients.flatMap(({ labelCounts }) => labelCounts).reduce((a, b) => a + b)).toBe(90);
    const heldOut = result.clients.reduce((sum, client) => sum + client.heldOut, 0);
    for (const confusion of [result.federated.confusion ?? [], result.baseline?.confusion ?? []]) {
      expect(confusion.flat().reduce((a, b) => a + b)).toBe(heldOut);
    }
  });

  test("counts every invocation once", async () => {
    await claimRun(bucket, "r");
    const { result } = await playRun(bucket, "r");
    // prepare, finish, one baseline; four rounds and an evaluation of three clients and an aggregation each
    expect(result.invocations.count).toBe(2 + 1 + 5 * (3 + 1));
  });

  test("has the same bits again, from another bucket, and with the baseline cut into single epochs", async () => {
    await claimRun(bucket, "r");
    const first = await playRun(bucket, "r");
    const other = new MemoryBucket();
    await claimRun(other, "r");
    const second = await playRun(other, "r", { baselineMs: 0 });
    expect(second.baselineInvocations).toBe(4);
    expect(first.baselineInvocations).toBe(1);
    expect(bits(second)).toEqual(bits(first));
  });

  test("with momentum is cut without a trace as well", async () => {
    const config = toyConfig("training.momentum=0.9", "training.learningRate=0.02");
    await claimRun(bucket, "whole", config);
    await claimRun(bucket, "cut", config);
    const whole = await playRun(bucket, "whole");
    expect(bits(await playRun(bucket, "cut", { baselineMs: 0 }))).toEqual(bits(whole));
  });

  test("with another seed has other bits", async () => {
    await claimRun(bucket, "one");
    await claimRun(bucket, "two", toyConfig("seed=2"));
    const [one, two] = [bits(await playRun(bucket, "one")), bits(await playRun(bucket, "two"))];
    expect(two[0]).not.toBe(one[0]);
    expect(two[1]).not.toBe(one[1]);
  });

  test("without baseline says so", async () => {
    await claimRun(bucket, "r", toyConfig("baseline.enabled=false"));
    const { result } = await playRun(bucket, "r");
    expect(result.baseline).toBeNull();
    expect(result.ratio).toBeNull();
  });

  test("finds the shards of an earlier run with the same partition", async () => {
    await claimRun(bucket, "one");
    await playRun(bucket, "one");
    bucket.reads.length = 0;
    await claimRun(bucket, "two", toyConfig("federation.rounds=1"));
    await playRun(bucket, "two");
    expect(bucket.reads.filter((key) => key.startsWith("datasets/"))).toEqual([]);
  });

  test("reads a client's shard once while its environment stays warm", async () => {
    await claimRun(bucket, "r", toyConfig("baseline.enabled=false"));
    await playRun(bucket, "r");
    const shards = bucket.reads.filter((key) => key.startsWith("shards/"));
    expect(shards).toHaveLength(3);
  });

  test("done twice by every client leaves the same bytes", async () => {
    await claimRun(bucket, "once");
    await claimRun(bucket, "twice");
    const once = await playRun(bucket, "once");
    const twice = await playRun(bucket, "twice", {
      interfere: async (_round, _client, train) => {
        await train();
        return train();
      },
    });
    expect(bits(twice)).toEqual(bits(once));
  });
});

describe("a client that fails", () => {
  const silentIn = (round: number, client: number, error: string): Play => ({
    interfere: async (r, c, train) =>
      r === round && c === client ? { client: c, error: { Error: error, Cause: "in a test" } } : train(),
  });

  test("is left out of its round with its cause, and the run goes on where the quorum allows it", async () => {
    await claimRun(bucket, "r", toyConfig("federation.quorum=0.6"));
    const { result } = await playRun(bucket, "r", silentIn(2, 1, "Sandbox.Timedout"));
    const metrics = roundMetrics.parse(bucket.json(keys.roundMetrics("r", 2)));
    expect(metrics.silent).toEqual([
      { client: 1, task: "train", error: "Sandbox.Timedout", cause: "in a test" },
    ]);
    expect(metrics.clients.map(({ client }) => client)).toEqual([0, 2]);
    expect(result.federated.rounds.map(({ clients }) => clients)).toEqual([3, 2, 3, 3]);
  });

  test("ends the run with QuorumNotReached where all are needed", async () => {
    await claimRun(bucket, "r");
    await expect(playRun(bucket, "r", silentIn(2, 1, "Sandbox.Timedout"))).rejects.toMatchObject({
      name: "QuorumNotReached",
      message: expect.stringContaining("client 1: Sandbox.Timedout"),
    });
  });

  test("after it wrote its update has taken part", async () => {
    await claimRun(bucket, "r");
    const { result } = await playRun(bucket, "r", {
      interfere: async (round, client, train) => {
        const report = await train();
        return round === 2 && client === 1 ? { client, error: { Error: "Runtime.ExitError" } } : report;
      },
    });
    expect(result.federated.rounds.map(({ clients }) => clients)).toEqual([3, 3, 3, 3]);
  });
});

describe("an update is refused", () => {
  const key = keys.update("r", 2, 1);
  const tampered = (change: (bytes: Uint8Array) => Uint8Array): Play => ({
    interfere: async (round, client, train) => {
      const report = await train();
      if (round === 2 && client === 1)
        bucket.contents.set(key, change(bucket.contents.get(key) ?? new Uint8Array()));
      return report;
    },
  });
  const rewritten = (edit: (header: Record<string, unknown>, weights: Float32Array) => void) =>
    tampered((bytes) => {
      const { tensors, metadata } = decodeSafetensors(bytes);
      const header = JSON.parse(metadata.update ?? "{}");
      const copies = [...tensors.values()].map((tensor) => ({ ...tensor, data: tensor.data.slice() }));
      const [first] = copies;
      if (!(first?.data instanceof Float32Array)) throw new Error("the update has no weights");
      edit(header, first.data);
      return encodeSafetensors(copies, { update: JSON.stringify(header) });
    });

  test.each<[string, Play, string]>([
    ["truncated", tampered((bytes) => bytes.subarray(0, bytes.length - 8)), "ObjectInvalid"],
    [
      "with a flipped bit",
      rewritten((_header, weights) => {
        weights[0] = -(weights[0] as number);
      }),
      "UpdateInvalid",
    ],
    [
      "with NaN",
      rewritten((_header, weights) => {
        weights[0] = Number.NaN;
      }),
      "UpdateInvalid",
    ],
    [
      "with infinity",
      rewritten((_header, weights) => {
        weights[0] = Number.POSITIVE_INFINITY;
      }),
      "UpdateInvalid",
    ],
    [
      "of another round",
      rewritten((header) => {
        header.round = 1;
      }),
      "UpdateInvalid",
    ],
    [
      "of another client",
      rewritten((header) => {
        header.client = 0;
      }),
      "UpdateInvalid",
    ],
    [
      "of another run",
      rewritten((header) => {
        header.run = "s";
      }),
      "UpdateInvalid",
    ],
    [
      "that claims more examples",
      rewritten((header) => {
        header.examples = 1e6;
      }),
      "UpdateInvalid",
    ],
    ["empty", tampered(() => new Uint8Array()), "ObjectInvalid"],
  ])("%s", async (_what, play, error) => {
    await claimRun(bucket, "r", toyConfig("federation.quorum=0.6"));
    await playRun(bucket, "r", play);
    const metrics = roundMetrics.parse(bucket.json(keys.roundMetrics("r", 2)));
    expect(metrics.silent).toMatchObject([{ client: 1, error }]);
  });
});

describe("a global model", () => {
  test("that was changed stops the run", async () => {
    await claimRun(bucket, "r");
    const key = keys.global("r", 1);
    const play: Play = {
      interfere: async (round, client, train) => {
        if (round === 2 && client === 0) {
          const bytes = bucket.contents.get(key) ?? new Uint8Array();
          bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
        }
        return train();
      },
    };
    await expect(playRun(bucket, "r", play)).rejects.toMatchObject({
      name: "ObjectInvalid",
      message: expect.stringContaining(key),
    });
  });
});

test("a learning rate that is too large ends in TrainingDiverged naming it", async () => {
  await claimRun(bucket, "r", toyConfig("training.learningRate=1000", "training.weightDecay=1000"));
  await expect(playRun(bucket, "r")).rejects.toMatchObject({
    name: "TrainingDiverged",
    message: expect.stringContaining("training.learningRate"),
  });
});
