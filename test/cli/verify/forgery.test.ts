import { beforeEach, describe, expect, test } from "vitest";
import { resumedState } from "../../../cli/run/resumed-state.ts";
import { type Surroundings, type VerifyOptions, verifyRun } from "../../../cli/verify/verify-run.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { keys } from "../../../shared/layout.ts";
import { chainAfter, epochLink, roundLink } from "../../../shared/workflow/chain.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";
import { baselineEpoch, roundMetrics } from "../../../shared/workflow/round-records.ts";
import { readCheckpoint, writeCheckpoint } from "../../../storage/checkpoint-objects.ts";
import { forge } from "../../functions/forged-update.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimFork, claimRun, continueRun, playRun, toyConfig } from "../../functions/played-run.ts";
import { editRecord } from "./edit-record.ts";
import { here } from "./here.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

const written = new Date("2026-03-01T00:00:00Z");
/** So many days after the run. */
const later = (days: number): VerifyOptions => ({ now: new Date(written.getTime() + days * 86_400_000) });
const expiring: Surroundings = { ...here, retention: 30 };

async function finishedRun(...set: string[]): Promise<void> {
  await claimRun(bucket, "r", toyConfig(...set));
  await playRun(bucket, "r");
  for (const key of bucket.contents.keys()) bucket.modified.set(key, written);
}

const edit = <T extends object>(key: string, change: (record: T) => void) => editRecord(bucket, key, change);
const remove = (pattern: RegExp) => {
  for (const key of [...bucket.contents.keys()]) if (pattern.test(key)) bucket.contents.delete(key);
};
const findings = async (surroundings = here, options: VerifyOptions = {}) =>
  (await verifyRun(bucket, "r", surroundings, options)).findings.map(({ key }) => key);

/** A better accuracy, in the round that found it and in the result. */
async function praise(round: number): Promise<void> {
  await edit<{ evaluated: object }>(keys.roundMetrics("r", round), ({ evaluated }) =>
    Object.assign(evaluated, { accuracy: 0.999 }),
  );
  await edit<{ federated: { accuracy: number; rounds: object[] } }>(keys.result("r"), ({ federated }) => {
    federated.accuracy = 0.999;
    Object.assign(federated.rounds[round - 2] ?? {}, { accuracy: 0.999 });
  });
}

describe("an accuracy that somebody wrote in two records, with an update taken away so that nothing contradicts", () => {
  test("is found where nothing expires: the update is missing", async () => {
    await finishedRun();
    const update = keys.update("r", 5, 1);
    bucket.contents.delete(update);
    await praise(5);
    expect(await findings()).toEqual(
      expect.arrayContaining([update, keys.roundMetrics("r", 5), keys.result("r")]),
    );
  });

  test("is found where all have expired: the model has another on the data set's examples", async () => {
    await finishedRun();
    remove(/^updates\//);
    await praise(5);
    const found = await findings(expiring, later(40));
    expect(found).toEqual(expect.arrayContaining([keys.roundMetrics("r", 5), keys.result("r")]));
    expect(found.filter((key) => key.startsWith("updates/"))).toEqual([]);
  });

  test("and nobody brings back what has expired by writing another one of an early round", async () => {
    await finishedRun();
    remove(/^(updates|clients)\//);
    const late = "updates/r/111122223333/00001/00001/00000.safetensors";
    bucket.contents.set(late, Uint8Array.of(1));
    bucket.modified.set(late, later(39).now as Date);
    expect(await findings(expiring, later(40))).toEqual([late]);
  });

  test("is found likewise where the chain was made to fit", async () => {
    await finishedRun();
    remove(/^updates\//);
    await praise(5);
    const key = keys.roundMetrics("r", 5);
    const [before, last] = await Promise.all(
      [keys.roundMetrics("r", 4), key].map((one) => bucket.objects.getSealed(one, roundMetrics)),
    );
    if (!before || !last) throw new Error("there are two");
    const chainSha256 = chainAfter(roundLink(before.record.chainSha256, last.record, last.raw));
    await edit<{ chainSha256: string }>(key, (record) => Object.assign(record, { chainSha256 }));
    await edit<{ federated: object }>(keys.result("r"), ({ federated }) =>
      Object.assign(federated, { chainSha256 }),
    );
    expect(await findings(expiring, later(40))).toContain(key);
  });

  test("is found by the chain where the data set is gone too", async () => {
    await finishedRun();
    remove(/^(updates|datasets)\//);
    await praise(5);
    expect(await findings(expiring, later(40))).toContain(keys.roundMetrics("r", 5));
  });
});

describe("an update that is not there", () => {
  test.each([
    ["may have expired with all before it", /^updates\/r\/00001\/0000[123]/, 40, []],
    ["has not, where others of its round are there", /^updates\/r\/00001\/(00001|00002\/00001)/, 40, ["2/1"]],
    [
      "has not, where a round before has all of its own",
      /^updates\/r\/00001\/00003/,
      40,
      ["3/0", "3/1", "3/2"],
    ],
    ["has not, before its time", /^updates\/r\/00001\/00001/, 29, ["1/0", "1/1", "1/2"]],
  ])("%s", async (_, gone, days, missing) => {
    await finishedRun();
    remove(gone);
    const expected = missing.map((one) => {
      const [round, client] = one.split("/").map(Number);
      return keys.update("r", round ?? 0, client ?? 0);
    });
    expect(await findings(expiring, later(days))).toEqual(expected);
  });

  test("was removed by the run's study, once the run has ended", async () => {
    await claimRun(bucket, "r", toyConfig());
    await edit<{ dropsUpdates?: true }>(keys.config("r"), (record) => {
      record.dropsUpdates = true;
    });
    await playRun(bucket, "r");
    remove(/^updates\//);
    expect(await findings()).toEqual([]);
    remove(/^runs\/r\/(result|report|models)/);
    expect(await findings()).toContain(keys.update("r", 1, 0));
  });
});

test("a training loss of an expired round that somebody wrote is found by the chain", async () => {
  await finishedRun();
  remove(/^updates\//);
  await edit<{ clients: object[] }>(keys.roundMetrics("r", 2), ({ clients }) =>
    Object.assign(clients[0] ?? {}, { trainingLoss: 0.001 }),
  );
  expect(await findings(expiring, later(40))).toContain(keys.roundMetrics("r", 2));
});

test("a baseline that was not trained is found by training it again, where the rest agrees", async () => {
  await finishedRun();
  const { objects } = bucket;
  const { record: plan, seal } = await objects.getSealed(keys.plan("r"), planRecord);
  remove(/^runs\/r\/(result|report|models)/);
  await edit<{ trainingLoss: number }>(keys.baselineEpoch("r", 3), (record) => {
    record.trainingLoss /= 2;
  });
  // every digest after it is made to fit, and FinishRun writes result and report from that
  let { chainSha256: before } = await readCheckpoint(objects, plan, 0);
  for (const epoch of [1, 2, 3, 4]) {
    const key = keys.baselineEpoch("r", epoch);
    const { record, raw } = await objects.getSealed(key, baselineEpoch);
    const link = epochLink(before, record, raw);
    const last = epoch === 4 && (await readCheckpoint(objects, plan, epoch));
    await edit<{ chainSha256: string }>(key, (one) => {
      one.chainSha256 = before = chainAfter(link);
    });
    if (!last) continue;
    remove(/checkpoints\/00004/);
    await writeCheckpoint(objects, plan, last, link);
  }
  const resumed = await resumedState(objects, defaultDeployment, "r", 2);
  expect(resumed?.state.plan).toBe(seal);
  if (resumed) await continueRun(bucket, resumed.state);
  expect(await findings()).toEqual([]);
  expect(await findings(here, { baseline: true })).toContain(keys.baselineEpoch("r", 3));
});

describe("a client whom the norm bound alone left out", () => {
  const stretched = async () => {
    await claimRun(
      bucket,
      "r",
      toyConfig("federation.quorum=0.6", "federation.normBound.absolute=20", "baseline.enabled=false"),
    );
    await playRun(bucket, "r", {
      interfere: async (round, client, train) => {
        const report = await train();
        if (round !== 2 || client !== 1) return report;
        await forge(bucket, { run: "r", round, client }, ({ parameters }) => {
          parameters.set(parameters.map((value) => value + 10));
          return undefined;
        });
        return report;
      },
    });
  };

  test("was rightly silent", async () => {
    await stretched();
    expect(await findings()).toEqual([]);
  });

  test("was wrongly so where its update is within the bound", async () => {
    await stretched();
    await forge(bucket, { run: "r", round: 2, client: 1 }, ({ parameters }) => {
      parameters.set(parameters.map((value) => value - 10));
      return undefined;
    });
    expect(await findings()).toContain(keys.update("r", 2, 1));
  });
});

describe("what is remembered of the execution", () => {
  const remembered = (status: string | undefined): Surroundings => ({
    ...here,
    executionOf: async () => ({ status, chainSha256: undefined }),
  });

  test.each([
    ["SUCCEEDED", true],
    [undefined, true],
    ["RUNNING", false],
    ["FAILED", false],
  ])("%s: whether a result that is gone is a finding", async (status, missed) => {
    await finishedRun();
    remove(/^runs\/r\/(result|report|models)/);
    const { findings, ...told } = await verifyRun(bucket, "r", remembered(status));
    expect(findings.some(({ key }) => key === keys.result("r"))).toBe(missed);
    expect(told.status).toBe(status ?? null);
    expect(told.ended).toBe(status === "SUCCEEDED");
  });
});

describe("a run that goes on from one that is gone", () => {
  const forked = async () => {
    await claimRun(bucket, "before", toyConfig());
    await playRun(bucket, "before");
    await claimFork(bucket, "r", { run: "before", round: 2 });
    await playRun(bucket, "r");
    remove(/^(runs|updates)\/before/);
  };

  test("verifies, and says what nothing tells any more", async () => {
    await forked();
    const { findings, unchecked } = await verifyRun(bucket, "r", here);
    expect(findings).toEqual([]);
    expect(unchecked.map(({ why }) => why)).toContain(
      "nothing but the plan tells what was taken over from before, which is gone",
    );
  });

  test("does not with a round of that one changed", async () => {
    await forked();
    await edit<{ evaluated: object }>(keys.roundMetrics("r", 1), ({ evaluated }) =>
      Object.assign(evaluated, { accuracy: 0.999 }),
    );
    expect(await findings()).not.toEqual([]);
  });
});
