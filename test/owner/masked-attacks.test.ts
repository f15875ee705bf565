import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { doJob } from "../../owner/do-job.ts";
import { openHome } from "../../owner/home.ts";
import type { Helping } from "../../owner/judge-opening.ts";
import { openBoxes } from "../../owner/open-boxes.ts";
import { openSums } from "../../owner/open-sums.ts";
import type { Bundle } from "../../owner/train.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { leftOut } from "../../shared/owners/left-out.ts";
import { openedOf } from "../../shared/owners/log-entry.ts";
import { policy } from "../../shared/owners/policy.ts";
import { whySilent } from "../../shared/owners/silent-causes.ts";
import type { FederationState, HelperReport } from "../../shared/workflow/payloads.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import { roundMetrics } from "../../shared/workflow/round-records.ts";
import { readMasked, readOpening } from "../../storage/masked-objects.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";
import { playRun, preparedRun } from "../functions/played-run.ts";
import {
  agreeMasked,
  byPolicy,
  helpers,
  helpingOf,
  hooksOf,
  maskingOwners,
  playMasked,
} from "./masked-owners.ts";
import { weightsOf } from "./masked-weights.ts";
import { trainingBundle } from "./training-bundle.ts";
import { doingOf, run, type WorkingOwner, work } from "./working-owners.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 240_000);

const metricsIn = (bucket: MemoryBucket, round: number) =>
  roundMetrics.parse(bucket.json(keys.roundMetrics(run, round)));

/** Four owners who have sent their masked updates of the first round; nobody has opened anything. */
interface Begun {
  readonly bucket: MemoryBucket;
  readonly owners: readonly WorkingOwner[];
  readonly agreed: Agreement;
  readonly plan: Plan;
  readonly seal: string;
  readonly federation: FederationState;
  /** A helper's job, over those who have reported. */
  readonly helping: (
    helper: HelperReport["helper"],
    clients?: readonly number[],
    attempt?: number,
  ) => Helping;
}

async function begun(): Promise<Begun> {
  const bucket = new MemoryBucket();
  const place = mkdtempSync(join(inject("temporary"), "masked-"));
  const owners = await maskingOwners(place);
  const agreed = await agreeMasked(bucket, owners, bundle, "FedAvg", place);
  const { plan: seal, writer, federation } = await preparedRun(bucket, { run });
  const plan = await bucket.objects.getRecord(keys.plan(run), planRecord);
  const send = async (attempt: number) => {
    for (const [client, owner] of owners.entries()) {
      const { round, chainSha256 } = federation;
      const input = { run, plan: seal, writer, round, attempt, task: "train", client, chainSha256 } as const;
      await work(bucket, owner, doingOf(bucket, agreed, owner, bundle, input));
    }
  };
  await send(1);
  await send(2);
  const helping = (helper: HelperReport["helper"], clients: readonly number[] = [0, 1, 2, 3], attempt = 1) =>
    helpingOf(bucket, agreed, {
      ...{ run, plan: seal, writer, helper },
      federation: { ...federation, execution: { ...federation.execution, number: attempt } },
      reports: clients.map((client) => ({
        ...{ client, sha256: "0".repeat(64), from: 0, to: 0 },
        usage: { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 },
      })),
    });
  return { bucket, owners, agreed, plan, seal, federation, helping };
}

let scene: Begun;
beforeAll(async () => {
  scene = await begun();
}, 240_000);

/** An owner with a copy of its home as it is before anybody has opened anything. */
async function copied(number: number): Promise<WorkingOwner> {
  const { home, data } = scene.owners[number] as WorkingOwner;
  const place = `${home.place}-${copies++}`;
  cpSync(home.place, place, { recursive: true });
  onTestFinished(() => rmSync(place, { recursive: true }));
  return { home: await openHome(place), data };
}
let copies = 0;

const helperAt = (helper: number) => copied(helpers[helper - 1] ?? 0);

/** The bytes with one bit of one byte turned: of each byte of what begins an object, and of its integers of every so many'th. */
function* altered(bytes: Uint8Array): Generator<{ readonly at: number; readonly bytes: Uint8Array }> {
  const header = Math.min(bytes.length, 2600);
  for (let at = 0; at < bytes.length; at += at < header ? 1 : 997) {
    const other = Uint8Array.from(bytes);
    other[at] = (other[at] ?? 0) ^ (1 << (at % 8));
    yield { at, bytes: other };
  }
}

describe("what owners and helpers send is refused by name, whichever bit of it is altered:", () => {
  test("boxes, of which no helper opens any", async () => {
    const { bucket, plan, agreed, helping } = scene;
    const { home } = await helperAt(1);
    const key = keys.boxes(run, 1, 2);
    const job = helping(1, [2]);
    const side = { agreed, policy: policy.parse({}), own: home.keys };
    const { chainSha256, plan: seal } = job.job;
    const global = bucket.contents.get(keys.global(run, 0));
    expect(global).toBeDefined();
    const { start } = plan;
    const context = {
      ...{ run, attempt: 1, round: 1, plan: seal, chainSha256 },
      globalSha256: start?.weightsSha256 ?? "",
    };
    const open = (bytes: Uint8Array) =>
      openBoxes({ ...job, objects: new Map([[key, bytes]]) }, plan, context, side);
    const bytes = bucket.contents.get(key) ?? new Uint8Array();
    expect(await open(bytes)).toMatchObject({ opened: [{ client: 2 }], left: [] });
    const names = new Set<string>();
    for (const one of altered(bytes)) {
      const { opened, left } = await open(one.bytes);
      expect(opened, `byte ${one.at}`).toEqual([]);
      names.add(left[0]?.because ?? "");
    }
    expect([...names]).toEqual(["ObjectInvalid"]);
  }, 240_000);

  test("boxes that somebody seals again after he has altered them, by their owner's signature", async () => {
    const { bucket, plan, agreed, helping } = scene;
    const { home } = await helperAt(1);
    const key = keys.boxes(run, 1, 2);
    const job = helping(1, [2]);
    const { chainSha256, plan: seal } = job.job;
    const context = {
      ...{ run, attempt: 1, round: 1, plan: seal, chainSha256 },
      globalSha256: plan.start?.weightsSha256 ?? "",
    };
    const side = { agreed, policy: policy.parse({}), own: home.keys };
    const record = bucket.json(key) as Record<string, object>;
    const other = "A".repeat(107);
    const statement = Object(record.signed).statement;
    for (const [changes, because] of [
      [{ boxes: { ...record.boxes, 1: other } }, "SignatureInvalid"],
      [{ updateSha256: "f".repeat(64) }, "SignatureInvalid"],
      [{ signed: undefined }, "SignatureInvalid"],
      [
        { signed: { ...record.signed, statement: { ...statement, logHead: "f".repeat(64) } } },
        "SignatureInvalid",
      ],
      [{ context: { ...record.context, globalSha256: "f".repeat(64) } }, "ObjectInvalid"],
      [{ client: 1 }, "ObjectInvalid"],
      [{ task: "evaluate" }, "ObjectInvalid"],
    ] as const) {
      const forged = new MemoryBucket();
      const { writer: _, seal: __, ...content } = record;
      await forged.objects.putRecord(key, { ...content, ...changes });
      const { left } = await openBoxes({ ...job, objects: forged.contents }, plan, context, side);
      expect(left).toEqual([{ client: 2, because }]);
    }
  });

  test("masked updates", async () => {
    const { bucket, plan, seal, federation } = scene;
    const key = keys.update(run, 1, 2);
    const begins = {
      plan: seal,
      chainSha256: federation.chainSha256,
      globalSha256: plan.start?.weightsSha256 ?? "",
    };
    const bytes = bucket.contents.get(key) ?? new Uint8Array();
    const other = new MemoryBucket();
    const read = async (one: Uint8Array) => {
      other.contents.set(key, one);
      const at = { round: 1, attempt: 1, begins };
      return readMasked(other.objects, plan, at, { client: 2, task: "train" });
    };
    expect((await read(bytes)).signed).toBeDefined();
    for (const one of altered(bytes)) {
      await expect(read(one.bytes), `byte ${one.at}`).rejects.toMatchObject({
        name: expect.stringMatching(/^(ObjectInvalid|UpdateInvalid)$/),
        message: expect.stringContaining(key),
      });
    }
  }, 240_000);

  test("opened sums", async () => {
    const { bucket, plan, seal, federation, helping } = scene;
    const opened = await openSums((await helperAt(2)).home, helping(2));
    if ("refusal" in opened) throw new Error(opened.refusal);
    const begins = {
      plan: seal,
      chainSha256: federation.chainSha256,
      globalSha256: plan.start?.weightsSha256 ?? "",
    };
    const other = new MemoryBucket();
    const read = async (one: Uint8Array, at: object = begins) => {
      other.contents.set(opened.key, one);
      return readOpening(other.objects, plan, { round: 1, attempt: 1, begins: at as typeof begins }, 2, true);
    };
    expect((await read(opened.opened)).signed).toBeDefined();
    await expect(read(opened.opened, { ...begins, globalSha256: "f".repeat(64) })).rejects.toMatchObject({
      name: "ObjectInvalid",
      message: expect.stringContaining("another globalSha256"),
    });
    for (const one of altered(opened.opened)) {
      await expect(read(one.bytes), `byte ${one.at}`).rejects.toMatchObject({
        name: "ObjectInvalid",
        message: expect.stringContaining(opened.key),
      });
    }
    expect(bucket.contents.has(opened.key)).toBe(false);
  }, 240_000);
});

describe("a helper", () => {
  test("opens one set for a model and never another, whatever execution asks, and forgets it in no process", async () => {
    const { helping } = scene;
    const owner = await helperAt(2);
    const first = await openSums(owner.home, helping(2, [0, 1, 3]));
    expect(first).toMatchObject({ key: keys.opened(run, 1, 2) });
    // the same job again: the same bytes, and no further line
    expect(await openSums(owner.home, helping(2, [0, 1, 3]))).toEqual(first);
    const again = { home: await openHome(owner.home.place) };
    for (const clients of [
      [0, 1, 2],
      [1, 2, 3],
    ]) {
      expect(await openSums(again.home, helping(2, clients, 2))).toEqual({ refusal: "CohortChanged" });
    }
    // one who comes later is left out of it
    const later = await openSums(again.home, helping(2, [0, 1, 2, 3], 2));
    if ("refusal" in later) throw new Error(later.refusal);
    const other = new MemoryBucket();
    other.contents.set(later.key, later.opened);
    const { header } = await readOpening(other.objects, scene.plan, { round: 1, attempt: 2 }, 2, true);
    expect(header.clients.map(({ client }) => client)).toEqual([0, 1, 3]);
    expect(header.left).toEqual([{ client: 2, because: "CohortChanged" }]);
    const { entries } = (await openHome(owner.home.place)).log;
    expect(openedOf(entries).map(({ attempt, set }) => [attempt, set.map(({ number }) => number)])).toEqual([
      [1, [0, 1, 3]],
      [2, [0, 1, 3]],
    ]);
    expect(entries.filter(({ event }) => event === "refused")).toHaveLength(2);
  }, 240_000);

  test("refuses sums over too few owners or examples, by the agreement and by its own policy", async () => {
    const owner = await helperAt(1);
    const refused = async (clients: readonly number[]) => openSums(owner.home, scene.helping(1, clients));
    expect(await refused([0, 1])).toEqual({ refusal: "SumTooSmall" });
    byPolicy(owner, { minimumExamplesInSum: 400 });
    // 110 to 137 rows each, of which a fifth is held out: what a sum may be over, the agreement says less of than the policy
    expect(await refused([0, 1, 2, 3])).toEqual({ refusal: "ExamplesTooFew" });
    byPolicy(owner, { minimumExamplesInSum: 200, minimumCohort: 4 });
    expect(await refused([0, 1, 2, 3])).toEqual({ refusal: "CohortTooSmall" });
    byPolicy(owner, { minimumCohort: 3 });
    expect(await refused([0, 1, 2])).toMatchObject({ key: keys.opened(run, 1, 1) });
  }, 240_000);

  test.each<[string, string, (helping: Helping) => Helping]>([
    ["it is asked as another helper", "PlanDiffers", as({ helper: 2 })],
    ["the plan is another one", "PlanDiffers", as({ plan: "f".repeat(64) })],
    ["the model is another one", "PlanDiffers", as({ chainSha256: "f".repeat(64) })],
    ["the round is beyond the plan", "PlanDiffers", as({ round: 9 })],
    ["the run is another federation's", "PlanDiffers", as({ run: "banks.first" })],
    ["a plan came that was altered", "PlanDiffers", withAltered(keys.plan(run))],
    ["a partition came that was altered", "PlanDiffers", withAltered(keys.partition(run))],
    ["a model came that was altered", "PlanDiffers", withAltered(keys.global(run, 0))],
  ])(
    "refuses where %s",
    async (_, refusal, change) => {
      const { home } = await helperAt(1);
      expect(await openSums(home, change(scene.helping(1)))).toEqual({ refusal });
      expect(openedOf((await openHome(home.place)).log.entries)).toEqual([]);
    },
    60_000,
  );

  test("that has paused, or trusts no helpers any more, opens nothing", async () => {
    const owner = await helperAt(1);
    byPolicy(owner, { helpers: [] });
    expect(await openSums(owner.home, scene.helping(1))).toEqual({ refusal: "HelpersUntrusted" });
    await owner.home.log.append({ event: "paused" }, new Date("2026-11-29T13:00:00Z"));
    expect(await openSums(owner.home, scene.helping(1))).toEqual({ refusal: "OwnerPaused" });
  }, 240_000);

  test("whose home was brought back from before it opened sums is told so by the round that counts them", async () => {
    const owners = await maskingOwners();
    const place = owners[helpers[0]]?.home.place ?? "";
    const kept = `${place}-backup`;
    const bucket = new MemoryBucket();
    const reports: HelperReport[] = [];
    await playMasked(bundle, {
      ...{ owners, bucket },
      helper: async (round, helper, open) => {
        if (round === 1 && helper === 1) cpSync(place, kept, { recursive: true });
        const report = await open();
        if (round === 1 && helper === 1) {
          // its own update is in the log of the backup, and the sums are not
          rmSync(place, { recursive: true });
          cpSync(kept, place, { recursive: true });
        }
        if (helper === 1) reports.push(report);
        if (reports.length > 1) throw new RangeError("enough");
        return report;
      },
    }).catch((error: unknown) => expect(error).toMatchObject({ message: "enough" }));
    rmSync(kept, { recursive: true });
    expect(reports.slice(0, 2)).toMatchObject([
      { sha256: expect.any(String) },
      { error: { Error: "LogRolledBack" } },
    ]);
  }, 240_000);
});

function as(changes: Partial<Helping["job"]>): (helping: Helping) => Helping {
  return ({ job, ...helping }) => ({ ...helping, job: { ...job, ...changes } });
}

function withAltered(key: string): (helping: Helping) => Helping {
  return (helping) => {
    const bytes = Uint8Array.from(helping.objects.get(key) ?? []);
    const at = bytes.length - 9;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return { ...helping, objects: new Map([...helping.objects, [key, bytes]]) };
  };
}

describe("a run of masked owners", () => {
  test("goes on without one owner and one helper, with the weights of the same clients in the open", async () => {
    const shy = 2;
    const silent = { error: { Error: "States.HeartbeatTimeout" } };
    const { bucket, agreed, owners, result } = await playMasked(bundle, {
      client: async (round, client, train) =>
        round === 1 && client === shy ? { client, ...silent } : train(),
      helper: async (round, helper, open) =>
        round === 2 && helper === 3 ? { helper: 3, ...silent } : open(),
    });
    const plain = await weightsOf("none", agreed, owners, "FedAvg", {
      interfere: async (round, client, train) =>
        round === 1 && client === shy ? { client, ...silent } : train(),
    });
    expect(result.federated.weightsSha256).toBe(plain);
    const [first, second] = [metricsIn(bucket, 1), metricsIn(bucket, 2)];
    const cause = whySilent("States.HeartbeatTimeout");
    expect(first.silent).toEqual([{ client: shy, task: "train", error: "States.HeartbeatTimeout", cause }]);
    expect(first.updates.every(({ signed }) => signed?.statement.boxesSha256 !== undefined)).toBe(true);
    expect(first.masks).toMatchObject({ silent: [], unchecked: [] });
    expect(second.masks).toMatchObject({
      helpers: [
        { helper: 1, signed: { statement: { helper: 1 } } },
        { helper: 2, signed: { statement: { helper: 2 } } },
      ],
      silent: [{ helper: 3, error: "States.HeartbeatTimeout", cause }],
      unchecked: [1, 2],
    });
    expect((await verifyRun(bucket, run, here)).findings).toEqual([]);
  }, 240_000);

  test("ends by name where two helpers are silent, and goes on where it was with other masks", async () => {
    const bucket = new MemoryBucket();
    const owners = await maskingOwners();
    const agreed = await agreeMasked(bucket, owners, bundle);
    const away = hooksOf(bundle, bucket, owners, agreed, {
      helper: async (_round, helper, open) =>
        helper === 1 ? open() : { helper: helper as 2 | 3, error: { Error: "OwnerPaused" } },
    });
    await expect(playRun(bucket, run, away)).rejects.toMatchObject({
      name: "HelpersSilent",
      message: expect.stringContaining("helper 2: OwnerPaused"),
    });
    const { result } = await playRun(bucket, run, hooksOf(bundle, bucket, owners, agreed));
    expect(result.federated.weightsSha256).toBe(await weightsOf("none", agreed, owners));
  }, 240_000);

  test("leaves out an owner whose boxes were altered on their way, in words of the coordinator's own", async () => {
    const bucket = new MemoryBucket();
    const play = playMasked(bundle, {
      bucket,
      client: async (round, client, train) => {
        // the first round tells
        if (round > 1) throw new RangeError("enough");
        const report = await train();
        const bytes = bucket.contents.get(keys.boxes(run, round, client));
        if (client === 2 && bytes) bytes[300] = (bytes[300] ?? 0) ^ 1;
        return report;
      },
    });
    await expect(play).rejects.toThrow("enough");
    expect(metricsIn(bucket, 1).silent).toEqual([
      { client: 2, task: "train", error: "BoxInvalid", cause: leftOut.ObjectInvalid },
    ]);
  }, 240_000);

  test("ends by name where an update is another one than the one whose boxes were opened", async () => {
    const bucket = new MemoryBucket();
    const play = playMasked(bundle, {
      bucket,
      helper: async (round, helper, open) => {
        const report = await open();
        const bytes = bucket.contents.get(keys.update(run, round, 2));
        if (round === 1 && helper === 3 && bytes) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        return report;
      },
    });
    await expect(play).rejects.toMatchObject({
      name: "MaskedUpdateLost",
      message: expect.stringContaining(keys.update(run, 1, 2)),
    });
  }, 240_000);

  test("has no part of an owner whose policy lists one helper alone", async () => {
    const { bucket, agreed, federation, seal } = scene;
    const owner = await copied(2);
    const { chainSha256 } = federation;
    const input = { run, plan: seal, writer: "w", round: 1, attempt: 3, client: 2, chainSha256 } as const;
    const doing = doingOf(bucket, agreed, owner, bundle, { ...input, task: "train" });
    byPolicy(owner, { helpers: ["owner 0"] });
    expect(await doJob(owner.home, doing)).toEqual({ refusal: "HelpersUntrusted" });
    byPolicy(owner, { helpers: ["owner 0", "owner 1"], minimumExamplesInSum: 201 });
    expect(await doJob(owner.home, doing)).toEqual({ refusal: "ExamplesTooFew" });
    byPolicy(owner, { minimumExamplesInSum: 200 });
    expect(await doJob(owner.home, doing)).toMatchObject({ boxes: { key: keys.boxes(run, 1, 2, 3) } });
  }, 240_000);
});
