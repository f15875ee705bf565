import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import type * as z from "zod";
import { doJob } from "../../owner/do-job.ts";
import { openHome } from "../../owner/home.ts";
import { newKeys, OwnerKeys, publicKeysOf } from "../../owner/keys.ts";
import type { Bundle } from "../../owner/train.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { signedOf } from "../../shared/owners/log-entry.ts";
import type { trainClientInput } from "../../shared/workflow/payloads.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { playRun } from "../functions/played-run.ts";
import { copyOf, craft } from "./crafted-model.ts";
import { agreeMasked, byPolicy, hooksOf, maskingOwners, recomputable } from "./masked-owners.ts";
import { trainingBundle } from "./training-bundle.ts";
import { doingOf, run, type WorkingOwner } from "./working-owners.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 240_000);

/** Four owners before their second round: the first one is aggregated. */
interface Begun {
  readonly bucket: MemoryBucket;
  readonly owners: readonly WorkingOwner[];
  readonly agreed: Agreement;
  readonly input: z.output<typeof trainClientInput>;
}

async function begun(name: string): Promise<Begun> {
  const place = mkdtempSync(join(inject("temporary"), "recompute-"));
  const owners = await maskingOwners(place);
  const bucket = new MemoryBucket();
  const agreed = await agreeMasked(bucket, owners, bundle, name, place, (config) => {
    const { federation, ...rest } = recomputable(config);
    const secureAggregation = { ...federation.secureAggregation, minimumExamplesInSum: 300 };
    return { ...rest, federation: { ...federation, secureAggregation } };
  });
  const { interfere, help } = hooksOf(bundle, bucket, owners, agreed);
  let asked: Begun["input"] | undefined;
  await playRun(bucket, run, {
    ...(help && { help }),
    interfere: async (round, client, train, input) => {
      if (round === 1 && interfere) return interfere(round, client, train, input);
      asked = input;
      throw new RangeError("enough");
    },
  }).catch((error: unknown) => expect(error).toMatchObject({ message: "enough" }));
  if (!asked) throw new Error("there is no second round");
  return { bucket, owners, agreed, input: asked };
}

let scene: Begun;
let stateful: Begun;
beforeAll(async () => {
  scene = await begun("FedAvg");
  stateful = await begun("FedAvgM");
}, 240_000);

/** An owner with a copy of its home. */
async function copied(client: number, of = scene): Promise<WorkingOwner> {
  const { home, data } = of.owners[client] as WorkingOwner;
  const place = `${home.place}-${copies++}`;
  cpSync(home.place, place, { recursive: true });
  onTestFinished(() => rmSync(place, { recursive: true }));
  return { home: await openHome(place), data };
}
let copies = 0;

/** What an owner says to its second job, and why, by a copy of its home. */
async function asked(
  recompute: unknown,
  bucket: MemoryBucket,
  { chainSha256, client = 2, of = scene }: { chainSha256?: string; client?: number; of?: Begun } = {},
) {
  const owner = await copied(client, of);
  byPolicy(owner, { recompute });
  const input = { ...of.input, client, ...(chainSha256 && { chainSha256 }) };
  const done = await doJob(owner.home, doingOf(bucket, of.agreed, owner, bundle, input));
  const last = owner.home.log.entries.at(-1);
  return {
    refusal: "refusal" in done ? done.refusal : null,
    about: last?.event === "refused" ? last.about : null,
    recomputed: last?.event === "signed" ? (last.recomputed ?? []) : null,
  };
}

/** Turns the lowest bit of a number. */
function turnBit(parameters: Float32Array): undefined {
  const bits = new Uint32Array(parameters.buffer, parameters.byteOffset, 1);
  bits[0] = (bits[0] ?? 0) ^ 1;
}

describe("a model of which one bit is another, with metrics, header and chain to match,", () => {
  test("is trained on by an owner that does not recompute", async () => {
    const bucket = copyOf(scene.bucket);
    const chainSha256 = await craft(bucket, run, 1, turnBit);
    expect(await asked("never", bucket, { chainSha256 })).toMatchObject({ refusal: null, recomputed: [] });
  }, 60_000);

  test("is refused by one that does", async () => {
    const bucket = copyOf(scene.bucket);
    const chainSha256 = await craft(bucket, run, 1, turnBit);
    expect(await asked("always", bucket, { chainSha256 })).toMatchObject({
      refusal: "RecomputedDiffers",
      about: `round 1 of ${run}: what its updates and opened sums make has another weightsSha256`,
    });
  }, 60_000);

  test("and as it was is trained on by both", async () => {
    expect(await asked("always", scene.bucket)).toMatchObject({ refusal: null, recomputed: [1] });
  }, 60_000);
});

describe("an owner that recomputes refuses", () => {
  test.each<[string, Parameters<typeof craft>[3], string]>([
    ["another state of the strategy", () => ({ stateSha256: "f".repeat(64) }), "stateSha256"],
    [
      "another norm, by which the next round would take longer updates",
      (_, { summed }) => ({ summed: { trainingLoss: null, ...summed, norm: 1e6 } }),
      "summed",
    ],
    [
      "other figures, which decide when a run ends",
      (_, { evaluated }) => ({ evaluated: { ...evaluated, loss: 0.001 } }),
      "evaluated",
    ],
  ])(
    "%s than what a round makes",
    async (_, change, field) => {
      const bucket = copyOf(stateful.bucket);
      const chainSha256 = await craft(bucket, run, 1, change);
      expect(await asked("always", bucket, { chainSha256, of: stateful })).toMatchObject({
        refusal: "RecomputedDiffers",
        about: expect.stringContaining(`another ${field}`),
      });
    },
    60_000,
  );

  test.each<[string, string]>([
    ["the model before", keys.global(run, 0)],
    ["another owner's masked update", keys.update(run, 1, 1)],
    ["the sums that a helper has opened", keys.opened(run, 1, 2)],
  ])(
    "where %s is withheld, or altered in a bit",
    async (_, key) => {
      const without = copyOf(scene.bucket);
      without.contents.delete(key);
      expect(await asked("always", without)).toMatchObject({
        refusal: "ModelNotRecomputed",
        about: expect.stringContaining(key),
      });
      const altered = copyOf(scene.bucket);
      const bytes = altered.contents.get(key) ?? new Uint8Array();
      bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 4;
      expect(await asked("always", altered)).toMatchObject({
        refusal: "ModelNotRecomputed",
        about: expect.stringContaining(key),
      });
    },
    60_000,
  );

  test("sums over fewer examples than were agreed upon, and rounds of fewer owners", async () => {
    for (const [left, refusal] of [
      [[0, 1, 2], "SumTooSmall"],
      [[0, 2], "CohortTooSmall"],
    ] as const) {
      const bucket = copyOf(scene.bucket);
      const chainSha256 = await craft(bucket, run, 1, (_, { updates, silent }) => ({
        updates: updates.filter(({ client }) => left.some((one) => one === client)),
        silent,
      }));
      expect(await asked("always", bucket, { chainSha256 })).toMatchObject({ refusal });
    }
  }, 60_000);

  test("agreements that give it nothing to recompute from, and says what to change", async () => {
    const owners = await maskingOwners();
    for (const owner of owners) byPolicy(owner, { recompute: "always" });
    const bucket = new MemoryBucket();
    await expect(agreeMasked(bucket, owners, bundle)).rejects.toMatchObject({
      message: expect.stringContaining("federation.secureAggregation.recomputable=true"),
    });
  }, 60_000);

  test("to sign what it has trained meanwhile, where its policy has come to ask for more", async () => {
    const owner = await copied(1);
    const doing = doingOf(scene.bucket, scene.agreed, owner, bundle, { ...scene.input, client: 1 });
    const changing = () => {
      byPolicy(owner, { recompute: "always" });
      return { timeoutSeconds: Infinity, memoryBytes: Infinity };
    };
    expect(await doJob(owner.home, { ...doing, bounds: changing })).toEqual({
      refusal: "ModelNotRecomputed",
    });
    expect(owner.home.log.entries.at(-1)).toMatchObject({
      about: `round 1 of ${run}: recompute has become always while the owner was at work`,
    });
    expect(signedOf((await openHome(owner.home.place)).log.entries)).toHaveLength(1);
  }, 60_000);

  test("where nobody brings it what a round was made of", async () => {
    const owner = await copied(3);
    byPolicy(owner, { recompute: "always" });
    const doing = doingOf(scene.bucket, scene.agreed, owner, bundle, { ...scene.input, client: 3 });
    const { bringRound: _, ...without } = doing;
    expect(await doJob(owner.home, without)).toEqual({ refusal: "ModelNotRecomputed" });
  }, 60_000);
});

describe("a share of the rounds", () => {
  const keysOf = () => {
    const file = newKeys();
    return new OwnerKeys(file, {
      ...{ format: 1, name: "owner", made: "2026-11-29T12:00:00Z" },
      ...publicKeysOf(file),
    } as never);
  };
  const things = Array.from({ length: 50 }, (_, round) => `recompute ${"a".repeat(64)} ${round} chain`);

  test("is drawn by an owner's key: as often as it says, the same when asked again, and otherwise for another owner", async () => {
    const owners = Array.from({ length: 80 }, keysOf);
    for (const share of [0.1, 0.5, 0.9]) {
      const drawn = await Promise.all(
        owners.map(async (one) => Promise.all(things.map((thing) => one.draws(share, thing)))),
      );
      const all = drawn.flat();
      const count = all.filter(Boolean).length;
      // within five standard deviations of a binomial
      const deviation = Math.sqrt(all.length * share * (1 - share));
      expect(Math.abs(count - share * all.length)).toBeLessThan(5 * deviation);
      expect(await Promise.all(things.map((thing) => owners[0]?.draws(share, thing)))).toEqual(drawn[0]);
      expect(new Set(drawn.map((one) => one.join())).size).toBeGreaterThan(75);
    }
  });

  test("is recomputed, and no other round", async () => {
    const { plan, chainSha256 } = scene.input;
    const seen = new Set<boolean>();
    for (const client of [0, 1, 2, 3]) {
      const { home } = scene.owners[client] as WorkingOwner;
      for (const share of [0.02, 0.5, 0.98]) {
        const drawn = await home.keys.draws(share, `recompute ${plan} 1 ${chainSha256}`);
        if (seen.has(drawn)) continue;
        seen.add(drawn);
        const bucket = copyOf(scene.bucket);
        // whoever recomputes finds that there is nothing
        bucket.contents.delete(keys.opened(run, 1, 1));
        expect(await asked(share, bucket, { client })).toMatchObject({
          refusal: drawn ? "ModelNotRecomputed" : null,
        });
      }
    }
    expect(seen.size).toBe(2);
  }, 60_000);
});
