import { beforeEach, describe, expect, test } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { historyEvents } from "../../cloud/limits/history.ts";
import { payloadBytes } from "../../cloud/limits/payload-size.ts";
import { prices } from "../../cloud/prices.ts";
import { flowCounts } from "../../cloud/workflow/counts.generated.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { ownersConfig } from "../../shared/owners/owners-dataset.ts";
import { whySilent } from "../../shared/owners/silent-causes.ts";
import { expensesRecord, outcomeRecord } from "../../shared/workflow/result-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { type Executed, failing, typesOf } from "../local/stepfunctions/toy-machine.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { type FlowRun, type LeftJob, runFlow, runToys } from "./flow-run.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimOwnersRun, simulatedWeights, type TestOwner, testOwners, workOf } from "./owners.ts";
import { preparedRun } from "./played-run.ts";

const run = "clinics.first";
const shy = 1;
let bucket: MemoryBucket;
let owners: TestOwner[];
let agreed: Agreement;

beforeEach(async () => {
  bucket = new MemoryBucket();
  owners = await testOwners();
});

const claim = async (federation: Partial<Agreement["config"]["federation"]> = {}) => {
  const { config } = agreementOf(owners.map(({ signer }) => signer));
  const changed = { ...config, federation: { ...config.federation, rounds: 2, quorum: 0.5, ...federation } };
  agreed = await claimOwnersRun(bucket, run, owners, { changes: { config: changed } });
};

/** What an owner does with the job that it is asked for, as any other would. */
const work = async (left: LeftJob) => {
  const { job } = left;
  const owner = owners[job.client];
  if (!owner) throw new Error(`there is no owner ${job.client}`);
  return workOf(bucket, agreed, owner, job);
};
const answer = async (left: LeftJob) => left.done(await work(left));

/** All answer but one, who does something else with its job of the first round. */
const butFor = (shyly: (left: LeftJob) => void | Promise<void>): FlowRun => ({
  owner: (left) => (left.job.client === shy && left.job.round === 1 ? shyly(left) : answer(left)),
});

const silentIn = async (round: number) =>
  (await bucket.objects.getRecord(keys.roundMetrics(run, round), roundMetrics)).silent;
const weights = () => outcomeRecord.parse(bucket.json(keys.result(run))).federated.weightsSha256;
const endings = (executed: readonly Executed[]) => executed.map(({ ending }) => ending.status);

describe("a run of owners through the state machine that is deployed", () => {
  test("comes to the weights of the simulated one, over as many executions as it takes", async () => {
    await claim({ rounds: 3, executionRounds: 2 });
    const jobs: LeftJob[] = [];
    const executed = await runFlow(
      bucket,
      { run },
      {
        owner: (left) => {
          jobs.push(left);
          return answer(left);
        },
      },
    );
    expect(endings(executed)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(weights()).toBe(
      await simulatedWeights(
        agreed,
        owners.map(({ examples }) => examples),
      ),
    );
    // three rounds and the final pass, the last two in the second execution
    expect(jobs.map(({ job }) => [job.attempt, job.round, job.task])).toEqual(
      [
        [1, 1, "train"],
        [1, 2, "train"],
        [2, 3, "train"],
        [2, 4, "evaluate"],
      ].flatMap((one) => owners.map(() => one)),
    );
  });

  test("leaves each owner its job under its own key, with the times that were agreed upon", async () => {
    await claim();
    const left: LeftJob[] = [];
    const before = Date.now();
    await runFlow(
      bucket,
      { run },
      {
        owner: (one) => {
          left.push(one);
          return answer(one);
        },
      },
    );
    const { federation, plan, writer } = await preparedRun(bucket, { run });
    for (const one of left.slice(0, 3)) {
      const { client } = one.job;
      const fingerprint = fingerprintOf(owners[client]?.signer.key ?? "");
      expect(one.key).toBe(federationKeys.waitingJob("clinics", fingerprint));
      expect(one).toMatchObject({
        format: 1,
        heartbeatSeconds: 600,
        timeoutSeconds: 3600,
        updateBytes: federation.owners?.updateBytes,
      });
      expect(one.job).toEqual({
        agreement: federation.owners?.agreement,
        ...{ run, plan, writer, round: 1, attempt: 1, task: "train", client },
        chainSha256: federation.chainSha256,
      });
      expect(Date.parse(one.enteredAt)).toBeGreaterThanOrEqual(before);
    }
    expect(new Set(left.map(({ token }) => token)).size).toBe(left.length);
  });

  test("takes the events and transitions that limits and prices reckon with", async () => {
    await claim();
    const [executed] = await runFlow(
      bucket,
      { run },
      butFor((left) => left.decline("OwnerPaused")),
    );
    const { execution, prepare, ownersRound, owner, silentOwner, finish } = flowCounts;
    const counted = (what: "events" | "transitions") =>
      execution[what] +
      prepare[what] +
      3 * (ownersRound[what] + owners.length * owner[what]) +
      silentOwner[what] +
      finish[what];
    expect(executed?.history.events).toHaveLength(counted("events"));
    expect(executed?.history.transitions).toBe(counted("transitions"));
    // and so the bill, and what a run is refused by before it starts
    const { cost } = expensesRecord.parse(bucket.json(keys.expenses(run)));
    expect(cost.lines.transitions).toBeCloseTo(counted("transitions") * prices.stateTransition, 12);
    const config = ownersConfig(agreed, owners.length);
    const events = historyEvents(config, 0, flowCounts, true);
    expect(events + silentOwner.events).toBe(counted("events"));
    expect(executed?.history.largestPayloadBytes).toBeLessThanOrEqual(payloadBytes(config, true));
  });
});

describe("an owner is silent for a round, and the others go on,", () => {
  test("by refusing", async () => {
    await claim();
    const refusal = "OwnerPaused";
    expect(
      endings(
        await runFlow(
          bucket,
          { run },
          butFor((left) => left.decline(refusal)),
        ),
      ),
    ).toEqual(["SUCCEEDED"]);
    expect(await silentIn(1)).toEqual([
      { client: shy, task: "train", error: refusal, cause: whySilent(refusal) },
    ]);
    expect(await silentIn(2)).toEqual([]);
  });

  test("by asking for nothing, once its heartbeat's time is over", async () => {
    await claim();
    const waits = { heartbeatSeconds: 1, timeoutSeconds: 3600 };
    const [executed] = await runFlow(bucket, { run }, { ...butFor(() => {}), waits });
    expect(typesOf(executed as Executed)).toContain("TaskTimedOut");
    expect(await silentIn(1)).toEqual([
      {
        client: shy,
        task: "train",
        error: "States.HeartbeatTimeout",
        cause: whySilent("States.HeartbeatTimeout"),
      },
    ]);
  });

  test("by being at work for longer than a round waits, however often it says so", async () => {
    await claim();
    const waits = { heartbeatSeconds: 1, timeoutSeconds: 3 };
    const beating: NodeJS.Timeout[] = [];
    const sign = (left: LeftJob) => {
      try {
        left.beat();
      } catch {
        // nobody waits any more
      }
    };
    await runFlow(
      bucket,
      { run },
      {
        ...butFor((left) => void beating.push(setInterval(() => sign(left), 300))),
        waits,
      },
    ).finally(() => beating.forEach(clearInterval));
    const cause = whySilent("States.Timeout");
    expect(await silentIn(1)).toEqual([{ client: shy, task: "train", error: "States.Timeout", cause }]);
  });

  test("but counts where its update is there and nobody has told of it: it has signed it for this very round", async () => {
    await claim();
    const waits = { heartbeatSeconds: 1, timeoutSeconds: 60 };
    const leaving = butFor(async (left) => void (await work(left)));
    expect(endings(await runFlow(bucket, { run }, { ...leaving, waits }))).toEqual(["SUCCEEDED"]);
    expect(await silentIn(1)).toEqual([]);
    const examples = owners.map((owner) => owner.examples);
    expect(weights()).toBe(await simulatedWeights(agreed, examples));
  });

  test("or end with it where all are needed, and it is called by its name", async () => {
    await claim({ quorum: 1 });
    const waits = { heartbeatSeconds: 1, timeoutSeconds: 60 };
    const [executed] = await runFlow(bucket, { run }, { ...butFor(() => {}), waits });
    expect(executed?.ending).toMatchObject({
      error: "QuorumNotReached",
      cause: expect.stringContaining("owner 1: States.HeartbeatTimeout"),
    });
  });

  test("where nobody could leave it its job, after what passes has been waited for", async () => {
    await claim();
    const refuse = (nth: number) => {
      // the first owner's first attempt, and all of the last one's
      if (nth === 1 || nth === 3 || nth > 3) failing("S3.S3Exception", "slow down (Status Code: 503)");
    };
    const [executed] = await runFlow(bucket, { run }, { owner: answer, refusePut: refuse });
    expect(executed?.ending).toMatchObject({ status: "FAILED", error: "QuorumNotReached" });
  }, 60_000);

  test("and its late answer changes nothing: its token is dead, and its round decided", async () => {
    await claim();
    const late: { left: LeftJob; report: Awaited<ReturnType<typeof work>> }[] = [];
    const refused: string[] = [];
    await runFlow(
      bucket,
      { run },
      {
        owner: async (left) => {
          if (left.job.client === shy && left.job.round === 1) {
            late.push({ left, report: await work(left) });
            // its update is not there yet
            bucket.contents.delete(keys.update(run, 1, shy));
            return;
          }
          await answer(left);
          for (const one of left.job.round === 2 ? late : []) {
            try {
              one.left.done(one.report);
            } catch (error) {
              refused.push((error as Error).name);
            }
          }
        },
        waits: { heartbeatSeconds: 1, timeoutSeconds: 60 },
      },
    );
    expect(new Set(refused)).toEqual(new Set(["TaskTimedOut"]));
    expect((await silentIn(1)).map(({ client }) => client)).toEqual([shy]);
    expect(weights()).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("too few owners", () => {
  test("end the run by name, which goes on with resume where it was", async () => {
    await claim();
    const [failed] = await runFlow(
      bucket,
      { run },
      {
        owner: (left) =>
          left.job.round === 2 && left.job.client > 0 ? left.decline("OwnerPaused") : answer(left),
      },
    );
    expect(failed?.ending).toMatchObject({
      status: "FAILED",
      error: "QuorumNotReached",
      cause: expect.stringContaining("OwnerPaused"),
    });
    const resumed = await resumedState(bucket.objects, { ...defaultDeployment, door: true }, run, 2);
    expect(resumed?.state.federation).toMatchObject({ round: 2, owners: { heartbeatSeconds: 600 } });
    const attempts = new Set<number>();
    const again = await runFlow(bucket, resumed?.state ?? {}, {
      owner: (left) => {
        attempts.add(left.job.attempt);
        return answer(left);
      },
    });
    expect(endings(again)).toEqual(["SUCCEEDED"]);
    expect([...attempts]).toEqual([2]);
    expect(weights()).toBe(
      await simulatedWeights(
        agreed,
        owners.map(({ examples }) => examples),
      ),
    );
  });
});

test("an error that no owner may have ends the run: nothing that is not foreseen counts as silence", async () => {
  await claim();
  const [executed] = await runFlow(
    bucket,
    { run },
    butFor((left) => left.decline("Whatever")),
  );
  expect(executed?.ending).toMatchObject({ status: "FAILED", error: "Whatever" });
});

test("a simulated client beside owners trains at once, and its error stands in its place", async () => {
  const digest = "0".repeat(64);
  const report = { client: 0, sha256: digest, from: 0, to: 0, usage: { count: 1 } };
  let reports: unknown;
  const functions = {
    TrainClient: ({ client, ...others }: { client: number }) =>
      client === 2 ? failing("TrainingDiverged") : { client, ...others },
    AggregateRound: (input: { reports: unknown }) => {
      reports = input.reports;
      return { stage: "done" };
    },
  };
  const participants = [
    { client: 0, task: "train", owner: digest },
    { client: 1, task: "train" },
    { client: 2, task: "train" },
  ];
  const wait = { heartbeatSeconds: 5, timeoutSeconds: 6, updateBytes: 7 };
  const agreement = { federation: "clinics", version: 1, sha256: digest };
  const underWay = { run, plan: digest, writer: "w" };
  await runToys(
    {
      ...underWay,
      federation: {
        ...{ stage: "round", round: 3, chainSha256: digest, participants, sums: "plain" },
        ...{ owners: { agreement, ...wait }, execution: { number: 1 } },
      },
      ...{ startedAt: 0, usage: {}, baseline: { done: true } },
    },
    functions,
    (left) => left.done(report as never),
  );
  expect(reports).toEqual([
    report,
    { client: 1, task: "train", round: 3, attempt: 1, chainSha256: digest, ...underWay },
    { client: 2, error: expect.objectContaining({ Error: "TrainingDiverged" }) },
  ]);
});
