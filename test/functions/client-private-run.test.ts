import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { summary } from "../../report/summary.ts";
import { keys } from "../../shared/layout.ts";
import { epsilonOf } from "../../shared/privacy/accountant/epsilon.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { sentShort, vectorNames } from "../../shared/privacy/clients/vectors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics, updateHeader } from "../../shared/workflow/round-records.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readState } from "../../storage/strategy-objects.ts";
import { readUpdate } from "../../storage/update-objects.ts";
import { here } from "../cli/verify/here.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

const settings = [
  "baseline.enabled=false",
  "privacy.unit=client",
  "privacy.delta=0.001",
  "federation.rounds=3",
  "federation.quorum=0.6",
];
const hiding = (...set: string[]) => toyConfig(...settings, ...set);
/** So short that every change is cut, and as little noise as is counted. */
const clip = 0.125;
const fixed = ["privacy.noiseMultiplier=0.06", `privacy.clip=${clip}`];
const following = ["privacy.noiseMultiplier=0.06", 'privacy.clip={"initial":0.125}'];
const cohort = 3;

/** The run's keys, so that a run of the same name is the same again. */
async function keyed(bucket: MemoryBucket, run: string, byte: number) {
  const key = (of: number) => ({ key: of.toString(16).padStart(2, "0").repeat(32) });
  await bucket.objects.putRecord(keys.noiseKey(run), key(byte));
  await bucket.objects.putRecord(keys.simulatedKey(run), key(9));
}

async function played(
  run: string,
  config = hiding(...fixed),
  byte = 1,
  play: (bucket: MemoryBucket) => Play = () => ({}),
) {
  const bucket = new MemoryBucket();
  await claimRun(bucket, run, config);
  await keyed(bucket, run, byte);
  return { bucket, ...(await playRun(bucket, run, play(bucket))) };
}

function copyOf({ contents }: MemoryBucket): MemoryBucket {
  const copy = new MemoryBucket();
  for (const [key, bytes] of contents) copy.contents.set(key, bytes);
  return copy;
}

const planIn = (bucket: MemoryBucket, run = "r") => planRecord.parse(bucket.json(keys.plan(run)));
const metricsIn = (bucket: MemoryBucket, round: number, run = "r") =>
  roundMetrics.parse(bucket.json(keys.roundMetrics(run, round)));

/** All that a round has told. */
async function stateIn(bucket: MemoryBucket, round: number, run = "r") {
  const plan = planIn(bucket, run);
  const { stateSha256 } = metricsIn(bucket, round, run);
  return (await readState(bucket.objects, plan, strategyOf(plan.config), round, stateSha256)).vectors;
}

async function updateIn(bucket: MemoryBucket, round: number, client: number, run = "r") {
  const plan = planIn(bucket, run);
  const at = { round, attempt: 1 };
  return readUpdate(bucket.objects, plan, strategyOf(plan.config), at, { client, task: "train" }, null);
}

const globalIn = async (bucket: MemoryBucket, round: number, run = "r") =>
  (await readLinkedGlobal(bucket.objects, planIn(bucket, run), round)).parameters;

/** Noise of a round in whole, in multiples of the clip: what it has told, less what its updates make of it. */
async function noiseIn(
  bucket: MemoryBucket,
  round: number,
  clients: readonly number[],
): Promise<Float64Array> {
  const mean = (await stateIn(bucket, round))[vectorNames.mean] ?? new Float32Array(0);
  const global = await globalIn(bucket, round - 1);
  const noise = Float64Array.from(mean, (value) => cohort * value);
  for (const client of clients) {
    const { parameters } = await updateIn(bucket, round, client);
    const change = Float64Array.from(parameters, (w, i) => w - (global[i] as number));
    const share = Math.min(1, clip / Math.hypot(...change));
    change.forEach((value, i) => {
      noise[i] = (noise[i] as number) - share * value;
    });
  }
  return noise.map((value) => value / clip);
}

const cosine = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0) / (Math.hypot(...a) * Math.hypot(...b));

let first: Awaited<ReturnType<typeof played>>;
let adaptive: Awaited<ReturnType<typeof played>>;
beforeAll(async () => {
  first = await played("r");
  adaptive = await played("r", hiding(...following));
});

describe("a run that hides whole clients", () => {
  test("derives its noise from the epsilon that may be spent, over the rounds of a client", async () => {
    const { bucket, result } = await played("r", hiding("privacy.epsilon=8"));
    const plan = planIn(bucket);
    expect(plan.privacy).toMatchObject({ steps: 1, rounds: 3 });
    const spent = result.privacy;
    expect(spent?.epsilon).toBeLessThanOrEqual(8);
    expect(spent?.epsilon).toBeGreaterThan(7.9);
    const sigma = plan.privacy?.noiseMultiplier ?? NaN;
    expect(epsilonOf([{ q: 1, sigma, steps: 3 }], 0.001).pld.epsilon).toBe(spent?.epsilon);
    expect(spent?.curve.map(({ round }) => round)).toEqual([1, 2, 3]);
  });

  test("steps by the mean of shortened changes over all that it selects, with noise of the plan's length", async () => {
    for (const round of [1, 2, 3]) {
      const { bucket } = first;
      const noise = await noiseIn(bucket, round, [0, 1, 2]);
      // 83 deviates: within four deviations of one
      expect(Math.hypot(...noise) / (0.06 * Math.sqrt(noise.length))).toBeGreaterThan(0.7);
      expect(Math.hypot(...noise) / (0.06 * Math.sqrt(noise.length))).toBeLessThan(1.3);
      const [before, after] = [await globalIn(bucket, round - 1), await globalIn(bucket, round)];
      const mean = (await stateIn(bucket, round))[vectorNames.mean] ?? new Float32Array(0);
      expect(after).toEqual(before.map((w, i) => w + (mean[i] as number)));
    }
  });

  test("sends no change that is longer than is counted of it", async () => {
    const global = await globalIn(first.bucket, 1);
    for (const client of [0, 1, 2]) {
      const { parameters } = await updateIn(first.bucket, 2, client);
      const norm = Math.hypot(...parameters.map((w, i) => w - (global[i] as number)));
      expect(Math.abs(norm / clip - 1)).toBeLessThan(1e-5);
    }
  });

  test("shortens whatever a client sends that does not", async () => {
    const { bucket } = await played("r", hiding(...fixed), 1, (bucket) => ({
      async interfere(round, client, train) {
        const report = await train();
        if (client === 1 && round === 1) {
          await forge(bucket, { run: "r", round, client }, ({ parameters }) => {
            parameters.forEach((w, i) => {
              parameters[i] = 40 * w + 1;
            });
            return undefined;
          });
        }
        return report;
      },
    }));
    expect(metricsIn(bucket, 1).silent).toEqual([]);
    expect(Math.hypot(...(await updateIn(bucket, 1, 1)).parameters)).toBeGreaterThan(100);
    const noise = await noiseIn(bucket, 1, [0, 1, 2]);
    expect(Math.hypot(...noise) / (0.06 * Math.sqrt(noise.length))).toBeLessThan(1.3);
    expect((await verifyRun(bucket, "r", here)).findings).toEqual([]);
  });

  test("divides by all that it selects, also where one is silent, and draws other noise for other clients", async () => {
    const { bucket } = await played("r", hiding(...fixed), 1, () => ({
      interfere: async (_round, client, train) =>
        client === 2 ? { client, error: { Error: "ObjectMissing", Cause: "" } } : train(),
    }));
    const noise = await noiseIn(bucket, 1, [0, 1]);
    expect(Math.hypot(...noise) / (0.06 * Math.sqrt(noise.length))).toBeLessThan(1.3);
    // the same model, key and updates, but for one: directions of 83 values are within four deviations of a right angle
    expect(Math.abs(cosine(noise, await noiseIn(first.bucket, 1, [0, 1, 2])))).toBeLessThan(0.44);
  });

  test("has the same noise by the same key where it is repeated, and other by another key, name or round", async () => {
    const copy = copyOf(first.bucket);
    const again = await aggregateAgain(copy, "r", 2);
    expect(again.stateSha256).toBe(metricsIn(first.bucket, 2).stateSha256);
    expect(copy.contents.get(keys.roundState("r", 2))).toEqual(
      first.bucket.contents.get(keys.roundState("r", 2)),
    );
    expect((await played("r")).result.federated.weightsSha256).toBe(first.result.federated.weightsSha256);
    const noise = await noiseIn(first.bucket, 1, [0, 1, 2]);
    const others = [
      await noiseIn((await played("r", hiding(...fixed), 2)).bucket, 1, [0, 1, 2]),
      await noiseIn(first.bucket, 2, [0, 1, 2]),
    ];
    for (const other of others) expect(Math.abs(cosine(noise, other))).toBeLessThan(0.44);
    const named = (await played("s")).result.federated.weightsSha256;
    expect(named).not.toBe(first.result.federated.weightsSha256);
  });

  test("draws its keys where none stand", async () => {
    const bucket = new MemoryBucket();
    await claimRun(bucket, "r", hiding(...fixed));
    await playRun(bucket, "r");
    const [ofNoise, ofClients] = [keys.noiseKey("r"), keys.simulatedKey("r")].map((key) => bucket.json(key));
    expect(ofNoise).toMatchObject({ key: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(ofNoise).not.toEqual(ofClients);
  });

  test("tells of no single client how it did, how far it moved, or by a digest what it sent", async () => {
    const { clients, evaluated } = metricsIn(first.bucket, 2);
    expect(clients).toHaveLength(3);
    for (const { trainingLoss, update, ...one } of clients) {
      expect([trainingLoss, update]).toEqual([null, null]);
      expect(one).toMatchObject({ accuracy: null, loss: null });
    }
    expect(evaluated.loss).toBeGreaterThan(0);
    const salts = [0, 1, 2].map((client) => {
      const bytes = first.bucket.contents.get(keys.update("r", 2, client)) ?? new Uint8Array();
      return updateHeader.parse(JSON.parse(decodeSafetensors(bytes).metadata.update ?? "null")).salt;
    });
    expect(new Set(salts).size).toBe(3);
    expect(salts.every((salt) => salt !== undefined)).toBe(true);
  });

  test("verifies, and says in its report what it promises, and whom it trusts", async () => {
    const { findings, unchecked } = await verifyRun(first.bucket, "r", here);
    expect(findings).toEqual([]);
    expect(unchecked.map(({ objects }) => objects)).toContain(keys.noiseKey("r"));
    const page = new TextDecoder().decode(first.bucket.contents.get(keys.report("r")));
    for (const said of [
      "one client with all of its training examples",
      "Trusted",
      "the aggregator and whoever",
    ]) {
      expect(page).toContain(said);
    }
    const card = new TextDecoder().decode(
      first.bucket.contents.get(keys.model("r", "federated", "README.md")),
    );
    expect(card).toContain("## Privacy");
    expect(card).not.toContain("No noise was added");
    const noisy = await played("r", hiding("privacy.noiseMultiplier=2"));
    expect(summary(noisy.result)).toContain(
      "warning: the noise in the mean change of 3 clients is 6.07 times",
    );
    expect(summary(first.result)).not.toContain("warning: the noise");
  });

  test("is forked only with the same noise, and counts the rounds that are taken over", async () => {
    await claimFork(first.bucket, "f", { run: "r", round: 2 }, "federation.rounds=4");
    const { result } = await playRun(first.bucket, "f");
    expect(result.privacy?.steps).toBe(4);
    await expect(
      claimFork(first.bucket, "g", { run: "r", round: 2 }, "federation.rounds=4", "privacy.clip=2"),
    ).rejects.toThrow("all rounds of a run have the same");
  });
});

describe("a run whose clip follows the clients' norms", () => {
  test("has each round's clip by the noised share of the one before, and its clients take it", async () => {
    let clip = 0.125;
    for (const round of [1, 2, 3]) {
      const state = await stateIn(adaptive.bucket, round);
      const global = await globalIn(adaptive.bucket, round - 1);
      for (const client of [0, 1, 2]) {
        const { parameters, sent } = await updateIn(adaptive.bucket, round, client);
        const norm = Math.hypot(...parameters.map((w, i) => w - (global[i] as number)));
        expect(norm).toBeLessThan(clip * (1 + 1e-5));
        expect([...(sent[sentShort] ?? [])]).toEqual([norm < clip * (1 - 1e-4) ? 1 : 0]);
      }
      const unclipped = state[vectorNames.unclipped]?.[0] ?? NaN;
      const next = state[vectorNames.clip]?.[0] ?? NaN;
      expect(next / clip).toBeCloseTo(Math.exp(-0.2 * (unclipped - 0.5)), 5);
      clip = next;
    }
    // all changes are cut: with noise of 0.15 about none short, the clip grows
    expect(clip).toBeGreaterThan(0.125);
  });

  test("spends no more than was asked for, and verifies", async () => {
    expect(adaptive.result.privacy?.noiseMultiplier).toBe(0.06);
    expect(adaptive.result.privacy?.epsilon).toBe(first.result.privacy?.epsilon);
    expect((await verifyRun(adaptive.bucket, "r", here)).findings).toEqual([]);
    const page = new TextDecoder().decode(adaptive.bucket.contents.get(keys.report("r")));
    expect(page).toContain("follows the quantile 0.5");
  });
});

test.each([
  ["a moved mean", vectorNames.mean],
  ["another clip", vectorNames.clip],
])("verify finds %s in what a round has told", async (_, name) => {
  const bucket = copyOf(adaptive.bucket);
  const key = keys.roundState("r", 2);
  const { tensors, metadata } = decodeSafetensors(bucket.contents.get(key) ?? new Uint8Array());
  const moved = [...tensors.values()].map((tensor) =>
    tensor.name.startsWith(name)
      ? { ...tensor, data: (tensor.data as Float32Array).map((w) => w + 1) }
      : tensor,
  );
  bucket.contents.set(key, encodeSafetensors(moved, metadata));
  const { findings } = await verifyRun(bucket, "r", here);
  expect(JSON.stringify(findings)).toContain("rounds/00002");
});
