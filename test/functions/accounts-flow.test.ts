import { beforeEach, describe, expect, test } from "vitest";
import { updateKey } from "../../shared/client/update-key.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";
import { refusals } from "../../shared/owners/refusals.ts";
import { whySilent } from "../../shared/owners/silent-causes.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { outcomeRecord } from "../../shared/workflow/result-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { type Executed, failing } from "../local/stepfunctions/toy-machine.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { type FlowRun, runFlow } from "./flow-run.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimOwnersRun, simulatedWeights, type TestOwner, testOwners, workOf } from "./owners.ts";

const run = "clinics.first";
/** Who are in accounts of their own; owner 2 asks at the door. */
const accounts = ["111122223333", "222233334444"] as const;
const shy = 1;
const secret = "row 7: Kim, 41, positive";
let bucket: MemoryBucket;
let owners: TestOwner[];
let agreed: Agreement;

beforeEach(async () => {
  bucket = new MemoryBucket();
  owners = await testOwners();
});

const claim = async (federation: Partial<Agreement["config"]["federation"]> = {}) => {
  const { config, members } = agreementOf(owners.map(({ signer }) => signer));
  const changed = { ...config, federation: { ...config.federation, rounds: 2, quorum: 0.5, ...federation } };
  const placed = members.map((one, at) => {
    const account = accounts[at];
    return account === undefined ? one : { ...one, account: { account, stack: `stack-${at}` } };
  });
  agreed = await claimOwnersRun(bucket, run, owners, { changes: { config: changed, members: placed } });
};

const work = (job: OwnersJob) => {
  const owner = owners[job.client];
  if (!owner) throw new Error(`there is no owner ${job.client}`);
  return workOf(bucket, agreed, owner, job);
};
const atDoor: FlowRun["owner"] = async (left) => left.done(await work(left.job));

/** All do their jobs but one in an account, who does something else with that of the first round. */
const butFor = (shyly: NonNullable<FlowRun["inAccount"]>): FlowRun => ({
  owner: atDoor,
  inAccount: (job, by, nth) => (job.client === shy && job.round === 1 ? shyly(job, by, nth) : work(job)),
});

const silentIn = async (round: number) =>
  (await bucket.objects.getRecord(keys.roundMetrics(run, round), roundMetrics)).silent;
const weights = () => outcomeRecord.parse(bucket.json(keys.result(run))).federated.weightsSha256;
const endings = (executed: readonly Executed[]) =>
  executed.map(({ ending }) => (ending.status === "SUCCEEDED" ? ending.status : ending));
const told = (executed: readonly Executed[]) =>
  JSON.stringify([
    executed.map(({ ending }) => ending),
    [...bucket.contents].flatMap(([key, bytes]) =>
      key.endsWith(".json") ? [new TextDecoder().decode(bytes)] : [],
    ),
  ]);

describe("owners in accounts of their own, beside one that asks at the door,", () => {
  test("are invoked by the role of their stack, and come to the weights of the simulated run", async () => {
    await claim();
    const roles = new Set<string>();
    const answered = await runFlow(
      bucket,
      { run },
      {
        owner: atDoor,
        inAccount: (job, by) => {
          roles.add(`${job.client} ${by}`);
          return work(job);
        },
      },
    );
    expect(endings(answered)).toEqual(["SUCCEEDED"]);
    expect([...roles].sort()).toEqual(
      accounts.map((account, at) => `${at} arn:aws:iam::${account}:role/stack-${at}-us-east-1-Invoker`),
    );
    expect(weights()).toBe(
      await simulatedWeights(
        agreed,
        owners.map(({ examples }) => examples),
      ),
    );
    const plan = await bucket.objects.getRecord(keys.plan(run), planRecord);
    for (const [at, account] of accounts.entries()) {
      expect(updateKey(plan, at, 1, 1)).toContain(`/${account}/`);
      expect(bucket.contents.has(updateKey(plan, at, 1, 1))).toBe(true);
    }
    expect(await silentIn(1)).toEqual([]);
  });

  test("need say nothing that is true: what counts is what they have signed", async () => {
    await claim();
    const answered = await runFlow(
      bucket,
      { run },
      {
        owner: atDoor,
        inAccount: async (job) => {
          await work(job);
          return { client: 2, sha256: "0".repeat(64), from: 0, to: 9e15, usage: { count: 1e9 } };
        },
      },
    );
    expect(endings(answered)).toEqual(["SUCCEEDED"]);
    expect(await silentIn(1)).toEqual([]);
  });
});

describe("what happens in an account silences its owner for the round, and ends no run:", () => {
  test.each<[string, NonNullable<FlowRun["inAccount"]>, { error: string; cause: string | undefined }]>([
    [
      "a refusal by name",
      () => failing("PolicyExpired", secret),
      { error: "PolicyExpired", cause: refusals.PolicyExpired },
    ],
    [
      "an error of a name of its own",
      () => failing(secret, secret),
      { error: "AccountFailed", cause: expect.stringContaining("no name here") },
    ],
    [
      "a role that cannot be assumed",
      () => failing("States.TaskFailed", "is not authorized to assume the role"),
      { error: "States.TaskFailed", cause: whySilent("States.TaskFailed") },
    ],
    [
      "a stack that is gone",
      () => failing("Lambda.ResourceNotFoundException", "Function not found"),
      { error: "Lambda.ResourceNotFoundException", cause: whySilent("Lambda.ResourceNotFoundException") },
    ],
    [
      "an answer larger than a state takes",
      () => "x".repeat(300_000),
      { error: "States.DataLimitExceeded", cause: whySilent("States.DataLimitExceeded") },
    ],
    [
      "an error whose name and cause are as long as an answer",
      () => failing("x".repeat(140_000), "y".repeat(300_000)),
      { error: "AccountFailed", cause: expect.stringContaining("no name here") },
    ],
    [
      "a run's own error",
      () => failing("QuorumNotReached", secret),
      { error: "AccountFailed", cause: expect.stringContaining("no name here") },
    ],
  ])("%s", async (_, shyly, why) => {
    await claim();
    const executed = await runFlow(bucket, { run }, butFor(shyly));
    expect(endings(executed)).toEqual(["SUCCEEDED"]);
    expect(await silentIn(1)).toEqual([{ client: shy, task: "train", ...why }]);
    expect(await silentIn(2)).toEqual([]);
    expect(told(executed)).not.toContain(secret);
  });

  test.each([
    ["nothing", null],
    ["a list", [secret]],
    ["a report of somebody else", { client: 0, sha256: "0".repeat(64), from: 0, to: 0, usage: {} }],
    ["as much as a state takes, each time", secret.repeat(9000)],
  ])("an answer without an update: %s", async (_, answer) => {
    await claim();
    const executed = await runFlow(
      bucket,
      { run },
      butFor(() => answer),
    );
    expect(endings(executed)).toEqual(["SUCCEEDED"]);
    expect(await silentIn(1)).toMatchObject([{ client: shy, error: "ObjectMissing" }]);
    expect(told(executed)).not.toContain(secret);
  });

  test("a passing fault is waited for, and one that stays is tried six times", async () => {
    await claim();
    let tried = 0;
    const passing = butFor((job, _, nth) => {
      tried = nth;
      return nth < 3 ? failing("Lambda.TooManyRequestsException") : work(job);
    });
    expect(endings(await runFlow(bucket, { run }, passing))).toEqual(["SUCCEEDED"]);
    expect(await silentIn(1)).toEqual([]);
    expect(tried).toBe(3);
  }, 60_000);

  test("unless all are needed: then the run ends, and says who and why in words of its own", async () => {
    await claim({ quorum: 1 });
    const [executed] = await runFlow(
      bucket,
      { run },
      butFor(() => failing("OwnerPaused", secret)),
    );
    expect(executed?.ending).toMatchObject({
      error: "QuorumNotReached",
      cause: expect.stringContaining(`owner 1: OwnerPaused: ${refusals.OwnerPaused}`),
    });
    expect(told(executed ? [executed] : [])).not.toContain(secret);
  });
});
