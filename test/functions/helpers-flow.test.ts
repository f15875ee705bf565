import { expect, test } from "vitest";
import { flowCounts } from "../../cloud/workflow/counts.generated.ts";
import { federationState } from "../../shared/workflow/payloads.ts";
import { failing, typesOf } from "../local/stepfunctions/toy-machine.ts";
import { type HelpersFlow, type LeftOpening, runToys } from "./flow-run.ts";

const digest = "0".repeat(64);
const underWay = { run: "clinics.first", plan: digest, writer: "w" };
const usage = { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 };
const inAccount = (helper: number) => ({
  helper,
  account: `11112222${3000 + helper}`,
  stack: "fedstep-owner",
});
const atDoor = (helper: number) => ({ helper, owner: String(helper).repeat(64) });
const reports = [
  { client: 0, account: "111122223000", answered: true },
  { client: 1, sha256: digest, from: 1, to: 2, usage },
];

const mixed = [
  { client: 0, task: "train", account: "111122223000", stack: "fedstep-owner" },
  { client: 1, task: "train", owner: digest },
];

/** Runs one round whose clients have answers of a test's own. @returns what AggregateRound is told of the helpers, and the execution */
async function openings(owners: object, flow: HelpersFlow, participants: readonly object[] = mixed) {
  let told: unknown;
  const functions = {
    AggregateRound: ({ federation }: { federation: unknown }) => {
      told = federation;
      return { stage: "done" };
    },
  };
  const wait = { heartbeatSeconds: 1, timeoutSeconds: 2, updateBytes: 7, openingBytes: 9 };
  const state = {
    ...{
      round: 3,
      participants,
      sums: "masked",
      helpers: [1, 2, 3],
      stage: "round",
      ended: null,
      best: null,
    },
    ...{
      medianNorm: null,
      execution: { number: 2, name: "e", lastRound: 9 },
      chainSha256: digest,
      weightsSha256: digest,
      startedAt: 0,
      usage,
    },
    owners: { agreement: { federation: "clinics", version: 1, sha256: digest }, ...wait, ...owners },
  };
  const [executed] = await runToys(
    { ...underWay, federation: state, startedAt: 0, usage: {}, baseline: { done: true } },
    functions,
    (left) => left.done(reports[1] as never),
    undefined,
    () => "an answer that nobody reads",
    flow,
  );
  return { told: federationState.optional().parse(told), executed };
}

const opened = (left: LeftOpening) =>
  left.done({ helper: left.job.helper, sha256: digest, from: 0, to: 0, usage });

test("a helper that is silent by time is so by name, in its account and at the door, and the third is heard", async () => {
  const asked: unknown[] = [];
  const { told, executed } = await openings(
    { helpersInAccounts: [inAccount(1)], helpers: [atDoor(2), atDoor(3)] },
    {
      reached: "both",
      inAccount: (payload, by) => {
        asked.push(payload, by);
        return new Promise(() => {});
      },
      atDoor: (left) => {
        asked.push(left.reports, left.job);
        if (left.job.helper === 3) opened(left);
      },
    },
  );
  expect(told?.openedInAccounts).toMatchObject([{ helper: 1, error: { Error: "States.Timeout" } }]);
  expect(told?.opened).toMatchObject([
    { helper: 2, error: { Error: "States.HeartbeatTimeout" } },
    { helper: 3, sha256: digest },
  ]);
  const [payload, by, left, job] = asked;
  const round = { round: 3, attempt: 2, task: "open", ended: null, chainSha256: digest };
  expect(payload).toMatchObject({
    job: { ...round, helper: 1 },
    reports: [reports[0], { client: 1, sha256: digest }],
  });
  expect(by).toBe("arn:aws:iam::111122223001:role/fedstep-owner-us-east-1-Invoker");
  expect(left).toMatchObject([reports[0], { client: 1, sha256: digest }]);
  expect(job).toMatchObject(round);
  expect(executed && typesOf(executed).filter((type) => type === "TaskTimedOut")).toHaveLength(2);
  const { maskedOwnersRound, account, owner, openingInAccount, ownersOpening, silentHelper, execution } =
    flowCounts;
  const counted =
    execution.transitions +
    maskedOwnersRound.transitions +
    account.transitions +
    owner.transitions +
    openingInAccount.transitions +
    2 * ownersOpening.transitions +
    2 * silentHelper.transitions;
  // FinishRun, which nothing stands in for, is entered too
  expect(executed?.history.transitions).toBe(counted + flowCounts.finish.transitions);
}, 30_000);

test("whatever a helper's function answers or throws, its name or that it has answered is all that goes on", async () => {
  const answers: Readonly<Record<number, () => unknown>> = {
    1: () => "x".repeat(300_000),
    2: () => failing("OwnerPaused", "row 7: Kim"),
    3: () => ({ helper: 1, sha256: "f".repeat(64) }),
  };
  const asked = openings(
    { helpersInAccounts: [1, 2, 3].map(inAccount), helpers: [] },
    { reached: "accounts", inAccount: ({ job }) => answers[job.helper]?.() },
    mixed.slice(0, 1),
  );
  const { told, executed } = await asked;
  expect(told?.openedInAccounts).toEqual([
    { helper: 1, error: { Error: "States.DataLimitExceeded" } },
    { helper: 2, error: { Error: "OwnerPaused" } },
    { helper: 3, answered: true },
  ]);
  expect(told?.opened).toBeUndefined();
  expect(JSON.stringify(executed?.history.events)).not.toContain("EachOwnerHelper");
});

test("without a door, an owner that would ask at one ends a masked round by name", async () => {
  const asked = openings(
    { helpersInAccounts: [1, 2, 3].map(inAccount), helpers: [] },
    { reached: "accounts" },
  );
  const { told, executed } = await asked;
  expect(told).toBeUndefined();
  expect(executed?.ending).toMatchObject({ status: "FAILED", error: "DoorUnavailable" });
});
