import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { openStrategy, strategies } from "../../shared/strategy/strategies.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readKept, readState } from "../../storage/strategy-objects.ts";
import { distance } from "../shared/model/reference.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

/**
 * Seven clients are enough for Bulyan against one arbitrary update (4 f + 3). They have different numbers of examples
 * and take different numbers of steps, without which FedNova is FedAvg.
 */
const config = (name: string, ...set: string[]) =>
  toyConfig(
    "partition.kind=size",
    "partition.clients=7",
    "baseline.enabled=false",
    `federation.strategy.name=${name}`,
    ...set,
  );

async function play(run: string, name: string, set: string[] = [], how: Play = {}) {
  await claimRun(bucket, run, config(name, ...set));
  return (await playRun(bucket, run, how)).result.federated;
}

describe.each(Object.keys(strategies))("a run with %s", (name) => {
  test("ends, and has the same bits when every client works twice", async () => {
    const once = await play("once", name);
    const twice = await play("twice", name, [], {
      interfere: async (_round, _client, train) => {
        await train();
        return train();
      },
    });
    expect(once.rounds).toHaveLength(4);
    expect(twice.weightsSha256).toBe(once.weightsSha256);
  });
});

test("strategies that differ from FedAvg end with other weights", async () => {
  const fedAvg = (await play("FedAvg", "FedAvg")).weightsSha256;
  const same = [];
  for (const name of Object.keys(strategies)) {
    if (name !== "FedAvg" && (await play(`as-${name}`, name)).weightsSha256 === fedAvg) same.push(name);
  }
  expect(same).toEqual([]);
});

test("FedProx with mu 0 is FedAvg, bit for bit", async () => {
  const prox = await play("prox", "FedProx", ["federation.strategy.mu=0"]);
  expect(prox.weightsSha256).toBe((await play("avg", "FedAvg")).weightsSha256);
});

describe("SCAFFOLD", () => {
  const globals = (run: string, round: number) =>
    decodeSafetensors(bucket.contents.get(keys.global(run, round)) ?? new Uint8Array()).metadata
      .weightsSha256;

  test("is FedAvg in its first round, when all controls are zero, and not in its second", async () => {
    await play("scaffold", "SCAFFOLD");
    await play("avg", "FedAvg");
    expect(globals("scaffold", 1)).toBe(globals("avg", 1));
    expect(globals("scaffold", 2)).not.toBe(globals("avg", 2));
  });

  test("goes on from what a client kept in its last accepted round", async () => {
    const quorum = ["federation.quorum=0.8"];
    const absent = (round: number, client: number) => round === 2 && client === 3;
    // trained, but the update never arrived: what it kept in round 2 must not count in round 3
    const lost = await play("lost", "SCAFFOLD", quorum, {
      interfere: async (round, client, train) => {
        const report = await train();
        if (!absent(round, client)) return report;
        bucket.contents.delete(keys.update("lost", round, client));
        return { client, error: { Error: "Sandbox.Timedout" } };
      },
    });
    const never = await play("never", "SCAFFOLD", quorum, {
      interfere: async (round, client, train) =>
        absent(round, client) ? { client, error: { Error: "Sandbox.Timedout" } } : train(),
    });
    expect(lost.rounds.map(({ clients }) => clients)).toEqual([7, 6, 7, 7]);
    expect(lost.weightsSha256).toBe(never.weightsSha256);
  });

  test("moves the server's control by the share that the round's clients have of the whole federation", async () => {
    await play("r", "SCAFFOLD", ["federation.fraction=0.5", "federation.rounds=1"]);
    const plan = planRecord.parse(bucket.json(keys.plan("r")));
    const strategy = openStrategy(plan.config.federation.strategy);
    const { stateSha256 } = await readLinkedGlobal(bucket.objects, plan, 1);
    const { vectors, accepted } = await readState(bucket.objects, plan, strategy, 1, stateSha256);
    const all = plan.clients.reduce((sum, { train }) => sum + train, 0);
    const expected = new Float64Array(vectors.control?.length ?? 0);
    for (const { client, train } of plan.clients) {
      const kept =
        accepted[client] && (await readKept(bucket.objects, plan, strategy, client, accepted[client]));
      // Karimireddy et al. 2020, algorithm 1: c = c + sum_S (n_k / n) (c_k+ - c_k), of which c and c_k are zero
      kept?.control?.forEach((value, i) => {
        expected[i] = (expected[i] ?? NaN) + (train / all) * value;
      });
    }
    expect(Object.keys(accepted).length).toBeLessThan(plan.clients.length);
    expect(distance(vectors.control ?? [], expected)).toBeLessThan(1e-5);
  });

  test("refuses an update without the change of its control", async () => {
    await play("r", "SCAFFOLD", ["federation.quorum=0.8"], {
      interfere: async (round, client, train) => {
        const report = await train();
        if (round === 2 && client === 3) {
          const plain = new MemoryBucket();
          await claimRun(plain, "r", config("FedAvg"));
          await playRun(plain, "r");
          bucket.contents.set(
            keys.update("r", 2, 3),
            plain.contents.get(keys.update("r", 2, 3)) ?? new Uint8Array(),
          );
        }
        return report;
      },
    });
    const { silent } = roundMetrics.parse(bucket.json(keys.roundMetrics("r", 2)));
    expect(silent).toMatchObject([{ client: 3, error: "ObjectInvalid" }]);
    expect(silent[0]?.cause).toMatch(/: has no vector (\w+), and has to hold \1$/);
  });
});

test("a strategy that keeps nothing stores nothing", async () => {
  await play("r", "FedAvg");
  expect([...bucket.contents.keys()].filter((key) => /state|clients/.test(key))).toEqual([]);
});
