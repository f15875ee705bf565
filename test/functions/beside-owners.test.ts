import { beforeEach, describe, expect, test } from "vitest";
import { prices } from "../../cloud/prices.ts";
import { flowCounts } from "../../cloud/workflow/counts.generated.ts";
import { keys } from "../../shared/layout.ts";
import { type Agreement, nameOf } from "../../shared/owners/agreement.ts";
import { judgeChain } from "../../shared/owners/judge-chain.ts";
import { judgePlan, type PlanToJudge } from "../../shared/owners/judge-plan.ts";
import { simulatedDataset } from "../../shared/owners/simulated-shards.ts";
import { partitionRecord, planRecord } from "../../shared/workflow/plan-record.ts";
import { expensesRecord, outcomeRecord } from "../../shared/workflow/result-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { readDataset } from "../../storage/dataset-objects.ts";
import { type Executed, failing } from "../local/stepfunctions/toy-machine.ts";
import { agreementOf } from "../shared/owners/agreed.ts";
import { type FlowRun, runFlow } from "./flow-run.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimOwnersRun, macOf, simulatedWeights, type TestOwner, testOwners, workOf } from "./owners.ts";
import { preparedRun } from "./played-run.ts";

const run = "clinics.first";
/** Owner 0 is in an account of its own, owners 1 and 2 ask at the door, client 3 is simulated. */
const [rounds, self, beside] = [2, 1, 3];
let bucket: MemoryBucket;
let all: TestOwner[];
let agreed: Agreement;

beforeEach(async () => {
  bucket = new MemoryBucket();
  all = await testOwners(4);
});

const claim = async (federation: Partial<Agreement["config"]["federation"]> = {}) => {
  const owners = all.slice(0, beside);
  const { config, members } = agreementOf(owners.map(({ signer }) => signer));
  agreed = await claimOwnersRun(bucket, run, owners, {
    changes: {
      config: { ...config, federation: { ...config.federation, rounds, quorum: 0.6, ...federation } },
      members: members.map((one, at) =>
        at === 0 ? { ...one, account: { account: "111122223333", stack: "stack-0" } } : one,
      ),
    },
    beside: all.slice(beside).map(({ examples }) => examples),
  });
};

const flow: FlowRun = {
  owner: async (left) => left.done(await workOf(bucket, agreed, all[left.job.client] as TestOwner, left.job)),
  inAccount: (job) => workOf(bucket, agreed, all[job.client] as TestOwner, job),
};

const outcome = () => outcomeRecord.parse(bucket.json(keys.result(run)));
const metricsOf = (round: number) => bucket.objects.getSealed(keys.roundMetrics(run, round), roundMetrics);
const endings = (executed: readonly Executed[]) =>
  executed.map(({ ending }) => (ending.status === "SUCCEEDED" ? ending.status : ending));

describe("a simulated client beside owners at the door and in an account", () => {
  test("trains in the same rounds, to the weights of the simulated run over all tables", async () => {
    await claim();
    expect(endings(await runFlow(bucket, { run }, flow))).toEqual(["SUCCEEDED"]);
    const { federated, dataset, clients } = outcome();
    const examples = all.map((one) => one.examples);
    expect(federated.weightsSha256).toBe(await simulatedWeights(agreed, examples));
    expect(dataset.owners).toEqual(["owner 0", "owner 1", "owner 2", "beside 0"]);
    expect(clients.map(({ train, heldOut }) => train + heldOut)).toEqual(examples.map(({ count }) => count));
    const { record } = await metricsOf(rounds);
    expect(record.updates.map(({ client, signed }) => [client, signed !== undefined])).toEqual([
      [0, true],
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  test("has its shard written, and nobody else", async () => {
    await claim();
    await preparedRun(bucket, { run });
    const { record: plan } = await bucket.objects.getSealed(keys.plan(run), planRecord);
    const { digest } = plan.dataset;
    expect(plan.shards.map((shard) => shard !== null)).toEqual([false, false, false, true]);
    const written = [...bucket.contents.keys()].filter((key) => key.startsWith("shards/"));
    const [index, shard] = [keys.shardIndex(digest, plan.partition), keys.shard(digest, plan.partition, 3)];
    expect(written.sort()).toEqual([index, shard].sort());
  });

  test("costs its invocations and states, as the bill says", async () => {
    await claim();
    const [executed] = await runFlow(bucket, { run }, flow);
    const { execution, prepare, ownersRound, owner, account, beside: simulated, finish } = flowCounts;
    const counted = (what: "events" | "transitions") =>
      execution[what] +
      prepare[what] +
      (rounds + 1) * (ownersRound[what] + 2 * owner[what] + account[what] + simulated[what]) +
      finish[what];
    expect(executed?.history.events).toHaveLength(counted("events"));
    expect(executed?.history.transitions).toBe(counted("transitions"));
    const { cost, invocations } = expensesRecord.parse(bucket.json(keys.expenses(run)));
    expect(cost.lines.transitions).toBeCloseTo(counted("transitions") * prices.stateTransition, 12);
    // PrepareRun, TrainClient and AggregateRound in each round, FinishRun
    expect(invocations.count).toBe(2 + 2 * (rounds + 1));
  });

  test("that fails is silent, and no quorum misses it", async () => {
    await claim({ quorum: 1 });
    await preparedRun(bucket, { run });
    const { record: plan } = await bucket.objects.getSealed(keys.plan(run), planRecord);
    bucket.contents.set(keys.shard(plan.dataset.digest, plan.partition, beside), new Uint8Array(9));
    expect(endings(await runFlow(bucket, { run }, flow))).toEqual(["SUCCEEDED"]);
    const { record } = await metricsOf(1);
    expect(record.silent.map(({ client, error }) => [client, error])).toEqual([[beside, "ObjectInvalid"]]);
  });

  test("stands in for no owner: the quorum is one of the owners", async () => {
    await claim({ quorum: 1 });
    const declining: FlowRun = {
      ...flow,
      inAccount: (job) =>
        job.round === 1 ? failing("Shy", "") : workOf(bucket, agreed, all[0] as TestOwner, job),
    };
    const [executed] = await runFlow(bucket, { run }, declining);
    expect(executed?.ending).toMatchObject({
      error: "QuorumNotReached",
      cause: expect.stringMatching(/2 of 3 owners reported, the quorum is 3 \(owner 0: /),
    });
  });

  test("whose data are others than were agreed upon ends the run before anybody is asked", async () => {
    await claim();
    const clients = (agreed.simulated?.clients ?? []).map((one) => ({
      ...one,
      labels: one.labels && { ...one.labels, all: [...one.labels.all].reverse() },
    }));
    const told = { ...agreed, simulated: { dataset: agreed.simulated?.dataset ?? "", clients } };
    const owners = all.slice(0, beside);
    await claimOwnersRun(bucket, "clinics.other", owners, { changes: told });
    await expect(preparedRun(bucket, { run: "clinics.other" })).rejects.toThrow(
      /ObjectInvalid|the examples of beside 0 are not as version 1 of clinics tells of them/,
    );
  });
});

describe("an owner takes a run with a simulated client", () => {
  async function judged(change: (one: PlanToJudge) => PlanToJudge = (one) => one) {
    const { record: partition, seal } = await bucket.objects.getSealed(keys.partition(run), partitionRecord);
    const { record: plan } = await bucket.objects.getSealed(keys.plan(run), planRecord);
    const { signer, examples } = all[self] as TestOwner;
    const one = change({ plan, partition, partitionSeal: seal });
    return judgePlan(one, { agreed, key: signer.key, dataMac: await macOf(examples) });
  }

  async function chain(
    edit: (record: Awaited<ReturnType<typeof metricsOf>>["record"]) => object = () => ({}),
  ) {
    const planned = await bucket.objects.getSealed(keys.plan(run), planRecord);
    const { record, raw } = await metricsOf(1);
    const changed = { ...record, ...edit(record) };
    const job = {
      ...{ agreement: nameOf(agreed), run, plan: planned.seal, writer: "fedstep", round: 2, attempt: 1 },
      ...{ task: "train" as const, client: self, chainSha256: record.chainSha256 },
    };
    const since = [{ record: changed, raw }];
    return judgeChain({ job, plan: planned.record, since, entries: [], cohort: agreed.minimumCohort });
  }

  beforeEach(async () => {
    await claim();
    await runFlow(bucket, { run }, flow);
  });

  test("that was agreed upon", async () => {
    expect(await judged()).toBeUndefined();
    // its log knows nothing of the round that counts its update
    expect(await chain()).toMatchObject({ name: "LogRolledBack" });
    const without = { updates: (await metricsOf(1)).record.updates.filter(({ client }) => client !== self) };
    expect(await chain(() => without)).toBeUndefined();
  });

  test.each<[string, (one: PlanToJudge) => PlanToJudge]>([
    [
      "has another one",
      (one) => withClients(one, (clients) => [...clients, { ...last(clients), client: 4 }]),
    ],
    [
      "has it as an owner",
      (one) =>
        withClients(one, (clients) => [
          ...clients.slice(0, -1),
          { ...last(clients), place: clients[0]?.place },
        ]),
    ],
    [
      "counts its examples otherwise",
      (one) => withClients(one, (clients) => [...clients.slice(0, -1), { ...last(clients), train: 1 }]),
    ],
    ["leaves it out", (one) => withClients(one, (clients) => clients.slice(0, -1))],
    ["has no shard of it", (one) => withShards(one, [])],
    ["has a shard of an owner", (one) => withShards(one, [other, null, null, other])],
    ["has one shard more", (one) => withShards(one, [...one.partition.shards, other])],
  ])("but by no plan that %s than was agreed upon", async (_, change) => {
    expect(await judged(change)).toMatchObject({ name: "PlanDiffers" });
  });

  test("by whatever bytes it trains, which its readers check", async () => {
    expect(await judged((one) => withShards(one, [null, null, null, other]))).toBeUndefined();
  });

  test("in whose rounds enough owners have trained, whoever else has", async () => {
    const only = (keep: readonly number[]) =>
      chain(({ updates }) => ({ updates: updates.filter(({ client }) => keep.includes(client)) }));
    expect(await only([0, beside])).toMatchObject({ name: "CohortTooSmall" });
    expect(await only([0, 2])).toBeUndefined();
  });

  test("and in whose rounds nobody signs for it, or takes its place without a signature", async () => {
    const signed = (await metricsOf(1)).record.updates[0]?.signed;
    const forged = await chain(({ updates }) => ({
      updates: updates.flatMap((one) =>
        one.client === self ? [] : [one.client === beside ? { ...one, signed } : one],
      ),
    }));
    expect(forged).toMatchObject({
      name: "ChainBroken",
      about: expect.stringContaining("which is simulated"),
    });
    const unsigned = await chain(({ updates }) => ({
      updates: updates.flatMap(({ signed: own, ...one }) =>
        one.client === self ? [] : [one.client === 0 ? one : { ...one, ...(own && { signed: own }) }],
      ),
    }));
    expect(unsigned).toMatchObject({ name: "ChainBroken" });
  });
});

test("the data set of simulated clients is the one that the agreement names", async () => {
  await claim();
  const record = simulatedDataset(agreed);
  expect(record && (await readDataset(bucket.objects, record)).examples.count).toBe(
    all[beside]?.examples.count,
  );
});

const other = "f".repeat(64);
type Clients = PlanToJudge["partition"]["clients"];
const last = (clients: Clients) => clients.at(-1) as Clients[number];

function withClients(
  { plan, partition, partitionSeal }: PlanToJudge,
  change: (clients: Clients) => Clients,
): PlanToJudge {
  const clients = change(partition.clients);
  const planned = clients.map(({ labelCounts: _, ...one }) => one);
  return { plan: { ...plan, clients: planned }, partition: { ...partition, clients }, partitionSeal };
}

const withShards = (one: PlanToJudge, shards: PlanToJudge["plan"]["shards"]): PlanToJudge => ({
  ...one,
  plan: { ...one.plan, shards },
  partition: { ...one.partition, shards },
});
