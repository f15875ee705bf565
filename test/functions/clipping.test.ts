import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { keys } from "../../shared/layout.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readUpdate } from "../../storage/update-objects.ts";
import { here } from "../cli/verify/here.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const norm = 0.125;
const short = ["federation.rounds=2", "federation.quorum=0.6", "baseline.enabled=false"];
const clipped = `federation.update=[{"stage":"clipping","norm":${norm}}]`;
const bucket = new MemoryBucket();
beforeAll(async () => {
  await claimRun(bucket, "free", toyConfig(...short));
  await playRun(bucket, "free");
  await claimRun(bucket, "r", toyConfig(...short, clipped));
  await playRun(bucket, "r");
});

const planOf = (run: string) => planRecord.parse(bucket.json(keys.plan(run)));
const metricsOf = (run: string, round: number) =>
  roundMetrics.parse(bucket.json(keys.roundMetrics(run, round)));
const normsIn = (run: string, round: number) =>
  metricsOf(run, round).clients.map(({ update }) => update?.norm ?? NaN);
const globalOf = async (run: string, round: number) =>
  (await readLinkedGlobal(bucket.objects, planOf(run), round)).parameters;

describe("a federation with clipping", () => {
  test("takes the mean of changes that are no longer than the bound", async () => {
    // both start from the same model, with the same examples in the same orders
    const start = await globalOf("free", 0);
    expect(await globalOf("r", 0)).toEqual(start);
    expect(Math.min(...normsIn("free", 1))).toBeGreaterThan(2 * norm);
    const { clients } = planOf("free");
    const total = clients.reduce((sum, { train }) => sum + train, 0);
    const expected = Float64Array.from(start);
    for (const { client, train } of clients) {
      const { parameters } = await readUpdate(
        bucket.objects,
        planOf("free"),
        openStrategy({ name: "FedAvg" }),
        { round: 1, attempt: 1 },
        { client, task: "train" },
        null,
      );
      const change = Float64Array.from(parameters, (value, i) => value - (start[i] ?? NaN));
      const share = (train / total) * (norm / Math.hypot(...change));
      change.forEach((value, i) => {
        expected[i] = (expected[i] ?? NaN) + share * value;
      });
    }
    const next = await globalOf("r", 1);
    next.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(1e-6);
    });
    expect(next).not.toEqual(await globalOf("free", 1));
  });

  test.each([1, 2])("records norms of no more than the bound in round %i", (round) => {
    for (const one of normsIn("r", round)) expect(Math.abs(one / norm - 1)).toBeLessThan(1e-6);
  });

  test("is verified like any other", async () => {
    expect((await verifyRun(bucket, "r", here)).findings).toEqual([]);
  });

  test.each([
    [1.0001, ["UpdateInvalid"]],
    [0.999, []],
  ])("of an update of %d times the bound believes nothing, and verify neither", async (times, errors) => {
    const forged = new MemoryBucket();
    for (const [key, bytes] of bucket.contents) forged.contents.set(key, bytes);
    const global = await globalOf("r", 1);
    await forge(forged, { run: "r", round: 2, client: 1 }, ({ parameters }) => {
      parameters.set(global.map((w, i) => w + times * ((parameters[i] ?? NaN) - w)));
      return undefined;
    });
    const { silent } = await aggregateAgain(forged, "r", 2);
    expect(silent.map(({ error }) => error)).toEqual(errors);
    if (errors.length === 0) return;
    expect(silent[0]?.cause).toMatch(/its update has norm 0\.125\d+, and clipping leaves at most 0\.125/);
    // whoever took it all the same is found out
    forged.contents.set(
      keys.roundMetrics("r", 2),
      bucket.contents.get(keys.roundMetrics("r", 2)) as Uint8Array,
    );
    const { findings } = await verifyRun(forged, "r", here);
    expect(findings.map(({ problem }) => problem).join("\n")).toContain("clipping leaves at most");
  });
});
