import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resumedState } from "../../../cli/run/resumed-state.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { keys } from "../../../shared/layout.ts";
import { initialParameters } from "../../../shared/model/parameters.ts";
import { startLink } from "../../../shared/workflow/chain.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";
import { thisWriter } from "../../../shared/workflow/writer.ts";
import { writeGlobal } from "../../../storage/model-objects.ts";
import { sealRecord } from "../../../storage/sealed-records.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimRun, continueRun, preparedRun, toyConfig } from "../../functions/played-run.ts";

const key = keys.plan("r");
let whole: ReadonlyMap<string, Uint8Array>;
let bucket: MemoryBucket;

async function resumed() {
  const going = await resumedState(bucket.objects, defaultDeployment, "r", 2);
  if (!going) throw new Error("the run has no start");
  return going.state;
}

/** A run whose plan an older version has written, up to its end. */
beforeAll(async () => {
  bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("federation.strategy.name=FedAvgM", "baseline.epochs=2"));
  await preparedRun(bucket, { run: "r" });
  const { writer: _, seal: __, ...record } = bucket.json(key) as Record<string, unknown>;
  const { text, seal } = await sealRecord(key, record, undefined, { ...thisWriter, format: 3 });
  bucket.contents.set(key, Buffer.from(text));
  bucket.contents.delete(keys.global("r", 0));
  const plan = planRecord.parse(record);
  await writeGlobal(
    bucket.objects,
    plan,
    0,
    initialParameters(plan.model, plan.config.seed),
    startLink(plan, seal),
  );
  await continueRun(bucket, await resumed());
  whole = new Map(bucket.contents);
});

/** The run, cut off in its third round and in the baseline's last epoch. */
beforeEach(() => {
  bucket = new MemoryBucket();
  const later =
    /rounds\/0000[345]|global\/0000[345]|result|report|expenses|models|baseline\/\w+\/00002|clients/;
  for (const [one, bytes] of whole) if (!later.test(one)) bucket.contents.set(one, bytes);
});

const stands = (key: string) => bucket.contents.set(key, whole.get(key) ?? new Uint8Array());

describe("a run of an older format that was cut off", () => {
  test("between two rounds goes on", async () => {
    const { federation, baseline } = await resumed();
    expect(federation).toMatchObject({ round: 3, execution: { number: 2 } });
    expect(baseline).toMatchObject({ epoch: 0, done: false });
    const { result } = await continueRun(bucket, await resumed());
    expect(result.federated.rounds).toHaveLength(4);
  });

  const record = keys.baselineEpoch("r", 2);
  test.each<[string, string[], () => unknown]>([
    ["state", [keys.roundState("r", 3)], () => stands(keys.roundState("r", 3))],
    [
      "state and model",
      [keys.global("r", 3), keys.roundState("r", 3)],
      () => [keys.global("r", 3), keys.roundState("r", 3)].map(stands),
    ],
    [
      "an epoch that says how the clients fare",
      [record],
      async () => {
        stands(record);
        const { writer: _, seal: __, ...said } = bucket.json(record) as Record<string, unknown>;
        await bucket.objects.putRecord(record, { ...said, clients: [] });
      },
    ],
    ["a report", [keys.report("r")], () => stands(keys.report("r"))],
  ])("after %s is refused by what to have removed, and goes on without", async (_what, left, leave) => {
    await leave();
    await expect(resumed()).rejects.toMatchObject({
      name: "RecordsUnknown",
      message: expect.stringMatching(
        `\\(format 3, .* had written ${left.join(" and ")}, and .* removed and resume run r, .*says format 3 `,
      ),
    });
    for (const one of left) bucket.contents.delete(one);
    const { result } = await continueRun(bucket, await resumed());
    expect(result.federated.rounds).toHaveLength(4);
  });

  test("and resumed once is no older one in the rounds that it has begun since", async () => {
    for (const one of [keys.roundUpdates, keys.global, keys.roundState]) stands(one("r", 3));
    await continueRun(bucket, await resumed());
    expect(bucket.contents.get(keys.global("r", 3))).toEqual(whole.get(keys.global("r", 3)));
  });
});
