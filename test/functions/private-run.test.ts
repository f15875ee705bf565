import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { keys } from "../../shared/layout.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics, updateHeader } from "../../shared/workflow/round-records.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, playRun, toyConfig } from "./played-run.ts";

const settings = [
  "baseline.enabled=false",
  "privacy.unit=example",
  "privacy.samplingRate=0.25",
  "privacy.delta=0.001",
  "federation.rounds=3",
];
const noised = (...set: string[]) => toyConfig(...settings, ...set);

/** The run's key, so that a run of the same name is the same again. */
const keyed = (bucket: MemoryBucket, run: string, byte: number) =>
  bucket.objects.putRecord(keys.simulatedKey(run), { key: byte.toString(16).padStart(2, "0").repeat(32) });

async function played(run: string, config = noised("privacy.epsilon=8"), byte = 1) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, run, config);
  await keyed(bucket, run, byte);
  return { bucket, ...(await playRun(bucket, run)) };
}

function headerOf(bucket: MemoryBucket, run: string, round: number, client: number) {
  const bytes = bucket.contents.get(keys.update(run, round, client)) ?? new Uint8Array();
  return updateHeader.parse(JSON.parse(decodeSafetensors(bytes).metadata.update ?? "null"));
}

let first: Awaited<ReturnType<typeof played>>;
beforeAll(async () => {
  first = await played("r");
});

describe("a run that promises privacy for single examples", () => {
  test("derives its noise from the epsilon that may be spent, and spends no more", () => {
    const plan = planRecord.parse(first.bucket.json(keys.plan("r")));
    // an epoch in steps of a quarter of the examples each
    expect(plan.privacy).toMatchObject({ steps: 4, rounds: 3 });
    const spent = first.result.privacy;
    expect(spent).toMatchObject({ steps: 12, delta: 0.001, noiseMultiplier: plan.privacy?.noiseMultiplier });
    expect(spent?.epsilon).toBeLessThanOrEqual(8);
    expect(spent?.epsilon).toBeGreaterThan(7.9);
    expect(spent?.rdp.epsilon).toBeGreaterThanOrEqual(spent?.epsilon ?? 0);
    const curve = spent?.curve.map(({ epsilon }) => epsilon) ?? [];
    expect(curve).toHaveLength(3);
    expect(curve).toEqual(curve.toSorted((a, b) => a - b));
    expect(curve.at(-1)).toBe(spent?.epsilon);
  });

  test("tells neither how the training went nor how many examples were sampled", () => {
    const seen = new Set<number>();
    for (const client of [0, 1, 2]) {
      const { lossSum, steps, seen: said, examples } = headerOf(first.bucket, "r", 2, client);
      expect(lossSum).toBeNull();
      expect(steps).toBe(4);
      expect(said).toBe(Math.round(4 * 0.25 * examples));
      seen.add(said);
    }
    const metrics = roundMetrics.parse(first.bucket.json(keys.roundMetrics("r", 2)));
    expect(metrics.clients.map(({ trainingLoss, task }) => [trainingLoss, task])).toEqual([
      [null, "train"],
      [null, "train"],
      [null, "train"],
    ]);
  });

  test("has the same bits by the same key, and others by another, or under another name", async () => {
    const weights = async (run: string, byte: number) =>
      (await played(run, noised("privacy.epsilon=8"), byte)).result.federated.weightsSha256;
    expect(await weights("r", 1)).toBe(first.result.federated.weightsSha256);
    const others = await Promise.all([weights("r", 2), weights("s", 1)]);
    expect(new Set([first.result.federated.weightsSha256, ...others]).size).toBe(3);
  });

  test("draws its key where none stands, and keeps it", async () => {
    const bucket = new MemoryBucket();
    await claimRun(bucket, "r", noised("privacy.epsilon=8"));
    await playRun(bucket, "r");
    const { key } = bucket.json(keys.simulatedKey("r")) as { key: string };
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(key).not.toBe("01".repeat(32));
  });

  test("verifies, and says in its report whom it promises what", async () => {
    expect((await verifyRun(first.bucket, "r", here)).findings).toEqual([]);
    const page = new TextDecoder().decode(first.bucket.contents.get(keys.report("r")));
    for (const said of ["one training example of one client", "nominal", "Not covered", "DP-SGD"]) {
      expect(page).toContain(said);
    }
    const card = new TextDecoder().decode(
      first.bucket.contents.get(keys.model("r", "federated", "README.md")),
    );
    expect(card).toContain("## Privacy");
    expect(card).not.toContain("No noise was added");
  });

  test("with more noise learns less, and says that it spends less", async () => {
    const [little, much] = await Promise.all(
      [0.3, 40].map(async (noise) => (await played("r", noised(`privacy.noiseMultiplier=${noise}`))).result),
    );
    expect(little?.privacy?.epsilon).toBeGreaterThan(40);
    expect(much?.privacy?.epsilon).toBeLessThan(0.5);
    expect(little?.federated.loss).toBeLessThan(much?.federated.loss ?? 0);
  });

  test("is forked only with the same noise, which the rounds that are taken over had", async () => {
    await expect(claimFork(first.bucket, "f", { run: "r", round: 2 }, "federation.rounds=4")).rejects.toThrow(
      /ForkInvalid|privacy\.noiseMultiplier/,
    );
    const given = await played("g", noised("privacy.noiseMultiplier=2"));
    await claimFork(given.bucket, "f", { run: "g", round: 2 }, "federation.rounds=4");
    const { result } = await playRun(given.bucket, "f");
    expect(result.privacy?.steps).toBe(16);
    await expect(
      claimFork(given.bucket, "h", { run: "g", round: 2 }, "federation.rounds=4", "privacy.unit=none"),
    ).rejects.toThrow("cannot be taken back");
  });
});
