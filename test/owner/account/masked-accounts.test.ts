import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { verifyRun } from "../../../cli/verify/verify-run.ts";
import { payloadBytes } from "../../../cloud/limits/payload-size.ts";
import { prices } from "../../../cloud/prices.ts";
import { flowCounts } from "../../../cloud/workflow/counts.generated.ts";
import type { Bundle } from "../../../owner/train.ts";
import { boxesKey, openedKey } from "../../../shared/client/update-key.ts";
import { keys } from "../../../shared/layout.ts";
import { brokenAt, openedOf, sentOf } from "../../../shared/owners/log-entry.ts";
import { ownersConfig } from "../../../shared/owners/owners-dataset.ts";
import { refusals } from "../../../shared/owners/refusals.ts";
import { openingJob } from "../../../shared/owners/waiting-job.ts";
import { planRecord } from "../../../shared/workflow/plan-record.ts";
import { expensesRecord, outcomeRecord } from "../../../shared/workflow/result-record.ts";
import { roundMetrics } from "../../../shared/workflow/round-records.ts";
import { here } from "../../cli/verify/here.ts";
import { type LeftOpening, type OpeningPayload, type Reached, runFlow } from "../../functions/flow-run.ts";
import { type Executed, failing } from "../../local/stepfunctions/toy-machine.ts";
import { helpers, rounds } from "../masked-owners.ts";
import { weightsOf } from "../masked-weights.ts";
import { trainingBundle } from "../training-bundle.ts";
import { run } from "../working-owners.ts";
import type { InItsAccount } from "./account-homes.ts";
import {
  answerInAccount,
  everybody,
  helperIn,
  isInAccount,
  maskedScene,
  type Scene,
} from "./masked-accounts.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const endings = (executed: readonly Executed[]) =>
  executed.map(({ ending }) => (ending.status === "SUCCEEDED" ? ending.status : ending));
const metricsOf = ({ bucket }: Scene, round: number) =>
  bucket.objects.getRecord(keys.roundMetrics(run, round), roundMetrics);
const weights = ({ bucket }: Scene) =>
  outcomeRecord.parse(bucket.json(keys.result(run))).federated.weightsSha256;
const logOf = async (owner: InItsAccount) => (await owner.account.open()).log.entries;

/** What an execution of an undisturbed run takes, by what limits and prices are reckoned with. */
function counted(what: "events" | "transitions", { owners }: Scene, reached: Reached): number {
  const { execution, prepare, maskedOwnersRound, map, account, owner, finish, ...each } = flowCounts;
  const inAccounts = owners.filter(isInAccount).length;
  const helping = helpers.filter((at) => isInAccount(owners[at] as Scene["owners"][number])).length;
  const round =
    maskedOwnersRound[what] -
    (reached === "both" ? 0 : map[what]) +
    inAccounts * account[what] +
    (owners.length - inAccounts) * owner[what] +
    helping * each.openingInAccount[what] +
    (helpers.length - helping) * each.ownersOpening[what];
  return execution[what] + prepare[what] + (rounds + 1) * round + finish[what];
}

describe("masked owners come to the weights of the same integers in the open, where they are", () => {
  test.each<[string, readonly number[], Reached]>([
    ["all in accounts of their own", [0, 1, 2, 3], "accounts"],
    ["two there, one of whom helps, and two at the door, who both help", [2, 3], "both"],
    ["all at the door", [], "door"],
  ])(
    "%s",
    async (_, moved, reached) => {
      const scene = await maskedScene(bundle, moved);
      const { bucket, owners, agreed } = scene;
      const [executed, ...others] = await runFlow(bucket, { run }, everybody(scene, reached));
      expect(endings([executed as Executed, ...others])).toEqual(["SUCCEEDED"]);
      expect(weights(scene)).toBe(await weightsOf("none", agreed, owners, "FedAvg"));
      const { silent, masks } = await metricsOf(scene, 1);
      expect({ silent, masks }).toMatchObject({ silent: [], masks: { silent: [], unchecked: [] } });
      expect(masks?.helpers.map(({ helper }) => helper)).toEqual([1, 2, 3]);
      const { findings, replayed } = await verifyRun(bucket, run, here);
      expect({ findings, replayed }).toEqual({ findings: [], replayed: rounds + 1 });

      const plan = await bucket.objects.getRecord(keys.plan(run), planRecord);
      for (const at of moved) {
        const number = (owners[at] as InItsAccount).home.storage.account?.account;
        expect(boxesKey(plan, at, 1, 1)).toBe(`masks/${run}/boxes/${number}/00001/00001/0000${at}.json`);
        expect(bucket.contents.has(boxesKey(plan, at, 1, 1))).toBe(true);
        const entries = await logOf(owners[at] as InItsAccount);
        expect(brokenAt(entries)).toBeUndefined();
        const helps = helpers.some((one) => one === at);
        expect(openedOf(entries).map(({ round }) => round)).toEqual(helps ? [1, 2, 3] : []);
        expect(sentOf(entries)).toHaveLength((helps ? 2 : 1) * (rounds + 1));
      }

      expect(executed?.history.events).toHaveLength(counted("events", scene, reached));
      expect(executed?.history.transitions).toBe(counted("transitions", scene, reached));
      const { cost } = expensesRecord.parse(bucket.json(keys.expenses(run)));
      expect(cost.lines.transitions).toBeCloseTo(
        counted("transitions", scene, reached) * prices.stateTransition,
        12,
      );
      const config = ownersConfig(agreed, owners.length);
      expect(executed?.history.largestPayloadBytes).toBeLessThanOrEqual(payloadBytes(config, true));
    },
    120_000,
  );
});

/** The third helper, owner 1, does something else in some rounds. */
const shyHelper =
  (by: Readonly<Record<number, (asked: OpeningPayload) => unknown>>) => (asked: OpeningPayload) =>
    asked.job.helper === 3 ? by[asked.job.round]?.(asked) : undefined;

test("a helper's function that opens nothing is silent by name, and two others suffice", async () => {
  const secret = "row 7: Kim, 41, positive";
  const scene = await maskedScene(bundle, [0, 1, 3]);
  const { bucket, owners, agreed } = scene;
  const shyly = shyHelper({
    1: () => failing("PolicyExpired", secret),
    2: () => failing(secret, secret),
    3: () => ({ helper: 3, secret }),
  });
  const [executed] = await runFlow(bucket, { run }, everybody(scene, "both", shyly));
  expect(endings([executed as Executed])).toEqual(["SUCCEEDED"]);
  const why = [
    { error: "PolicyExpired", cause: refusals.PolicyExpired },
    { error: "AccountFailed", cause: expect.stringContaining("no name here") },
    { error: "ObjectMissing", cause: expect.stringContaining("/opened/111122223001/") },
  ];
  for (const [before, one] of why.entries()) {
    const { masks, silent } = await metricsOf(scene, before + 1);
    expect({ silent, masks }).toMatchObject({ silent: [], masks: { silent: [{ helper: 3, ...one }] } });
    // of these helper 3 would have been a second witness
    expect(masks?.unchecked).toEqual([1, 2]);
  }
  expect(weights(scene)).toBe(await weightsOf("none", agreed, owners, "FedAvg"));
  const left = [...bucket.contents.values()].map((bytes) => Buffer.from(bytes).toString("latin1"));
  expect([JSON.stringify(executed?.ending), ...left].join("\n")).not.toContain(secret);
  // twice it fails, and once it answers
  for (const what of ["events", "transitions"] as const) {
    const { events, transitions } = executed?.history ?? { events: [], transitions: 0 };
    const taken = { events: events.length, transitions }[what];
    expect(taken).toBe(counted(what, scene, "both") + 2 * flowCounts.silentHelper[what]);
  }
}, 300_000);

describe("a helper in an account of its own", () => {
  let scene: Scene;
  let owner: InItsAccount;
  let payload: OpeningPayload;
  let before: ReadonlyMap<string, Uint8Array>;
  const place = mkdtempSync(join(tmpdir(), "fedstep-test-"));
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  /** A round of which all is there but what helper 3 opens, and what that is asked for. */
  beforeAll(async () => {
    scene = await maskedScene(bundle, [1, 2], place);
    const shyly = (one: OpeningPayload) => {
      payload = one;
      return failing("OwnerPaused");
    };
    const flow = everybody(scene, "both", shyly);
    const helping = { ...flow.helpers, atDoor: (left: LeftOpening) => left.decline("OwnerPaused") };
    const [executed] = await runFlow(scene.bucket, { run }, { ...flow, helpers: helping });
    expect(executed?.ending).toMatchObject({ error: "HelpersSilent" });
    owner = helperIn(scene, 3) as InItsAccount;
    before = new Map(owner.account.bucket.contents);
  }, 300_000);
  beforeEach(async () => {
    owner.account.bucket.contents.clear();
    for (const [key, bytes] of before) owner.account.bucket.contents.set(key, bytes);
    scene.bucket.contents.delete(await opened());
  });
  const opened = async () =>
    openedKey(await scene.bucket.objects.getRecord(keys.plan(run), planRecord), 3, 1, 1);

  test("opens one set for a model, and its log says which: any other is refused by name", async () => {
    const over = async (clients: readonly number[]) => {
      const reports = payload.reports.filter(({ client }) => clients.includes(client));
      return answerInAccount(scene, owner, { job: payload.job, reports });
    };
    await expect(over([0, 1, 2])).resolves.toMatchObject({ helper: 3 });
    const first = scene.bucket.contents.get(await opened());
    expect(first).toBeDefined();
    expect(openedOf(await logOf(owner)).find(({ round }) => round === 1)?.set).toEqual(
      [0, 1, 2].map((number) => ({ number, task: "train" })),
    );
    await expect(over([1, 2, 3])).rejects.toMatchObject({ name: "CohortChanged" });
    expect((await logOf(owner)).at(-1)).toMatchObject({ event: "refused", refusal: "CohortChanged" });
    // with one more it stays with the first set, and what it signs is what it has signed
    await expect(over([0, 1, 2, 3])).rejects.toMatchObject({ name: "LogRolledBack" });
    expect(scene.bucket.contents.get(await opened())).toEqual(first);
    expect(openedOf(await logOf(owner)).filter(({ round }) => round === 1)).toHaveLength(1);
  }, 300_000);

  test.each<[string, (payload: OpeningPayload) => unknown, string]>([
    ["as another helper", ({ job, reports }) => ({ job: { ...job, helper: 1 }, reports }), "PlanDiffers"],
    [
      "of another federation",
      ({ job, reports }) => ({
        job: { ...job, agreement: { ...job.agreement, federation: "banks" } },
        reports,
      }),
      "FederationUnknown",
    ],
    ["over too few", ({ job, reports }) => ({ job, reports: reports.slice(0, 2) }), "SumTooSmall"],
    [
      "with more than a job",
      (payload) => ({ ...payload, job: { ...payload.job, key: "masks/x" } }),
      "PlanDiffers",
    ],
    [
      "of boxes that are elsewhere",
      ({ job, reports }) => ({ job, reports: reports.map((one) => ({ ...one, account: "999999999999" })) }),
      "SumTooSmall",
    ],
  ])(
    "refuses a job %s, by name",
    async (_, change, error) => {
      await expect(answerInAccount(scene, owner, change(payload))).rejects.toMatchObject({ name: error });
      expect(scene.bucket.contents.has(await opened())).toBe(false);
    },
    120_000,
  );

  test("is told of whose boxes are below an account's number, and of nobody else's", async () => {
    const job = openingJob(payload);
    expect(job.clients).toEqual([0, 1, 2, 3]);
    expect(job.accounts).toEqual([
      { client: 1, account: "111122223001" },
      { client: 2, account: "111122223002" },
    ]);
  }, 300_000);
});
