import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { keys } from "../../shared/layout.ts";
import { noisedChangesOf } from "../../shared/privacy/clients/noised-changes.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { here } from "../cli/verify/here.ts";
import { maskedConfig, metricsOf, silentIn } from "./masked-played.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, type Play, playRun } from "./played-run.ts";

/** So short that the noise is all but all of a sum. */
const clip = 0.001;
const hiding = (...set: string[]) =>
  maskedConfig(
    "coordinator",
    ...["privacy.unit=client", "privacy.noise=distributed", `privacy.clip=${clip}`, "privacy.delta=0.001"],
    ...["privacy.noiseMultiplier=20", "federation.rounds=3", ...set],
  );

async function played(config = hiding(), play: Play = {}) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", config);
  await bucket.objects.putRecord(keys.simulatedKey("r"), { key: "01".repeat(32) });
  return { bucket, ...(await playRun(bucket, "r", play)) };
}

/** What a round's sum comes to, in multiples of the clip: its clients' changes, of at most one each, and their noise. */
async function sumIn(bucket: MemoryBucket, plan: Plan, round: number): Promise<Float64Array> {
  const [before, after] = await Promise.all(
    [round - 1, round].map((at) => readLinkedGlobal(bucket.objects, plan, at)),
  );
  if (!before || !after) throw new Error("two models");
  return Float64Array.from(after.parameters, (w, i) => ((w - (before.parameters[i] as number)) * 4) / clip);
}

let first: Awaited<ReturnType<typeof played>>;
let plan: Plan;
beforeAll(async () => {
  first = await played();
  plan = planRecord.parse(first.bucket.json(keys.plan("r")));
});

describe("a run whose clients hide themselves by noise that they add together", () => {
  test("has a share of each in every sum, as much as the least cohort needs without one of it", async () => {
    const parameters = first.bucket ? (await sumIn(first.bucket, plan, 1)).length : 0;
    const { share, unit } = noisedChangesOf(plan, parameters);
    // 2 clients at the least, of which 1 may collude: each adds all of the noise, and the sum of 4 has twice its deviation
    expect(((share.numerator / share.denominator) * unit) / clip).toBeCloseTo(20, 2);
    for (const round of [1, 2, 3]) {
      const norm = Math.hypot(...(await sumIn(first.bucket, plan, round)));
      const expected = 2 * 20 * Math.sqrt(parameters);
      expect(norm / expected).toBeGreaterThan(0.7);
      expect(norm / expected).toBeLessThan(1.3);
    }
  });

  test("divides by all that it selects where one is silent, whose share is missing", async () => {
    const { bucket } = await played(hiding(), silentIn(2, 3));
    const sum = await sumIn(bucket, plan, 2);
    const expected = Math.sqrt(3) * 20 * Math.sqrt(sum.length);
    expect(Math.hypot(...sum) / expected).toBeGreaterThan(0.7);
    expect(Math.hypot(...sum) / expected).toBeLessThan(1.3);
  });

  test("counts rounds, tells nothing of single clients, verifies, and says whom to trust", async () => {
    expect(plan.privacy).toMatchObject({ steps: 1, rounds: 3 });
    expect(first.result.privacy?.steps).toBe(3);
    const { clients, summed } = metricsOf(first.bucket, 2);
    expect(summed).toMatchObject({ trainingLoss: null, norm: expect.any(Number) });
    for (const { trainingLoss, update, loss } of clients) {
      expect([trainingLoss, update, loss]).toEqual([null, null, null]);
    }
    expect(first.bucket.contents.has(keys.noiseKey("r"))).toBe(false);
    const { findings, replayed } = await verifyRun(first.bucket, "r", here);
    expect(findings).toEqual([]);
    expect(replayed).toBe(4);
    const page = new TextDecoder().decode(first.bucket.contents.get(keys.report("r")));
    for (const said of ["each client adds a share", "two of the three helpers", "nominal"]) {
      expect(page.includes(said), said).toBe(true);
    }
  });

  test("goes with the strategies that sum", async () => {
    for (const strategy of ["FedAvgM", "FedAdam", "FedProx"]) {
      const { bucket } = await played(hiding(`federation.strategy.name=${strategy}`));
      expect((await verifyRun(bucket, "r", here)).findings, strategy).toEqual([]);
    }
  });
});
