import { beforeEach, describe, expect, test } from "vitest";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { arithmetic, version } from "../../../shared/version.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "../../functions/played-run.ts";
import { here } from "./here.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

/** A run with state of the server, of clients, and with clients that a round leaves out. */
async function finishedRun(...set: string[]) {
  await claimRun(bucket, "r", toyConfig("federation.fraction=0.67", ...set));
  return (await playRun(bucket, "r")).result;
}

function flipLastBit(key: string): void {
  const bytes = bucket.contents.get(key);
  if (!bytes) throw new Error(`there is no ${key}`);
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  bucket.contents.set(key, changed);
}

/** On purpose, and not by damage: sealed again, as only a digest in another object tells. */
async function changeJson(key: string, change: (value: Record<string, unknown>) => void): Promise<void> {
  const { seal, writer, ...value } = bucket.json(key) as Record<string, unknown>;
  change(value);
  await bucket.objects.putRecord(key, value);
}

const verified = () => verifyRun(bucket, "r", here);
const changedKeys = async () => [...new Set((await verified()).findings.map(({ key }) => key))];

describe("a run as it was written", () => {
  test.each(["FedAvg", "FedAdam", "SCAFFOLD", "Median"])(
    "verifies with %s, every round computed again",
    async (name) => {
      const { federated } = await finishedRun(`federation.strategy.name=${name}`);
      const { rounds, replayed, findings, chainSha256 } = await verified();
      expect({ rounds, replayed, findings, chainSha256 }).toEqual({
        rounds: 5,
        replayed: 5,
        findings: [],
        chainSha256: federated.chainSha256,
      });
    },
  );

  test("verifies where its best model is kept and not its last", async () => {
    const { federated } = await finishedRun("federation.rounds=30", "federation.stop.patience=2");
    expect(federated.round).toBeLessThan(federated.rounds.length);
    expect(await changedKeys()).toEqual([]);
  });

  test("verifies with the test set as its judge", async () => {
    await claimRun(bucket, "r", toyConfig("federation.evaluation=test-set"), 30);
    await playRun(bucket, "r");
    expect(await changedKeys()).toEqual([]);
  });

  test("verifies by its chain, and on the data set, once its updates have expired", async () => {
    await finishedRun();
    for (const key of bucket.contents.keys()) if (key.startsWith("updates/")) bucket.contents.delete(key);
    expect(await verifyRun(bucket, "r", { ...here, retention: 30 })).toMatchObject({
      rounds: 5,
      replayed: 0,
      findings: [],
    });
  });

  test("verifies as far as it came", async () => {
    await finishedRun();
    for (const key of [...bucket.contents.keys()]) {
      if (/^runs\/r\/(models|result|report)|0000[45]\/metrics/.test(key)) bucket.contents.delete(key);
    }
    expect(await verified()).toMatchObject({ ended: false, rounds: 3, replayed: 3, findings: [] });
  });
});

describe("an object that was changed is named", () => {
  const selected = async () => {
    const metrics = bucket.json(keys.roundMetrics("r", 2)) as { updates: { client: number }[] };
    return metrics.updates[0]?.client ?? -1;
  };

  test("an update by one bit", async () => {
    await finishedRun();
    const key = keys.update("r", 2, await selected());
    flipLastBit(key);
    expect(await changedKeys()).toEqual([key]);
  });

  test("an update replaced by a valid one of the same client", async () => {
    await finishedRun();
    const client = await selected();
    const key = keys.update("r", 2, client);
    const { metadata } = decodeSafetensors(bucket.contents.get(key) as Uint8Array);
    await claimRun(bucket, "other", toyConfig("federation.fraction=0.67", "training.learningRate=0.2"));
    await playRun(bucket, "other");
    const foreign = decodeSafetensors(bucket.contents.get(keys.update("other", 2, client)) as Uint8Array);
    const header = JSON.parse(foreign.metadata.update ?? "");
    const forged = { ...foreign.metadata, update: JSON.stringify({ ...header, run: "r" }) };
    expect(forged.update).not.toBe(metadata.update);
    bucket.contents.set(key, encodeSafetensors([...foreign.tensors.values()], forged));
    expect(await changedKeys()).toEqual([key]);
  });

  test("a global model by one bit, and with a header made to fit", async () => {
    await finishedRun();
    const key = keys.global("r", 3);
    const whole = bucket.contents.get(key) as Uint8Array;
    flipLastBit(key);
    expect(await changedKeys()).toContain(key);
    // the model of another round under this one's name
    const other = decodeSafetensors(bucket.contents.get(keys.global("r", 2)) as Uint8Array);
    const metadata = { ...other.metadata, round: "3" };
    bucket.contents.set(key, encodeSafetensors([...other.tensors.values()], metadata));
    expect(await changedKeys()).toContain(key);
    bucket.contents.set(key, whole);
    expect(await changedKeys()).toEqual([]);
  });

  test("the server's state", async () => {
    await finishedRun("federation.strategy.name=FedAdam");
    const key = keys.roundState("r", 2);
    flipLastBit(key);
    expect(await changedKeys()).toContain(key);
  });

  test("an accuracy made better", async () => {
    await finishedRun();
    const key = keys.roundMetrics("r", 3);
    await changeJson(key, ({ evaluated }) => Object.assign(evaluated as object, { accuracy: 1 }));
    expect(await changedKeys()).toEqual([key]);
  });

  test("the result's accuracy", async () => {
    await finishedRun();
    await changeJson(keys.result("r"), ({ federated }) =>
      Object.assign(federated as object, { accuracy: 1 }),
    );
    expect(await changedKeys()).toEqual([keys.result("r")]);
  });

  test.each([
    ["whose model it is", { round: 3 }],
    ["which model that is", { weightsSha256: "0".repeat(64) }],
    ["the chain that it is proven by", { chainSha256: "0".repeat(64) }],
    ["how its rounds did", { rounds: [] }],
  ])("the result as to %s", async (_, change) => {
    await finishedRun();
    await changeJson(keys.result("r"), ({ federated }) => Object.assign(federated as object, change));
    expect(await changedKeys()).toEqual([keys.result("r")]);
  });

  test("the plan", async () => {
    await finishedRun();
    await changeJson(keys.plan("r"), ({ config }) =>
      Object.assign((config as { training: object }).training, { learningRate: 0.5 }),
    );
    expect(await changedKeys()).toContain(keys.plan("r"));
  });

  test("the start", async () => {
    await finishedRun();
    flipLastBit(keys.global("r", 0));
    expect(await changedKeys()).toContain(keys.global("r", 0));
  });

  test("the baseline's final model", async () => {
    await finishedRun();
    const key = keys.baselineCheckpoint("r", 4);
    const { tensors, metadata } = decodeSafetensors(bucket.contents.get(key) as Uint8Array);
    const [weights] = tensors.values();
    (weights?.data as Float32Array)[0] = 7;
    bucket.contents.set(key, encodeSafetensors([...tensors.values()], metadata));
    // the report's form carries that model, so that the page that is made of it again is another one
    expect(await changedKeys()).toEqual([key, keys.report("r")]);
  });
});

test("there is nothing to verify of a run that there is not", async () => {
  await expect(verifyRun(bucket, "none", here)).rejects.toMatchObject({ name: "RunMissing" });
});

test.each([
  ["0.1.9", "take fedstep 0.1.9 for it"],
  // which a person has already
  [
    version,
    `take the sources of fedstep ${version} whose shared/version.ts says format 1 and arithmetic ${arithmetic} for it`,
  ],
])("a run whose records have other fields is read, and refused by what wrote it: %s", async (by, take) => {
  await finishedRun();
  const key = keys.config("r");
  const { seal, ...content } = bucket.json(key) as { seal: string; writer: object };
  const older = { ...content, writer: { version: by, format: 1, arithmetic } };
  const bytes = new TextEncoder().encode(`${key}\n${JSON.stringify(older)}`);
  bucket.contents.set(key, Buffer.from(JSON.stringify({ ...older, seal: await sha256Hex(bytes) })));
  await expect(verified()).rejects.toMatchObject({
    name: "RecordsUnknown",
    message: expect.stringMatching(`^fedstep ${by} \\(format 1, .*; ${take}$`),
  });
});
