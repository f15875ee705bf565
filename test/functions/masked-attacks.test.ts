import { beforeAll, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { openSums } from "../../functions/open-sums/open-sums.ts";
import { helperKeys, keys } from "../../shared/layout.ts";
import { maskedHeader, openedOnce, openingHeader } from "../../shared/secure-aggregation/records.ts";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import type { HelperReport } from "../../shared/workflow/payloads.ts";
import { here } from "../cli/verify/here.ts";
import { maskedConfig, metricsOf, played, silentIn } from "./masked-played.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, invocation, type Play, playRun } from "./played-run.ts";

const masked = (...set: string[]) => maskedConfig("coordinator", ...set);
const bytesOf = (bucket: MemoryBucket, key: string) => bucket.contents.get(key) ?? new Uint8Array(0);
const wordsOf = (bucket: MemoryBucket, key: string) =>
  decodeSafetensors(bytesOf(bucket, key)).tensors.get("masked")?.data ?? new Int32Array(0);

/** Turns one bit over where it lies. */
function turn(bucket: MemoryBucket, key: string, bit: number): void {
  const bytes = Uint8Array.from(bytesOf(bucket, key));
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  bucket.contents.set(key, bytes);
}

/** Does something to the bucket after the helpers of a round, before its updates are added up. */
const beforeSums = (round: number, act: (bucket: MemoryBucket) => void, bucket: MemoryBucket): Play => ({
  help: async (now, helper, open) => {
    const report = await open();
    if (now === round && helper === 3) act(bucket);
    return report;
  },
});

describe("what a client sends behind masks", () => {
  let bucket: MemoryBucket;
  beforeAll(async () => {
    ({ bucket } = await played(masked()));
  });

  test("is another number in every round, of every client and in every execution, for what does not change", () => {
    // the evaluation of a client that holds out the same examples: its count is the first integer
    const words = [1, 2, 3, 4].flatMap((round) =>
      [0, 1, 2, 3].map((client) =>
        wordsOf(bucket, keys.update("r", round, client))
          .slice(0, 2)
          .join(),
      ),
    );
    expect(new Set(words).size).toBe(16);
  });

  test("is spread over all words alike", () => {
    const words = [0, 1, 2, 3].flatMap((client) => [...wordsOf(bucket, keys.update("r", 1, client))]);
    expect(words.length).toBeGreaterThan(700);
    // each of 16 values of four bits, chi-squared with 15 degrees of freedom: 37.7 is passed by one in a thousand
    for (let shift = 0; shift < 32; shift += 4) {
      const counts = new Array<number>(16).fill(0);
      for (const word of words) counts[(word >>> shift) & 15] = (counts[(word >>> shift) & 15] as number) + 1;
      const expected = words.length / 16;
      const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      expect(chi).toBeLessThan(37.7);
    }
  });
});

describe("one bit of a message", () => {
  let whole: ReadonlyMap<string, Uint8Array>;
  beforeAll(async () => {
    const { bucket } = await played(masked("federation.rounds=1", "federation.quorum=1"));
    whole = new Map(bucket.contents);
  });

  test.each([
    ["masked update", keys.update("r", 1, 1)],
    ["client's boxes", keys.boxes("r", 1, 1)],
    ["helper's opening", keys.opened("r", 1, 2)],
  ])("of a %s is found, wherever it is", async (_, key) => {
    const length = 8 * (whole.get(key)?.length ?? 0);
    expect(length).toBeGreaterThan(1000);
    for (let i = 0; i < 24; i++) {
      const bucket = new MemoryBucket();
      for (const [name, bytes] of whole) bucket.contents.set(name, bytes);
      turn(bucket, key, Math.floor(((i + 0.5) * length) / 24));
      const { findings } = await verifyRun(bucket, "r", here);
      expect(findings.length, `bit ${i}`).toBeGreaterThan(0);
    }
  });

  test("of a masked update ends the round by name before anything is made of it, and its client sends it again", async () => {
    const bucket = new MemoryBucket();
    const key = keys.update("r", 2, 1);
    const spoil = beforeSums(2, (of) => turn(of, key, 8 * (bytesOf(of, key).length - 3)), bucket);
    await expect(played(masked(), spoil, bucket)).rejects.toMatchObject({
      name: "MaskedUpdateLost",
      message: expect.stringMatching(
        /^updates\/r\/00001\/00002\/00001\.safetensors: has digest .* resume the run/,
      ),
    });
    expect(bucket.contents.has(keys.roundUpdates("r", 2))).toBe(false);
    const resumed = await playRun(bucket, "r", { execution: "r@2" });
    const plain = await played(maskedConfig("none"));
    expect(resumed.result.federated.weightsSha256).toBe(plain.result.federated.weightsSha256);
    expect(metricsOf(bucket, 2).attempt).toBe(2);
    expect((await verifyRun(bucket, "r", here)).findings).toEqual([]);
  });

  test("of a client's boxes leaves that client out, by name, in every helper's sums", async () => {
    const bucket = new MemoryBucket();
    const play: Play = {
      interfere: async (round, client, train) => {
        const report = await train();
        if (round === 2 && client === 1) turn(bucket, keys.boxes("r", 2, 1), 1600);
        return report;
      },
    };
    await played(masked(), play, bucket);
    const { silent, updates } = metricsOf(bucket, 2);
    expect(updates.map(({ client }) => client)).toEqual([0, 2, 3]);
    expect(silent).toMatchObject([{ client: 1, error: "BoxInvalid", cause: expect.stringMatching(/boxes/) }]);
    const spared = await played(masked(), silentIn(2, 1));
    expect(metricsOf(bucket, 2).weightsSha256).toBe(spared.rounds[1]?.weightsSha256);
  });

  test("of one helper's opening leaves that helper out, by name", async () => {
    const bucket = new MemoryBucket();
    const spoil = beforeSums(2, (of) => turn(of, keys.opened("r", 2, 2), 40_000 % (8 * 900)), bucket);
    const { result } = await played(masked(), spoil, bucket);
    expect(metricsOf(bucket, 2).masks?.silent).toMatchObject([{ helper: 2, error: "ObjectInvalid" }]);
    const sound = await played(masked());
    expect(result.federated.weightsSha256).toBe(sound.result.federated.weightsSha256);
  });
});

describe("a model that was opened once", () => {
  test("is opened for the same clients again, and the late one is left out", async () => {
    const bucket = new MemoryBucket();
    // helpers commit in round 2 without client 1, and the execution ends before the round does
    const cut: Play = {
      ...silentIn(2, 1),
      ...beforeSums(2, (of) => of.contents.delete(keys.update("r", 2, 0)), bucket),
    };
    await expect(played(masked(), cut, bucket)).rejects.toMatchObject({ name: "MaskedUpdateLost" });
    await playRun(bucket, "r", { execution: "r@2" });
    const { updates, silent } = metricsOf(bucket, 2);
    expect(updates.map(({ client }) => client)).toEqual([0, 2, 3]);
    expect(silent).toMatchObject([
      { client: 1, error: "BoxInvalid", cause: expect.stringContaining("opened before") },
    ]);
  });

  test("is opened for no other set, whatever execution or run asks: a round with one client fewer ends by name", async () => {
    const { bucket } = await played(masked("federation.rounds=2"));
    const { globalSha256, clients } = openedOnce.parse(
      bucket.json(helperKeys.openedOnce(1, metricsOf(bucket, 1).weightsSha256 ?? "")),
    );
    expect(globalSha256).toBe(metricsOf(bucket, 1).weightsSha256);
    expect(clients.map(({ client }) => client)).toEqual([0, 1, 2, 3]);
    await claimFork(bucket, "f", { run: "r", round: 1 });
    await expect(playRun(bucket, "f", silentIn(2, 3))).rejects.toMatchObject({
      name: "CohortChanged",
      message: expect.stringMatching(
        /^helpers\/1\/[0-9a-f]{64}\.json: the model before round 2 was opened for round 2 of run r, .*client 3 \(train\)/,
      ),
    });
    // with all of them it goes on, and comes to the same model
    await playRun(bucket, "f", { execution: "f@2" });
    expect(metricsOf(bucket, 2, "f").weightsSha256).toBe(metricsOf(bucket, 2).weightsSha256);
  });
});

describe("too small a cohort", () => {
  test.each([
    ["clients", "federation.secureAggregation.minimumCohort=3", /over 2 clients, and .*minimumCohort is 3/],
    [
      "examples",
      "federation.secureAggregation.minimumExamplesInSum=40",
      /over \d\d examples, and .*InSum is 40/,
    ],
  ])(
    "of %s is not opened, and ends the run as a quorum that is not reached does",
    async (_, set, message) => {
      const bucket = new MemoryBucket();
      const evaluating = "dataset.heldOut=0.5";
      await expect(played(masked(set, evaluating), silentIn(2, 1, 3), bucket)).rejects.toMatchObject({
        name: "QuorumNotReached",
        message: expect.stringMatching(message),
      });
      expect(bucket.contents.has(keys.opened("r", 2, 1))).toBe(false);
      // nothing was committed to, so that the resumed run is bound to nobody
      const { result } = await playRun(bucket, "r", { execution: "r@2" });
      expect(result.federated.rounds[1]?.clients).toBe(4);
    },
  );

  test("of the quorum likewise", async () => {
    const bucket = new MemoryBucket();
    await expect(played(masked("federation.quorum=0.75"), silentIn(2, 1, 3), bucket)).rejects.toMatchObject({
      name: "QuorumNotReached",
      message: expect.stringMatching(/^round 2: 2 of 4 clients reported, the quorum is 3/),
    });
    expect(bucket.contents.has(keys.opened("r", 2, 1))).toBe(false);
  });
});

describe("a sum that cannot be", () => {
  test("or is longer than the configuration allows, ends the round by name", async () => {
    await expect(played(masked("federation.normBound.absolute=0.01"))).rejects.toMatchObject({
      name: "SumInvalid",
      message: expect.stringMatching(
        /^round 1 of run r: the mean of its updates has norm 0\.\d+, and 0\.01 is the most .*normBound\.absolute/,
      ),
    });
  });

  test("is never sent: a client whose change is too large says so by name", async () => {
    await expect(played(masked("federation.secureAggregation.largestChange=0.001"))).rejects.toMatchObject({
      name: "UpdateInvalid",
      message: expect.stringMatching(
        /its model's change has a value of .*0\.001 is the largest that is sent/,
      ),
    });
  });
});

test("nothing but digests, counts of the plan and masked integers is in what clients and helpers write", async () => {
  const { bucket } = await played(masked("federation.strategy.name=SCAFFOLD"));
  for (const [key, bytes] of bucket.contents) {
    if (!/^(updates\/|masks\/.*opened)/.test(key)) continue;
    const { metadata, tensors } = decodeSafetensors(Uint8Array.from(bytes));
    const header: unknown = JSON.parse(metadata.update ?? "");
    const schema = key.startsWith("updates/") ? maskedHeader : openingHeader;
    expect(schema.parse(header)).toEqual(header);
    expect([...tensors.keys()].every((name) => /^(masked|stream\.[123])$/.test(name))).toBe(true);
  }
});

test("a helper that is told another model than the clients have trained on opens no box of them", async () => {
  const bucket = new MemoryBucket();
  const weightsSha256 = "f".repeat(64);
  const misled: HelperReport[] = [];
  const play: Play = {
    help: async (round, helper, open, input) => {
      if (round === 2 && helper === 1) {
        const federation = { ...input.federation, weightsSha256 };
        misled.push(await openSums(bucket.objects).work({ ...input, federation }, invocation()));
      }
      return open();
    },
  };
  const { result } = await played(masked(), play, bucket);
  expect(misled).toEqual([
    {
      helper: 1,
      declined: {
        error: "QuorumNotReached",
        cause: expect.stringMatching(
          /its boxes are sealed for globalSha256 [0-9a-f]{64}, and the round.s is f{39}/,
        ),
      },
    },
  ]);
  expect(bucket.contents.has(helperKeys.openedOnce(1, weightsSha256))).toBe(false);
  const plain = await played(maskedConfig("none"));
  expect(result.federated.weightsSha256).toBe(plain.result.federated.weightsSha256);
});
