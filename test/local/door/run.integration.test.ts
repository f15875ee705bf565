import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keys } from "../../../shared/layout.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import { jobSha256 } from "../../../shared/owners/door-protocol.ts";
import type { OwnersJob } from "../../../shared/owners/job.ts";
import { refusals } from "../../../shared/owners/refusals.ts";
import { finishRunOutput } from "../../../shared/workflow/payloads.ts";
import { outcomeRecord } from "../../../shared/workflow/result-record.ts";
import { roundMetrics } from "../../../shared/workflow/round-records.ts";
import { sharedHome } from "../../cli/terminal.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import {
  claimOwnersRun,
  simulatedWeights,
  type TestOwner,
  testOwners,
  workOf,
} from "../../functions/owners.ts";
import { agreementOf } from "../../shared/owners/agreed.ts";
import { settingsFor } from "../signing.ts";
import { hexSha256, openDoor, send } from "./open-door.ts";

/** The whole way of a run of owners, but for their own process: state machine, door, and what they get and send. */
let opened: Awaited<ReturnType<typeof openDoor>>;
let states: SFNClient;
let owners: TestOwner[];
beforeAll(async () => {
  opened = await openDoor(sharedHome());
  states = new SFNClient(settingsFor(opened.emulator.url));
  owners = await testOwners();
});
afterAll(async () => {
  states?.destroy();
  await opened?.[Symbol.asyncDispose]();
});

async function laidOut(run: string): Promise<Agreement> {
  const { config } = agreementOf(owners.map(({ signer }) => signer));
  const changes = { config: { ...config, federation: { ...config.federation, rounds: 2, quorum: 0.5 } } };
  const bucket = new MemoryBucket();
  const agreed = await claimOwnersRun(bucket, run, owners, { changes });
  for (const [key, bytes] of bucket.contents) await opened.put(key, bytes).catch(ifThere);
  return agreed;
}

/** Two runs have one agreement. */
function ifThere(error: Error): void {
  if (error.name !== "PreconditionFailed") throw error;
}

/** Digests of the last jobs that were sent or declined: the one before waits until it is written over. */
const lastDone = new Map<TestOwner, string>();

interface Taken {
  readonly jobs: OwnersJob[];
  readonly counted: unknown[];
}

/** Asks until the run has ended, and does each job that waits: as an owner's process, in this one. */
async function takePart(
  agreed: Agreement,
  owner: TestOwner,
  ended: () => boolean,
  declines: (job: OwnersJob) => boolean = () => false,
): Promise<Taken> {
  const taken: Taken = { jobs: [], counted: [] };
  // what comes to it, and what it keeps
  const own = new MemoryBucket();
  const ask = async (fields: object) => {
    for (;;) {
      const { status, text } = await opened.ask(owner.signer, fields);
      if (status === 200) return JSON.parse(text);
      // two are answered at once, and three ask
      if (status !== 429) throw new Error(`the door answers ${status}: ${text}`);
      await sleep(50);
    }
  };
  /** What a repetition is answered: of the last of a round, the next one's job may stand there by now, and none is counted. */
  const countedAgain = async (fields: object): Promise<unknown> => {
    const { status, text } = await opened.ask(owner.signer, fields);
    if (status === 200) return JSON.parse(text).counted;
    if (status !== 409) return (await ask(fields)).counted;
    expect(text).toContain("JobGone");
    return null;
  };
  let last: { run: string; round: number } | null = null;
  while (!ended()) {
    const done = lastDone.get(owner) ?? null;
    const { job, reads } = await ask({ ask: "job", working: null, done, since: last });
    if (!job) {
      await sleep(50);
      continue;
    }
    const digest = jobSha256(job);
    taken.jobs.push(job);
    if (declines(job)) {
      taken.counted.push((await ask({ ask: "decline", job: digest, refusal: "OwnerPaused" })).counted);
    } else {
      await fetchInto(own, reads);
      expect((await ask({ ask: "job", working: digest, done, since: last })).job).toEqual(job);
      const { client } = job;
      await workOf(own, agreed, owner, job);
      const bytes =
        own.contents.get(keys.update(job.run, job.round, client, job.attempt)) ?? new Uint8Array();
      const update = { job: digest, bytes: bytes.length, sha256: hexSha256(bytes) };
      const { put } = await ask({ ask: "send", ...update });
      expect((await send("PUT", put.url, put.headers, bytes)).status).toBe(200);
      taken.counted.push((await ask({ ask: "done", ...update })).counted);
      taken.counted.push(await countedAgain({ ask: "done", ...update }));
      last = { run: job.run, round: job.round };
    }
    lastDone.set(owner, digest);
  }
  return taken;
}

async function fetchInto(
  bucket: MemoryBucket,
  reads: readonly { key: string; url: string }[],
): Promise<void> {
  for (const { key, url } of reads) {
    const answer = await fetch(url);
    if (answer.ok) bucket.contents.set(key, new Uint8Array(await answer.arrayBuffer()));
    // of another strategy's state there is none
    else expect([answer.status, key]).toEqual([403, expect.stringMatching(/state\.safetensors$/)]);
  }
}

async function execute(run: string, declines?: (job: OwnersJob) => boolean) {
  const agreed = await laidOut(run);
  const { stateMachine } = opened.emulator.assembly;
  const { executionArn } = await states.send(
    new StartExecutionCommand({
      stateMachineArn: stateMachine.arn,
      name: run,
      input: JSON.stringify({ run }),
    }),
  );
  let status = "RUNNING";
  const taking = owners.map((owner, at) =>
    takePart(agreed, owner, () => status !== "RUNNING", at === 1 ? declines : undefined),
  );
  let output: string | undefined;
  // what goes wrong at an owner is the test's failure, and nobody waits ten minutes for it
  let failed: unknown;
  for (const one of taking) one.catch((error: unknown) => (failed = error));
  while (status === "RUNNING") {
    await sleep(200);
    if (failed) throw failed;
    const described = await states.send(new DescribeExecutionCommand({ executionArn }));
    status = described.status ?? "";
    output = described.output;
  }
  const taken = await Promise.all(taking);
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn }));
  return { agreed, status, output, taken, history: JSON.stringify(events), cause: events.at(-1) };
}

const record = async <T>(key: string, schema: { parse(value: unknown): T }): Promise<T> => {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const bucket = opened.emulator.assembly.bucket;
  const { Body } = await opened.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return schema.parse(JSON.parse((await Body?.transformToString()) ?? ""));
};

test("owners train a model by way of the door, of the same weights as a simulated run's", async () => {
  const run = "clinics.e2e";
  const { agreed, status, output, taken, cause } = await execute(run);
  expect([status, cause]).toEqual(["SUCCEEDED", expect.anything()]);
  expect(finishRunOutput.parse(JSON.parse(output ?? "")).run).toBe(run);
  const { federated } = await record(keys.result(run), outcomeRecord);
  const examples = owners.map((owner) => owner.examples);
  expect(federated.weightsSha256).toBe(await simulatedWeights(agreed, examples));
  for (const { jobs, counted } of taken) {
    expect(jobs.map(({ round, task }) => [round, task])).toEqual([
      [1, "train"],
      [2, "train"],
      [3, "evaluate"],
    ]);
    // told once, and again without harm
    expect(counted).toEqual([true, null, true, null, true, null]);
  }
});

test("an owner that declines is silent in that round: it says a name, which has words of the coordinator's own", async () => {
  const run = "clinics.declined";
  const { status, taken, history } = await execute(run, ({ round }) => round === 1);
  expect(status).toBe("SUCCEEDED");
  expect(taken[1]?.counted[0]).toBe(true);
  const { silent } = await record(keys.roundMetrics(run, 1), roundMetrics);
  expect(silent).toMatchObject([{ client: 1, error: "OwnerPaused", cause: refusals.OwnerPaused }]);
  expect(history).toContain("OwnerPaused");
});
