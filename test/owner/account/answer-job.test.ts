import { beforeAll, describe, expect, test } from "vitest";
import { heardOf } from "../../../cli/run/heard-owners.ts";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { ownersJobRequests } from "../../../cloud/cost/owner.ts";
import { trainHandler } from "../../../functions/owner/train.ts";
import { answerJob, type InAccount } from "../../../owner/account/answer-job.ts";
import { openHome } from "../../../owner/home.ts";
import type { Bundle } from "../../../owner/train.ts";
import { updateKey } from "../../../shared/client/update-key.ts";
import type { Config } from "../../../shared/config/schema.ts";
import { keys } from "../../../shared/layout.ts";
import { type Agreement, nameOf } from "../../../shared/owners/agreement.ts";
import type { OwnersJob } from "../../../shared/owners/job.ts";
import { brokenAt, sentOf, signedOf } from "../../../shared/owners/log-entry.ts";
import { strategySettings } from "../../../shared/strategy/strategies.ts";
import { clientReport } from "../../../shared/workflow/payloads.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";
import { runRecord } from "../../../shared/workflow/run-record.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { readBySchema } from "../../../tables/read-by-schema.ts";
import { here } from "../../cli/verify/here.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { simulatedWeights } from "../../functions/owners.ts";
import { playRun, preparedRun } from "../../functions/played-run.ts";
import { trainingBundle } from "../training-bundle.ts";
import { agree, doingOf, run, type WorkingOwner, work, workingOwners } from "../working-owners.ts";
import { type InItsAccount, inAccount, OwnersAccount, partInAccount } from "./account-homes.ts";

let bundle: Bundle;

beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const shortly =
  (name = "FedAvg") =>
  (config: Config): Config => ({
    ...config,
    federation: { ...config.federation, rounds: 2, strategy: strategySettings.parse({ name }) },
  });

/** The first owner is in an account of its own, and the others ask for their jobs. */
async function mixed(name?: string) {
  const bucket = new MemoryBucket();
  const [first, ...others] = await workingOwners();
  const own = await inAccount(first as WorkingOwner, 0);
  const owners = [own, ...others];
  const agreed = await agree(bucket, owners, bundle, shortly(name));
  return { bucket, own, owners, agreed };
}

const partOf = (bucket: MemoryBucket, owner: InItsAccount, more: Partial<InAccount> = {}) =>
  partInAccount(bundle, bucket, owner, more);

/** The job of the first round, as the state machine's payload has it. */
async function firstJob(bucket: MemoryBucket, agreed: Agreement): Promise<OwnersJob> {
  const { plan, writer, federation } = await preparedRun(bucket, { run });
  const { round, chainSha256 } = federation;
  return {
    agreement: nameOf(agreed),
    run,
    plan,
    writer,
    round,
    attempt: 1,
    task: "train",
    client: 0,
    chainSha256,
  };
}

describe("an owner in an account of its own", () => {
  test.each(["FedAvg", "SCAFFOLD"])(
    "comes with those who ask for their jobs to the weights of the simulated run, to the bit: %s",
    async (name) => {
      const { bucket, own, owners, agreed } = await mixed(name);
      const { result } = await playRun(bucket, run, {
        interfere: async (_round, client, _train, input) => {
          const owner = owners[client] as WorkingOwner;
          if (client === 0)
            return clientReport.parse(
              await answerJob(partOf(bucket, own), { agreement: nameOf(agreed), ...input }),
            );
          const { done: _, ...report } = await work(
            bucket,
            owner,
            doingOf(bucket, agreed, owner, bundle, input),
          );
          return report;
        },
      });
      const read = owners.map(async ({ data }) =>
        readBySchema(await readNamed(data, "--data"), agreed.schema),
      );
      expect(result.federated.weightsSha256).toBe(await simulatedWeights(agreed, await Promise.all(read)));
      // what its account may write beside, and nobody has asked for
      const [number, beside] = ["111122223000", Uint8Array.of(1)];
      const strays = [`${number}/x`, `00001/00001/${number}/00001.safetensors`].map(
        (end) => `updates/${run}/${end}`,
      );
      for (const key of strays) bucket.contents.set(key, beside);
      const { findings, replayed, unchecked } = await verifyRun(bucket, run, here);
      expect({ findings, replayed }).toEqual({ findings: [], replayed: 3 });
      expect(unchecked.map(({ why }) => why)).toContainEqual(
        expect.stringContaining(`the owner's account ${number} wrote it, and 1 more, without being asked`),
      );
      bucket.contents.set(`updates/${run}/111122223999/x`, beside);
      expect((await verifyRun(bucket, run, here)).findings).toMatchObject([
        { problem: "is no object of the run" },
      ]);
      const { log } = await own.account.open();
      expect(brokenAt(log.entries)).toBeUndefined();
      expect(sentOf(log.entries).map(({ round, receipt }) => [round, receipt])).toEqual([
        [1, "answer"],
        [2, "answer"],
        [3, "answer"],
      ]);
      const { object } = sentOf(log.entries)[0] ?? {};
      expect(object).toBe(`updates/${run}/111122223000/00001/00001/00000.safetensors`);
      const said = [...bucket.contents.values()]
        .map((bytes) => Buffer.from(bytes).toString("latin1"))
        .join("\n");
      expect(said).not.toContain("secret-");
    },
  );

  test("asked again, or twice at once, sends the same bytes once and signs them once", async () => {
    const { bucket, own, agreed } = await mixed();
    const job = await firstJob(bucket, agreed);
    const [one, other] = await Promise.all([
      answerJob(partOf(bucket, own, { storage: own.account.storage("a") }), job),
      answerJob(partOf(bucket, own, { storage: own.account.storage("b") }), job),
    ]);
    const third = await answerJob(partOf(bucket, own), job);
    const digests = [one, other, third].map((report) => "sha256" in report && report.sha256);
    expect(new Set(digests).size).toBe(1);
    const { entries } = (await own.account.open()).log;
    expect([signedOf(entries).length, sentOf(entries).length]).toEqual([1, 1]);
    expect(brokenAt(entries)).toBeUndefined();
    expect([...own.account.bucket.contents.keys()].filter((key) => key.includes("/sending/"))).toEqual([]);
  });

  test("asks for a job of its own bucket as much as its cost is reckoned with", async () => {
    const { bucket, own, agreed } = await mixed();
    const job = await firstJob(bucket, agreed);
    own.account.bucket.mock.resetHistory();
    await answerJob(partOf(bucket, own), job);
    const commands = own.account.bucket.mock.calls().map(({ args: [command] }) => command.constructor.name);
    const count = (...names: string[]) => commands.filter((name) => names.includes(name)).length;
    // its table is a file here, and an object there
    expect(count("GetObjectCommand", "HeadObjectCommand") + 1).toBe(ownersJobRequests.reads);
    expect(count("PutObjectCommand", "ListObjectsV2Command")).toBe(ownersJobRequests.writes);
    expect(count("DeleteObjectCommand")).toBe(1);
  });

  test("sends nothing once it has paused, and the home says so", async () => {
    const { bucket, own, agreed } = await mixed();
    await own.home.log.append({ event: "paused" }, new Date());
    await expect(answerJob(partOf(bucket, own), await firstJob(bucket, agreed))).rejects.toMatchObject({
      refusal: "OwnerPaused",
    });
    expect([...bucket.contents.keys()].some((key) => key.startsWith("updates/"))).toBe(false);
    expect((await own.account.open()).log.entries.at(-1)).toMatchObject({
      event: "refused",
      refusal: "OwnerPaused",
    });
  });

  test("waits for a person where its policy asks, and says so in the log", async () => {
    const { bucket, own, agreed } = await mixed();
    const policy = JSON.parse(own.account.text("policy.json"));
    own.account.bucket.contents.set(
      "home/policy.json",
      new TextEncoder().encode(JSON.stringify({ ...policy, ask: true })),
    );
    const job = await firstJob(bucket, agreed);
    await expect(answerJob(partOf(bucket, own), job)).rejects.toMatchObject({ refusal: "NotApproved" });
    const { log, storage } = await own.account.open();
    expect(log.entries.at(-1)).toMatchObject({ event: "waits", run });
    await log.append({ event: "allowed", agreement: nameOf(agreed), run, plan: job.plan }, new Date());
    await expect(answerJob(partOf(bucket, own, { storage }), job)).resolves.toMatchObject({ client: 0 });
  });

  test.each<[string, (job: OwnersJob) => unknown, string]>([
    [
      "another federation",
      (job) => ({ ...job, agreement: { ...job.agreement, federation: "banks" } }),
      "FederationUnknown",
    ],
    ["a round that no run has", (job) => ({ ...job, round: 4 }), "RoundsExceeded"],
    ["another run", (job) => ({ ...job, run: "banks.first" }), "PlanDiffers"],
    ["a run without a plan", (job) => ({ ...job, run: "clinics.second" }), "PlanDiffers"],
    ["another client's part", (job) => ({ ...job, client: 1 }), "PlanDiffers"],
    ["no job", () => ({ bucket: "elsewhere" }), "PlanDiffers"],
    ["a job and more", (job) => ({ ...job, key: "updates/elsewhere" }), "PlanDiffers"],
    [
      "another version",
      (job) => ({ ...job, agreement: { ...job.agreement, version: 2 } }),
      "AgreementUnsigned",
    ],
  ])("refuses %s by name", async (_, change, refusal) => {
    const { bucket, own, agreed } = await mixed();
    const job = change(await firstJob(bucket, agreed));
    await expect(answerJob(partOf(bucket, own), job)).rejects.toMatchObject({ refusal });
    expect([...bucket.contents.keys()].some((key) => key.startsWith("updates/"))).toBe(false);
  });

  test.each([
    ["partition", keys.partition(run)],
    ["model", keys.global(run, 0)],
    ["state, of which there should be none,", keys.roundState(run, 0)],
  ])("refuses a %s larger than what was agreed upon makes it, and its log says so", async (_, key) => {
    const { bucket, own, agreed } = await mixed();
    const job = await firstJob(bucket, agreed);
    bucket.contents.set(key, new Uint8Array(2 ** 25));
    await expect(answerJob(partOf(bucket, own), job)).rejects.toMatchObject({ refusal: "PlanDiffers" });
    expect((await own.account.open()).log.entries.at(-1)).toMatchObject({
      event: "refused",
      about: expect.stringContaining(`${key}: has ${2 ** 25} bytes`),
    });
  });

  test("does nothing under an agreement that has it elsewhere", async () => {
    const { own, owners } = await mixed();
    const moved = { ...own, home: { ...own.home, storage: own.account.storage() } };
    const { agreed } = await mixed();
    expect(agreed.members[0]?.account).toEqual({ account: "111122223000", stack: "fedstep-owner" });
    const elsewhere = await agree(new MemoryBucket(), [moved, ...owners.slice(1)], bundle, shortly(), {
      members: agreed.members,
    }).catch((error: unknown) => error);
    expect(elsewhere).toMatchObject({ name: "AgreementInvalid" });
  });
});

describe("the function that trains", () => {
  const context = {
    invokedFunctionArn: "arn:aws:lambda:us-east-1:111122223000:function:fedstep-owner-Train",
    awsRequestId: "one",
    getRemainingTimeInMillis: () => 100_000,
  };

  test.each<[string, Error, string]>([
    ["a fault of its home", Object.assign(new Error("row 7: HN-4711"), { name: "LogBroken" }), "OwnerFailed"],
    [
      "a fault of S3 that passes",
      Object.assign(new Error("bucket of mine"), { name: "StorageUnavailable" }),
      "StorageUnavailable",
    ],
  ])("tells of %s a name, and not a word", async (_, thrown, name) => {
    const told: unknown[] = [];
    const place = {
      environment: { federation: "clinics" },
      home: () => {
        throw thrown;
      },
    } as unknown as Parameters<typeof trainHandler>[0]["place"];
    const handler = trainHandler({
      place,
      bundle: async () => bundle,
      memoryMb: 1769,
      tell: (...all) => told.push(all),
    });
    const error = await handler({}, context).catch((one: unknown) => one as Error);
    expect(error).toMatchObject({ name, message: "", stack: name });
    expect(JSON.stringify(told)).toContain(thrown.message);
  });

  test("writes a line of some length in its log group, whatever the payload is", async () => {
    const told: unknown[] = [];
    const place = {
      environment: { federation: "clinics" },
      home: () => new OwnersAccount().storage(),
    } as unknown as Parameters<typeof trainHandler>[0]["place"];
    const handler = trainHandler({
      place,
      bundle: async () => bundle,
      memoryMb: 1769,
      tell: (...all) => told.push(all),
    });
    const asked = handler({ ["k".repeat(1_000_000)]: 1 }, context);
    await expect(asked).rejects.toMatchObject({ name: "PlanDiffers", message: "" });
    const line = JSON.stringify(told);
    expect(line).toContain("the payload is no job");
    expect(line.length).toBeLessThan(2000);
  });
});

test("a plan says where the owner is, and its update's key follows", async () => {
  const { bucket } = await mixed();
  await preparedRun(bucket, { run });
  const plan = await bucket.objects.getRecord(keys.plan(run), planRecord);
  expect(plan.clients[0]?.place).toMatchObject({
    kind: "account",
    account: "111122223000",
    stack: "fedstep-owner",
  });
  expect(updateKey(plan, 0, 1, 1)).toContain("/111122223000/");
  expect(updateKey(plan, 1, 1, 1)).toBe(keys.update(run, 1, 1, 1));
});

test("no account's object says of another owner that its update is there", async () => {
  const { bucket } = await mixed();
  await preparedRun(bucket, { run });
  const { record } = await bucket.objects.getSealed(keys.config(run), runRecord);
  const [own, other] = record.dataset.owners ?? [];
  bucket.contents.set(keys.update(run, 1, 1, 1, "111122223000"), Uint8Array.of(1));
  expect(await heardOf(bucket.objects, record, 1)).toMatchObject({
    sent: [],
    awaited: expect.arrayContaining([other]),
  });
  bucket.contents.set(keys.update(run, 1, 0, 1, "111122223000"), Uint8Array.of(1));
  expect((await heardOf(bucket.objects, record, 1))?.sent).toEqual([own]);
});

test("a home in a bucket opens as any home does", async () => {
  const { own } = await mixed();
  expect((await openHome(own.account.storage())).owner).toEqual(own.home.owner);
});
