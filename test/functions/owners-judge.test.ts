import { beforeAll, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { nameOf } from "../../shared/owners/agreement.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";
import { judgeChain, type StoredMetrics } from "../../shared/owners/judge-chain.ts";
import { judgePlan, type PlanToJudge } from "../../shared/owners/judge-plan.ts";
import { judgeRound } from "../../shared/owners/judge-round.ts";
import { type LogEntry, linked } from "../../shared/owners/log-entry.ts";
import { policy } from "../../shared/owners/policy.ts";
import { sign } from "../../shared/owners/signed.ts";
import { chainAfter, roundLink } from "../../shared/workflow/chain.ts";
import { partitionRecord, planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { acceptanceOf, claimOwnersRun, macOf, type TestOwner, testOwners, workOf } from "./owners.ts";
import { playRun } from "./played-run.ts";

const [run, self, rounds] = ["clinics.first", 1, 3];
const other = "f".repeat(64);
const bucket = new MemoryBucket();
let owners: TestOwner[];
let agreed: Agreement;
/** As the owner got them, the final pass last, with its log before each. */
const jobs: { job: OwnersJob; entries: LogEntry[] }[] = [];
let log: LogEntry[] = [];

beforeAll(async () => {
  owners = await testOwners();
  const base = agreementOf(owners.map(({ signer }) => signer)).config;
  const config = { ...base, federation: { ...base.federation, rounds, quorum: 0.5 } };
  agreed = await claimOwnersRun(bucket, run, owners, { changes: { config } });
  await playRun(bucket, run, {
    interfere: async (_round, client, _train, input) => {
      const owner = owners[client] as TestOwner;
      const report = await workOf(bucket, agreed, owner, input);
      if (client !== self || !("sha256" in report)) return report;
      const job = { agreement: nameOf(agreed), ...input };
      jobs.push({ job, entries: log });
      log = [...log, sent(log, job, report.sha256)];
      return report;
    },
  });
});

function sent(before: readonly LogEntry[], job: OwnersJob, sha256: string, dataMac = other): LogEntry {
  const { agreement, round, attempt, task, plan, chainSha256 } = job;
  const object = keys.update(job.run, round, self, attempt);
  const left = { object, bytes: 1, sha256, plan, chainSha256, dataMac, norm: null };
  return linked(
    before,
    { event: "signed", agreement, run: job.run, round, attempt, task, ...left },
    new Date(0),
  );
}

const plan = () => bucket.objects.getRecord(keys.plan(run), planRecord);

async function metrics(round: number): Promise<StoredMetrics> {
  return bucket.objects.getSealed(keys.roundMetrics(run, round), roundMetrics);
}

const at = (round: number) => jobs[round - 1] as (typeof jobs)[number];

describe("an owner works by a plan that", () => {
  async function judged(
    change: (one: PlanToJudge) => PlanToJudge | Promise<PlanToJudge> = (one) => one,
    dataMac?: string,
  ) {
    const { record: partition, seal } = await bucket.objects.getSealed(keys.partition(run), partitionRecord);
    const { signer, examples } = owners[self] as TestOwner;
    const one = await change({ plan: await plan(), partition, partitionSeal: seal });
    return judgePlan(one, { agreed, key: signer.key, dataMac: dataMac ?? (await macOf(examples)) });
  }

  test("follows from what was agreed upon and told", async () => {
    expect(await judged()).toBeUndefined();
  });

  test.each<[string, string, (one: PlanToJudge) => PlanToJudge | Promise<PlanToJudge>]>([
    ["has fewer rounds, and no", "", (one) => withConfig(one, { rounds: rounds - 1 })],
    ["has a budget of the coordinator's, and no", "", (one) => withConfig(one, { budget: 0.5 })],
    [
      "is to be told beside another run, and no",
      "",
      (one) => {
        const figures = { score: 0.9, examples: 20, unit: "none", epsilon: null } as const;
        return withPlan(one, { beside: { run: "clinics.plain", chainSha256: other, ...figures } });
      },
    ],
    ["has more rounds", "PlanDiffers", (one) => withConfig(one, { rounds: rounds + 1 })],
    ["takes another quorum", "PlanDiffers", (one) => withConfig(one, { quorum: 0.1 })],
    [
      "goes by another agreement",
      "PlanDiffers",
      (one) => withPlan(one, { agreement: { ...nameOf(agreed), version: 2 } }),
    ],
    [
      "trains another model",
      "PlanDiffers",
      (one) => withPlan(one, { model: { ...one.plan.model, hidden: [9] } }),
    ],
    [
      "scales otherwise",
      "PlanDiffers",
      (one) => withPlan(one, { scaling: { mean: [0, 0], deviation: [1, 1] } }),
    ],
    [
      "has another owner's key",
      "PlanDiffers",
      (one) => withClient(one, 0, { place: one.plan.clients[2]?.place }),
    ],
    [
      "weighs classes, which nobody has agreed upon",
      "PlanDiffers",
      (one) => withPlan(one, { fit: { classWeights: [1, 5] } }),
    ],
    ["counts otherwise", "PlanDiffers", (one) => withClient(one, 0, { train: 1 })],
    ["has a simulated client", "PlanDiffers", (one) => withClient(one, 0, { place: { kind: "here" } })],
    [
      "takes over another run's rounds",
      "PlanDiffers",
      (one) => withPlan(one, { origins: [{ run: "x", round: 1 }] }),
    ],
    ["has an examiner", "PlanDiffers", (one) => withPlan(one, { examiner: 3 })],
    ["names shards", "PlanDiffers", (one) => withPlan(one, { shards: [other] })],
    ["names another partition", "PlanDiffers", (one) => ({ ...one, partitionSeal: other })],
    [
      "is of another partition",
      "PlanDiffers",
      (one) => ({ ...one, partition: { ...one.partition, scaling: null } }),
    ],
    [
      "begins with another model",
      "ModelDiffers",
      (one) => withPlan(one, { start: { weightsSha256: other, taken: null } }),
    ],
    [
      "begins with a model that was taken over",
      "ModelDiffers",
      (one) => {
        const taken = { weightsSha256: other, stateSha256: null, recordSha256: other };
        return withPlan(one, { start: one.plan.start && { ...one.plan.start, taken } });
      },
    ],
    [
      "leaves a member out who is needed",
      "CohortTooSmall",
      (one) => withAcceptances(one, (all) => all.filter((_, client) => client === self)),
    ],
    [
      "names an owner twice",
      "AcceptanceInvalid",
      (one) => withAcceptances(one, ([a, b, c]) => [a, b, b, c].filter((x) => x !== undefined)),
    ],
    [
      "has a puppet in a member's place",
      "AcceptanceInvalid",
      async (one) => {
        const [puppet] = await testOwners(1);
        const content = await acceptanceOf(agreed, 0, owners[0] as TestOwner);
        const forged = await sign("acceptance", content, (puppet as TestOwner).signer);
        return withAcceptances(one, (all) => [forged, ...all.slice(1)]);
      },
    ],
    [
      "leaves this owner out",
      "AcceptanceInvalid",
      (one) => withAcceptances(one, (all) => all.filter((_, client) => client !== self)),
    ],
  ])("%s other: %s", async (_, name, change) => {
    expect((await judged(change))?.name ?? "").toBe(name);
  });

  test("is of the data that the owner has, and no other", async () => {
    expect(await judged(undefined, other)).toMatchObject({ name: "DataChanged" });
  });

  type Acceptances = NonNullable<PlanToJudge["partition"]["acceptances"]>;

  /** With other acceptances: what of the partition follows from them is looked at after them. */
  function withAcceptances(one: PlanToJudge, change: (all: Acceptances) => Acceptances): PlanToJudge {
    const acceptances = change(one.partition.acceptances ?? []);
    return { ...one, partition: { ...one.partition, acceptances } };
  }
});

function withPlan(one: PlanToJudge, changes: Partial<PlanToJudge["plan"]>): PlanToJudge {
  return { ...one, plan: { ...one.plan, ...changes } };
}

function withConfig(one: PlanToJudge, changes: Partial<Agreement["config"]["federation"]>): PlanToJudge {
  const { config } = one.plan;
  return withPlan(one, { config: { ...config, federation: { ...config.federation, ...changes } } });
}

function withClient(
  one: PlanToJudge,
  client: number,
  changes: Partial<PlanToJudge["plan"]["clients"][number]>,
) {
  const clients = one.plan.clients.map((x) => (x.client === client ? { ...x, ...changes } : x));
  return withPlan(one, { clients });
}

describe("an owner does what a round asks", () => {
  const limits = policy.parse({});
  const judged = async (
    round: number,
    changes: Partial<OwnersJob> = {},
    more: LogEntry[] = [],
    rules = limits,
  ) => {
    const { job, entries } = at(round);
    return judgeRound({
      job: { ...job, ...changes },
      plan: await plan(),
      entries: [...entries, ...more],
      policy: rules,
      dataMac: other,
    });
  };

  test.each([1, 2, 3, 4])("of it in round %i, the final pass last, once and again", async (round) => {
    expect(await judged(round)).toBeUndefined();
    const again = sent(at(round).entries, at(round).job, other);
    expect(await judged(round, {}, [again])).toBeUndefined();
    // a resumed run asks once more for the same
    expect(await judged(round, { attempt: 2 }, [again])).toBeUndefined();
  });

  test("but not by another plan of the run", async () => {
    expect(await judged(2, { plan: other })).toMatchObject({ name: "PlanDiffers" });
  });

  test.each([1, 2])("but not by another model for one round, in execution %i", async (attempt) => {
    const done = sent(at(2).entries, at(2).job, other);
    expect(await judged(2, { chainSha256: other, attempt }, [done])).toMatchObject({ name: "ModelDiffers" });
  });

  test("but not another task of one execution's round, which another execution may ask for", async () => {
    const done = sent(at(2).entries, at(2).job, other);
    expect(await judged(2, { task: "evaluate" }, [done])).toMatchObject({
      name: "PlanDiffers",
      about: expect.stringContaining("was asked to train, and now to evaluate"),
    });
    expect(await judged(2, { task: "evaluate", attempt: 2 }, [done])).toBeUndefined();
  });

  test("and does not go back to a round that it had no part in", async () => {
    const [, second, third] = log as [LogEntry, LogEntry, LogEntry];
    expect(await judged(2, {}, [third])).toMatchObject({ name: "ChainBroken" });
    expect(await judged(2, {}, [second, third])).toBeUndefined();
  });

  test.each<[string, number, Partial<OwnersJob>, string]>([
    ["beyond the planned rounds", 4, { task: "train" }, "RoundsExceeded"],
    ["far beyond", 4, { round: 9 }, "EvaluationsExceeded"],
    ["for somebody else", 2, { client: 7 }, "RoundsExceeded"],
  ])("but not %s", async (_, round, changes, name) => {
    expect(await judged(round, changes)).toMatchObject({ name });
  });

  test("and evaluates without training once: that ends the run", async () => {
    const early = { ...at(2).job, task: "evaluate" as const };
    expect(await judged(2, { task: "evaluate" })).toBeUndefined();
    const done = [sent(at(2).entries, early, other)];
    expect(await judged(3, {}, done)).toMatchObject({ name: "EvaluationsExceeded" });
    expect(await judged(3, { task: "evaluate" }, done)).toMatchObject({ name: "EvaluationsExceeded" });
    expect(await judged(2, { task: "evaluate" }, done)).toBeUndefined();
  });

  test("as often as its policy allows on the same data, whatever the run", async () => {
    const two = policy.parse({ mostRounds: 2 });
    expect(await judged(2, {}, [], two)).toBeUndefined();
    expect(await judged(3, {}, [], two)).toMatchObject({ name: "RoundsExceeded" });
    expect(await judged(4, {}, [], two)).toBeUndefined();
    const three = policy.parse({ mostEvaluations: 3 });
    expect(await judged(3, {}, [], three)).toBeUndefined();
    expect(await judged(4, {}, [], three)).toMatchObject({ name: "EvaluationsExceeded" });
    expect(await judged(1, { run: "clinics.second", plan: other }, log, two)).toMatchObject({
      name: "RoundsExceeded",
    });
    const elsewhere = log.map((entry) =>
      "dataMac" in entry ? { ...entry, dataMac: "0".repeat(64) } : entry,
    );
    expect(await judged(1, { run: "clinics.second", plan: other }, elsewhere, two)).toBeUndefined();
  });
});

/** As an owner would sign it who is in league with the coordinator. */
async function signedAgain(
  { record }: StoredMetrics,
  client: number,
  changes: object,
): Promise<StoredMetrics> {
  const updates = await Promise.all(
    record.updates.map(async (one) => {
      if (one.client !== client || !one.signed) return one;
      const statement = { ...one.signed.statement, ...changes };
      const { signature } = await sign("update", statement, (owners[client] as TestOwner).signer);
      return { ...one, signed: { statement, signature } };
    }),
  );
  return { record: { ...record, updates }, raw: { ...record, updates } };
}

const otherLetter = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);

describe("an owner goes on from a model that", () => {
  /** @param consistent whether the job names the chain that those rounds make, as a coordinator would see to */
  async function judged(
    round: number,
    change: (since: StoredMetrics[]) => StoredMetrics[] = (all) => all,
    consistent = false,
    cohort = 2,
  ) {
    const { job, entries } = at(round);
    const since = change(round === 1 ? [] : [await metrics(round - 1)]);
    const known = jobs[round - 2]?.job.chainSha256 ?? "";
    const chainSha256 = consistent
      ? since.reduce((chain, { record, raw }) => chainAfter(roundLink(chain, record, raw)), known)
      : job.chainSha256;
    return judgeChain({ job: { ...job, chainSha256 }, plan: await plan(), entries, since, cohort });
  }

  /** As somebody would change them who knows the format. */
  const changed =
    (change: (record: StoredMetrics["record"]) => StoredMetrics["record"]) => (all: StoredMetrics[]) =>
      all.map(({ record }) => ({ record: change(record), raw: change(record) }));
  const withUpdates = (
    change: (all: StoredMetrics["record"]["updates"]) => StoredMetrics["record"]["updates"],
  ) => changed((one) => ({ ...one, updates: change(one.updates) }));
  const silent = { client: self, task: "train" as const, error: "States.Timeout", cause: "" };

  test.each([1, 2, 3, 4])("follows from the one before: round %i", async (round) => {
    expect(await judged(round)).toBeUndefined();
  });

  test("was made while its log was another one: not", async () => {
    const since = await Promise.all([1, 2, 3].map(metrics));
    const asked = { job: at(4).job, plan: await plan(), entries: [], cohort: 2 };
    expect(await judgeChain({ ...asked, since })).toMatchObject({ name: "LogRolledBack" });
    expect(await judgeChain({ ...asked, since: since.slice(1) })).toMatchObject({ name: "ChainBroken" });
  });

  test("is made of as many owners' updates as were agreed upon, and no fewer", async () => {
    expect(await judged(3, undefined, true, 3)).toBeUndefined();
    const alone = withUpdates((all) => all.filter(({ client }) => client === self));
    expect(await judged(3, alone, true)).toMatchObject({ name: "CohortTooSmall" });
    const nobody = changed((one) => ({ ...one, updates: [], silent: [silent], weightsSha256: other }));
    expect(await judged(3, nobody, true)).toMatchObject({ name: "CohortTooSmall" });
  });

  test("leaves its late update out, if it says so", async () => {
    const late = changed((one) => ({
      ...one,
      updates: one.updates.filter(({ client }) => client !== self),
      silent: [silent],
    }));
    expect(await judged(3, late, true)).toBeUndefined();
  });

  test.each<[string, (all: StoredMetrics[]) => StoredMetrics[]]>([
    ["no round has led to", () => []],
    ["a round has led to twice", (all) => [...all, ...all]],
    ["other figures have led to", changed((one) => ({ ...one, attempt: 2 }))],
  ])("%s: not", async (_, change) => {
    expect(await judged(3, change)).toMatchObject({ name: "ChainBroken" });
  });

  test.each<[string, object, RegExp]>([
    ["another plan, which that member was shown", { plan: other }, /owner 0 has another plan/],
    ["another model to start from", { globalSha256: other }, /owner 0 has another globalSha256/],
    ["another execution", { attempt: 2 }, /owner 0 has another attempt/],
    ["an evaluation in place of training", { task: "evaluate" }, /owner 0 has another task/],
  ])("counts what a member has signed for %s: not", async (_, changes, about) => {
    const { job, entries } = at(3);
    const since = [await signedAgain(await metrics(2), 0, changes)];
    expect(await judgeChain({ job, plan: await plan(), entries, since, cohort: 2 })).toEqual({
      name: "ChainBroken",
      about: expect.stringMatching(about),
    });
  });

  test("counts what members have signed for another model than the round before has made: not", async () => {
    const { job, entries } = at(2);
    const [first, second] = await Promise.all([metrics(1), metrics(2)]);
    const absent = {
      ...second.record,
      updates: second.record.updates.filter(({ client }) => client !== self),
    };
    const [one, two] = await Promise.all(
      [0, 2].map((client) => signedAgain({ record: absent, raw: absent }, client, { globalSha256: other })),
    );
    const from = (at: StoredMetrics | undefined, client: number) =>
      at?.record.updates.find((update) => update.client === client);
    const forged = { ...absent, updates: [from(one, 0), from(two, 2)].filter((x) => x !== undefined) };
    const since = [first, { record: forged, raw: forged }];
    const asked = { job: { ...job, round: 3 }, plan: await plan(), entries, cohort: 2 };
    expect(await judgeChain({ ...asked, since })).toEqual({
      name: "ChainBroken",
      about: expect.stringMatching(/round 2: owner 0 has another globalSha256/),
    });
  });

  test.each<[string, RegExp, (all: StoredMetrics[]) => StoredMetrics[]]>([
    [
      "another update of its own is in",
      /counts another update/,
      withUpdates((all) => all.map((one) => (one.client === self ? { ...one, sha256: other } : one))),
    ],
    [
      "its own update is not in, and nobody says why",
      /counts another update than this owner has sent, or none/,
      withUpdates((all) => all.filter(({ client }) => client !== self)),
    ],
    ["an update counts twice", /counts somebody twice/, withUpdates((all) => [...all, ...all])],
    [
      "somebody counts whom the plan does not know",
      /client 7, whom the plan does not know/,
      withUpdates((all) => [...all, { client: 7, sha256: other }]),
    ],
    [
      "an update is in that its owner has not signed",
      /owner 0 has another signature/,
      withUpdates((all) => all.map(({ client, sha256 }) => ({ client, sha256 }))),
    ],
    [
      "an update is in that was signed for another model",
      /owner 0 has another chainSha256/,
      withUpdates((all) =>
        all.map(({ signed, ...one }) => ({
          ...one,
          ...(signed && { signed: { ...signed, statement: { ...signed.statement, chainSha256: other } } }),
        })),
      ),
    ],
    [
      "an update is in whose signature somebody has made up",
      /owner 0 has not signed/,
      withUpdates((all) =>
        all.map(({ signed, ...one }) => ({
          ...one,
          ...(signed && { signed: { ...signed, signature: otherLetter(signed.signature) } }),
        })),
      ),
    ],
  ])("%s: not, however well the chain fits", async (_, about, change) => {
    expect(await judged(3, change, true)).toEqual({
      name: "ChainBroken",
      about: expect.stringMatching(about),
    });
  });
});
