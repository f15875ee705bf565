import { PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import { aggregateAgain, repeatAggregation } from "./aggregate-again.ts";
import { forge } from "./forged-update.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const config = toyConfig("federation.quorum=0.5", "federation.strategy.name=FedAvgM");
const late = keys.update("r", 2, 1);
/** A run, and the same in which client 1 was silent in round 2. */
let undisturbed: ReadonlyMap<string, Uint8Array>;
let left: ReadonlyMap<string, Uint8Array>;
let bucket: MemoryBucket;

beforeAll(async () => {
  const whole = new MemoryBucket();
  await claimRun(whole, "r", config);
  await playRun(whole, "r");
  undisturbed = new Map(whole.contents);
  const silent = new MemoryBucket();
  await claimRun(silent, "r", config);
  await playRun(silent, "r", {
    interfere: async (round, client, train) =>
      round === 2 && client === 1 ? { client, error: { Error: "Lambda.Unknown" } } : train(),
  });
  left = new Map(silent.contents);
});
beforeEach(() => {
  bucket = new MemoryBucket();
  for (const [key, bytes] of left) bucket.contents.set(key, bytes);
});

/** As an attempt leaves it that is cut off when it has decided which updates count. */
function forgetWhatWasMade(round: number): void {
  for (const key of [keys.global, keys.roundState, keys.roundTimes, keys.roundMetrics]) {
    bucket.contents.delete(key("r", round));
  }
}

test("whatever a run leaves is put where nothing is", async () => {
  await claimRun(bucket, "s");
  await playRun(bucket, "s");
  const puts = bucket.mock.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
  const ofRun = puts.filter(({ Key = "" }) => /^(runs|updates|clients)\/s\//.test(Key));
  expect(ofRun.length).toBeGreaterThan(50);
  // the test's own hand has put the configuration
  const over = ofRun.filter(({ IfNoneMatch }) => IfNoneMatch !== "*").map(({ Key }) => Key);
  expect(over).toEqual([keys.config("s")]);
});

describe("which updates count", () => {
  test("is decided once: one that comes late changes nothing", async () => {
    bucket.contents.set(late, undisturbed.get(late) ?? new Uint8Array());
    forgetWhatWasMade(2);
    const { silent } = await repeatAggregation(bucket, "r", 2);
    expect(silent).toMatchObject([{ client: 1, error: "Lambda.Unknown" }]);
    for (const key of [keys.global, keys.roundState, keys.roundMetrics, keys.roundUpdates]) {
      expect(bucket.contents.get(key("r", 2)), key("r", 2)).toEqual(left.get(key("r", 2)));
    }
    // and where nothing was decided yet, it counts
    expect((await aggregateAgain(bucket, "r", 2)).silent).toEqual([]);
  });

  test("is decided for a later execution too, whose own updates come too late", async () => {
    for (const client of [0, 1, 2]) {
      const sent = undisturbed.get(keys.update("r", 2, client)) ?? new Uint8Array();
      bucket.contents.set(keys.update("r", 2, client, 2), sent);
    }
    forgetWhatWasMade(2);
    expect(await repeatAggregation(bucket, "r", 2, [], 2)).toMatchObject({
      attempt: 1,
      silent: [{ client: 1 }],
    });
    expect(bucket.contents.get(keys.global("r", 2))).toEqual(left.get(keys.global("r", 2)));
  });

  test("is decided for a later execution too, whose own clients are all silent", async () => {
    forgetWhatWasMade(2);
    const lost = [0, 1, 2].map((client) => ({ client, error: { Error: "Lambda.Unknown" } }));
    expect(await repeatAggregation(bucket, "r", 2, lost, 2)).toMatchObject({ attempt: 1 });
    for (const key of [keys.global, keys.roundState, keys.roundMetrics, keys.roundUpdates]) {
      expect(bucket.contents.get(key("r", 2)), key("r", 2)).toEqual(left.get(key("r", 2)));
    }
    // and where nothing was decided yet, they are too few
    for (const key of [keys.roundUpdates, keys.roundMetrics]) bucket.contents.delete(key("r", 2));
    await expect(repeatAggregation(bucket, "r", 2, lost, 2)).rejects.toMatchObject({
      name: "QuorumNotReached",
    });
    expect(bucket.contents.has(keys.roundUpdates("r", 2))).toBe(false);
  });

  test("is by digest: another one in its place is no fault of its client", async () => {
    const key = keys.update("r", 2, 0);
    bucket.contents.set(key, undisturbed.get(keys.update("r", 3, 0)) ?? new Uint8Array());
    forgetWhatWasMade(2);
    await expect(repeatAggregation(bucket, "r", 2)).rejects.toMatchObject({
      message: expect.stringContaining(key),
    });
    expect(bucket.contents.has(keys.roundMetrics("r", 2))).toBe(false);
  });

  test.each(["damaged", "gone"])("and one that is %s since is taken from a later execution", async (how) => {
    const key = keys.update("r", 2, 0);
    const sent = left.get(key) ?? new Uint8Array();
    for (const client of [0, 2]) {
      const same = left.get(keys.update("r", 2, client)) ?? new Uint8Array();
      bucket.contents.set(keys.update("r", 2, client, 2), same);
    }
    if (how === "gone") bucket.contents.delete(key);
    else bucket.contents.set(key, sent.slice(0, -4));
    forgetWhatWasMade(2);
    await repeatAggregation(bucket, "r", 2, [], 2);
    for (const made of [keys.global, keys.roundState, keys.roundMetrics]) {
      expect(bucket.contents.get(made("r", 2)), made("r", 2)).toEqual(left.get(made("r", 2)));
    }
  });

  test("is by digest, also where another one passes every check", async () => {
    await forge(bucket, { run: "r", round: 2, client: 0 }, ({ parameters }) => {
      parameters.set(parameters.map((value) => value + 1e-3));
      return undefined;
    });
    forgetWhatWasMade(2);
    await expect(repeatAggregation(bucket, "r", 2)).rejects.toMatchObject({
      name: "ObjectInvalid",
      message: expect.stringMatching(
        `^${keys.update("r", 2, 0)}: has digest \\w{64}, and its round counts \\w{64}$`,
      ),
    });
  });

  test("names clients that have a part in the round", async () => {
    forgetWhatWasMade(2);
    const { seal, writer, ...set } = bucket.json(keys.roundUpdates("r", 2)) as { updates: object[] } & Record<
      string,
      unknown
    >;
    const updates = [...set.updates, { client: 9, sha256: "0".repeat(64) }];
    await bucket.objects.putRecord(keys.roundUpdates("r", 2), { ...set, updates });
    await expect(repeatAggregation(bucket, "r", 2)).rejects.toMatchObject({
      name: "ObjectInvalid",
      message: `${keys.roundUpdates("r", 2)}: counts client 9, who has no part`,
    });
  });
});

test("a client that says another digest than its update has counts as one that sent nothing", async () => {
  const report = { client: 0, sha256: "0".repeat(64), from: 1, to: 2, usage: noUsage };
  const { silent } = await aggregateAgain(bucket, "r", 3, [report]);
  expect(silent).toEqual([
    {
      client: 0,
      task: "train",
      error: "UpdateInvalid",
      cause: expect.stringMatching(
        `^${keys.update("r", 3, 0)}: has digest \\w{64}, and its client says 0{64}$`,
      ),
    },
  ]);
});

test.each([keys.global, keys.roundState])(
  "a round does not change what stands in its model's place: %o",
  async (key) => {
    const other = Buffer.from("another model");
    await expect(
      aggregateAgain(bucket, "r", 3, [], () => bucket.contents.set(key("r", 3), other)),
    ).rejects.toMatchObject({ name: "ObjectTaken", message: expect.stringContaining(key("r", 3)) });
    expect(bucket.contents.get(key("r", 3))).toBe(other);
    expect(bucket.contents.has(keys.roundMetrics("r", 3))).toBe(false);
  },
);
