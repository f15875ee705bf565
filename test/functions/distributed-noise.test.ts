import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { simulatedData } from "../../functions/train-client/client-data.ts";
import { clientRandom } from "../../shared/client/randomness.ts";
import { keys } from "../../shared/layout.ts";
import { openTrainer } from "../../shared/model/trainers.ts";
import { discreteGaussian } from "../../shared/privacy/noise/discrete-gaussian.ts";
import { poissonSample } from "../../shared/privacy/noise/poisson-sample.ts";
import { noisedSumsOf } from "../../shared/privacy/noised-sum.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { here } from "../cli/verify/here.ts";
import { maskedConfig, metricsOf, silentIn } from "./masked-played.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, type Play, playRun } from "./played-run.ts";

const noised = (...set: string[]) =>
  maskedConfig(
    "coordinator",
    "privacy.unit=example",
    "privacy.noise=distributed",
    "privacy.samplingRate=0.5",
    "privacy.clip=0.7",
    "privacy.delta=0.001",
    "privacy.epsilon=8",
    "training.localSteps=1",
    "training.learningRate=0.3",
    "federation.rounds=3",
    ...set,
  );

async function played(config = noised(), play: Play = {}) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", config);
  await bucket.objects.putRecord(keys.simulatedKey("r"), { key: "01".repeat(32) });
  return { bucket, ...(await playRun(bucket, "r", play)) };
}

/** What a client adds to the sum of a round after the first, without masks: its clipped gradients and its share of the noise. */
async function partOf(bucket: MemoryBucket, plan: Plan, round: number, client: number) {
  const { config, model } = plan;
  const trainer = await openTrainer("kernel", model, config.task);
  const data = simulatedData(bucket.objects, 1e8);
  const [shard, secret] = [await data.shard(plan, client, trainer), await data.secret(plan, client)];
  const { chainSha256 } = metricsOf(bucket, round - 1);
  const before = await readLinkedGlobal(bucket.objects, plan, round - 1, chainSha256);
  const { secret: stream } = clientRandom(config.seed, secret.key, {
    ...{ run: "r", round, attempt: 1, client, chainSha256, shardSha256: secret.examplesSha256 },
  });
  const rows = poissonSample(shard.train.count, 0.5, stream("noised-sum/sampling"));
  const { share, unit } = noisedSumsOf(plan, before.parameters.length);
  const { sum } = await trainer.clippedSum(before.parameters, shard.train, rows, { clip: 0.7, unit });
  const noise = discreteGaussian(before.parameters.length, share, stream("noised-sum/noise"));
  return { before: before.parameters, sum, noise, unit, rows };
}

let first: Awaited<ReturnType<typeof played>>;
let plan: Plan;
beforeAll(async () => {
  first = await played();
  plan = planRecord.parse(first.bucket.json(keys.plan("r")));
});

describe("a run whose clients add their noise together", () => {
  test("steps along the sum of what all of them clip and add, to the bit", async () => {
    for (const round of [2, 3]) {
      const parts = await Promise.all(
        [0, 1, 2, 3].map((client) => partOf(first.bucket, plan, round, client)),
      );
      const [{ before, unit }] = parts as [(typeof parts)[0]];
      const train = plan.clients.reduce((sum, part) => sum + part.train, 0);
      const next = before.map((w, i) => {
        const units = parts.reduce(
          (sum, part) => sum + (part.sum[i] as number) + (part.noise[i] as number),
          0,
        );
        // in the order in which the server multiplies
        return w + (units * (-0.3 * (unit / (0.5 * train))) * train) / train;
      });
      const after = await readLinkedGlobal(
        first.bucket.objects,
        plan,
        round,
        metricsOf(first.bucket, round).chainSha256,
      );
      expect([...after.parameters]).toEqual([...next]);
    }
  });

  test("has the noise of its plan in every sum, as much as the least cohort needs without one of it", async () => {
    const { share, unit } = noisedSumsOf(plan, (await partOf(first.bucket, plan, 2, 0)).before.length);
    // 2 clients at the least, of which 1 may collude: each adds all of the noise
    const deviation = (share.numerator / share.denominator) * unit;
    expect(deviation / (0.7 * (plan.privacy?.noiseMultiplier ?? 0))).toBeCloseTo(1, 2);
  });

  test("counts a round as one step of all clients, and says whom it promises what", async () => {
    expect(plan.privacy).toMatchObject({ steps: 1, rounds: 3 });
    const { privacy } = first.result;
    expect(privacy?.steps).toBe(3);
    expect(privacy?.epsilon).toBeLessThanOrEqual(8);
    expect(privacy?.epsilon).toBeGreaterThan(7.9);
    const page = new TextDecoder().decode(first.bucket.contents.get(keys.report("r")));
    for (const said of [
      "each client adds a share",
      "two of the three helpers",
      "nominal",
      "the sum of each round",
    ]) {
      expect(page.includes(said), said).toBe(true);
    }
  });

  test("tells nothing of how the training went, nor of who was sampled", async () => {
    for (const round of [1, 2, 3]) {
      const { clients, summed } = metricsOf(first.bucket, round);
      expect(summed).toMatchObject({ trainingLoss: null, norm: expect.any(Number) });
      for (const { trainingLoss, update, loss } of clients) {
        expect([trainingLoss, update, loss]).toEqual([null, null, null]);
      }
    }
  });

  test("verifies from masked and opened objects, with other strategies too, and not where a sum was changed", async () => {
    for (const strategy of ["FedAvg", "FedAvgM", "FedAdagrad", "FedAdam", "FedYogi"]) {
      const { bucket } = await played(noised(`federation.strategy.name=${strategy}`));
      const { findings, replayed } = await verifyRun(bucket, "r", here);
      expect(findings, strategy).toEqual([]);
      expect(replayed, strategy).toBe(4);
    }
    const { bucket } = await played();
    const key = keys.opened("r", 2, 1, 1);
    const bytes = Uint8Array.from(bucket.contents.get(key) ?? []);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    bucket.contents.set(key, bytes);
    expect((await verifyRun(bucket, "r", here)).findings).not.toEqual([]);
  });

  test("goes on without a client, divides by the same number, and ends where too few are left", async () => {
    const { bucket, result } = await played(noised(), silentIn(2, 3));
    expect(result.federated.rounds).toHaveLength(3);
    const parts = await Promise.all([0, 1, 2].map((client) => partOf(bucket, plan, 2, client)));
    const train = plan.clients.reduce((sum, part) => sum + part.train, 0);
    const [{ before, unit }] = parts as [(typeof parts)[0]];
    const after = await readLinkedGlobal(bucket.objects, plan, 2, metricsOf(bucket, 2).chainSha256);
    for (const [i, w] of before.entries()) {
      const units = parts.reduce((sum, part) => sum + (part.sum[i] as number) + (part.noise[i] as number), 0);
      expect(after.parameters[i]).toBeCloseTo(w - (0.3 * units * unit) / (0.5 * train), 5);
    }
    const least = noised("federation.secureAggregation.minimumCohort=4");
    await expect(played(least, silentIn(2, 3))).rejects.toThrow("minimumCohort is 4");
  });
});
