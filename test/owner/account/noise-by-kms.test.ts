import { createHash, createHmac } from "node:crypto";
import { GenerateMacCommand, KMSClient } from "@aws-sdk/client-kms";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { ownersJobRequests } from "../../../cloud/cost/owner.ts";
import { macInKms } from "../../../functions/owner/parameter-keys.ts";
import { answerJob } from "../../../owner/account/answer-job.ts";
import { updateKey } from "../../../shared/client/update-key.ts";
import type { Config } from "../../../shared/config/schema.ts";
import { keys } from "../../../shared/layout.ts";
import { nameOf } from "../../../shared/owners/agreement.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";
import { decodeTensors } from "../../../storage/decode-tensors.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { preparedRun } from "../../functions/played-run.ts";
import { trainingBundle } from "../training-bundle.ts";
import { agree, run, type WorkingOwner, workingOwners } from "../working-owners.ts";
import { inAccount, partInAccount } from "./account-homes.ts";

const noised = (config: Config): Config => ({
  ...config,
  federation: { ...config.federation, rounds: 1 },
  privacy: {
    ...{
      unit: "example",
      noise: "local",
      colluding: 1,
      clip: 1,
      epsilon: 4,
      noiseMultiplier: null,
      delta: 1e-3,
    },
    samplingRate: 0.25,
  },
});

/** What KMS is asked for, for what an owner's training draws: a digest, since of a message it takes 4096 bytes. */
const ofTraining = Buffer.concat([
  Buffer.from("fedstep/mac\n"),
  createHash("sha256").update("fedstep/training").digest(),
]);

test("noise in an account with kmsKey=true is drawn from a code that KMS has made, and from nothing else", async () => {
  /** The secret of KMS's key, as far as training goes: data are known by the same codes all the time. */
  let secret = "a";
  let [asked, codes] = [0, 0];
  const kms = mockClient(KMSClient);
  kms.on(GenerateMacCommand).callsFake(({ KeyId, Message }) => {
    const isTraining = Buffer.compare(Buffer.from(Message), ofTraining) === 0;
    if (isTraining) asked++;
    codes++;
    return {
      Mac: createHmac("sha256", `${KeyId} ${isTraining ? secret : ""}`)
        .update(Message)
        .digest(),
    };
  });
  const bundle = await trainingBundle();
  const bucket = new MemoryBucket();
  const [first, ...others] = await workingOwners();
  const own = await inAccount(first as WorkingOwner, 0, macInKms(new KMSClient({}), "the-mac-key"));
  expect((await own.account.keys.read())?.mac).toBeUndefined();
  const agreed = await agree(bucket, [own, ...others], bundle, noised);
  const { plan: seal, writer, federation } = await preparedRun(bucket, { run });
  const { round, chainSha256 } = federation;
  const job = {
    ...{ agreement: nameOf(agreed), run, plan: seal, writer, round, attempt: 1 },
    ...{ task: "train", client: 0, chainSha256 },
  };
  const plan = await bucket.objects.getRecord(keys.plan(run), planRecord);
  const key = updateKey(plan, 0, 1, 1);
  const home = new Map(own.account.bucket.contents);

  /** What the model is after its training with noise, at a home that has not trained yet. */
  async function trainedBy(now: string): Promise<unknown[]> {
    secret = now;
    own.account.bucket.contents.clear();
    for (const [name, bytes] of home) own.account.bucket.contents.set(name, bytes);
    bucket.contents.delete(key);
    await answerJob(partInAccount(bundle, bucket, own), job);
    const bytes = bucket.contents.get(key) ?? new Uint8Array();
    return [...decodeTensors(key, bytes, bytes.length).tensors.values()].map(({ data }) => data);
  }
  codes = 0;
  const noisy = await trainedBy("a");
  expect(codes).toBe(ownersJobRequests.codes);
  expect(noisy.length).toBeGreaterThan(0);
  expect(asked).toBe(1);
  expect(await trainedBy("a")).toEqual(noisy);
  expect(await trainedBy("b")).not.toEqual(noisy);
}, 120_000);
