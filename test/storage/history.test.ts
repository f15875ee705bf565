import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { findLastEpoch, withClients } from "../../storage/baseline-objects.ts";
import { chainedEpochs, chainedRounds } from "../../storage/chained-records.ts";
import { readCheckpoint } from "../../storage/checkpoint-objects.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { Plans } from "../../storage/plans.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "../functions/played-run.ts";

const bucket = new MemoryBucket();
const { objects } = bucket;
let whole: ReadonlyMap<string, Uint8Array>;
let plan: Plan;
let seal: string;
beforeAll(async () => {
  const short = ["federation.rounds=2", "baseline.epochs=2"];
  await claimRun(bucket, "r", toyConfig(...short));
  await playRun(bucket, "r");
  whole = new Map(bucket.contents);
  ({ record: plan, seal } = await objects.getSealed(keys.plan("r"), planRecord));
});
beforeEach(() => {
  for (const [key, bytes] of whole) bucket.contents.set(key, bytes);
});

/** Writes a record again with another value in it, sealed as by somebody who knows how. */
async function rewrite(key: string, field: string, value: unknown): Promise<void> {
  const { seal: _, writer, ...record } = bucket.json(key) as Record<string, unknown>;
  await objects.putRecord(key, { ...record, [field]: value });
}

const refused = (key: string, why: RegExp) => ({
  name: "ObjectInvalid",
  message: expect.stringMatching(new RegExp(`^${key}: ${why.source}`)),
});
const elsewhere = "0".repeat(64);

describe("what is whole in itself, and not of the history that its reader knows, is refused:", () => {
  test("a plan that the execution was not started with", async () => {
    await expect(new Plans(objects).of("r", seal)).resolves.toEqual(plan);
    await rewrite(keys.plan("r"), "clients", [...plan.clients].reverse());
    await expect(new Plans(objects).of("r", seal)).rejects.toMatchObject(
      refused(keys.plan("r"), /its seal is \w+, and the run was started with/),
    );
  });

  test("a global model after another chain", async () => {
    const { chainSha256 } = await readLinkedGlobal(objects, plan, 2);
    await expect(readLinkedGlobal(objects, plan, 2, chainSha256)).resolves.toMatchObject({ chainSha256 });
    await expect(readLinkedGlobal(objects, plan, 2, elsewhere)).rejects.toMatchObject(
      refused(keys.global("r", 2), /its chain is \w+, and the run goes on from 0{64}/),
    );
  });

  test("a checkpoint after another chain", async () => {
    const { chainSha256 } = await readCheckpoint(objects, plan, 2);
    await expect(readCheckpoint(objects, plan, 2, chainSha256)).resolves.toMatchObject({ chainSha256 });
    await expect(readCheckpoint(objects, plan, 2, elsewhere)).rejects.toMatchObject(
      refused(keys.baselineCheckpoint("r", 2), /its chain is \w+, and the run goes on from 0{64}/),
    );
  });

  test("a round's metrics that do not follow from those before", async () => {
    const { records } = await chainedRounds(objects, plan, seal);
    expect(records).toHaveLength(3);
    await rewrite(keys.roundMetrics("r", 2), "silent", [{ client: 9, task: "train", error: "E", cause: "" }]);
    await expect(chainedRounds(objects, plan, seal)).rejects.toMatchObject(
      refused(keys.roundMetrics("r", 2), /its chain is \w+, and what it says makes/),
    );
  });

  test("an epoch's record that does not follow from those before", async () => {
    const { records } = await chainedEpochs(objects, plan, seal);
    expect(records).toHaveLength(2);
    await rewrite(keys.baselineEpoch("r", 1), "loss", 0.001);
    await expect(chainedEpochs(objects, plan, seal)).rejects.toMatchObject(
      refused(keys.baselineEpoch("r", 1), /its chain is \w+, and what it says makes/),
    );
  });

  test("how the clients fare with another model than the baseline ended with", async () => {
    const { records } = await chainedEpochs(objects, plan, seal);
    const told = (await findLastEpoch(objects, plan))?.seal;
    const epochs = await withClients(objects, plan, records, told);
    expect(epochs.at(-1)?.clients).toHaveLength(3);
    await expect(withClients(objects, plan, records.slice(0, 1), told)).rejects.toMatchObject(
      refused(keys.baselineClients("r"), /is of epoch 2, and the last one is 1$/),
    );
    await rewrite(keys.baselineClients("r"), "clients", []);
    await expect(withClients(objects, plan, records, told)).rejects.toMatchObject(
      refused(keys.baselineClients("r"), /its seal is \w+, and the run goes on from/),
    );
  });
});
