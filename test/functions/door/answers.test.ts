import { describe, expect, test } from "vitest";
import { keys } from "../../../shared/layout.ts";
import {
  endAnswer,
  jobAnswer,
  jobSha256,
  roundAnswer,
  sendAnswer,
} from "../../../shared/owners/door-protocol.ts";
import { refusalNames } from "../../../shared/owners/refusals.ts";
import { clientReport } from "../../../shared/workflow/payloads.ts";
import { sealRecord } from "../../../storage/sealed-records.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import { coordinator, digest, job, slotOf, start, token, updateKey } from "./coordinator.ts";

const owner = await newSigner();
const jobAsked = { ask: "job", working: null, done: null, since: null };
const sha256 = "d".repeat(64);
const checksum = Buffer.from(sha256, "hex").toString("base64");
const update = { bytes: "x".repeat(9), checksum };

function waiting(slot: unknown = slotOf()) {
  const all = coordinator();
  all.leave(owner.key, slot);
  return all;
}

describe("a job", () => {
  test("is the one that waits, with addresses of what it takes", async () => {
    const { ask, calls } = waiting();
    const { status, content } = await ask(owner, jobAsked);
    expect(status).toBe(200);
    const { at, job: given, reads } = jobAnswer.parse(content);
    expect([at, given]).toEqual([new Date(start).toISOString(), job]);
    expect(reads.map(({ key }) => key)).toEqual([
      keys.plan(job.run),
      keys.partition(job.run),
      keys.global(job.run, 2),
      keys.roundState(job.run, 2),
      keys.roundMetrics(job.run, 1),
      keys.roundMetrics(job.run, 2),
    ]);
    for (const { key, url } of reads) {
      const { origin, pathname, searchParams } = new URL(url);
      expect(`${origin}${pathname}`).toBe(`https://bucket.s3.eu-central-1.amazonaws.com/${key}`);
      expect(searchParams.get("X-Amz-Expires")).toBe("300");
      expect(searchParams.get("X-Amz-Security-Token")).toBe("session/of+the=door");
    }
    expect(calls).toHaveLength(1);
  });

  test.each([
    ["since a round of this run", { run: job.run, round: 2 }, [2]],
    ["since a round of another run", { run: "clinics.other", round: 2 }, [1, 2]],
    ["since the round itself, which is asked for again", { run: job.run, round: 3 }, [1, 2]],
    ["since a round that there is not", { run: job.run, round: 0 }, [1, 2]],
  ])("comes with the metrics %s", async (_, since, rounds) => {
    const { content } = await waiting().ask(owner, { ...jobAsked, since });
    const metrics = jobAnswer
      .parse(content)
      .reads.map(({ key }) => key)
      .filter((key) => key.endsWith("metrics.json"));
    expect(metrics).toEqual(rounds.map((round) => keys.roundMetrics(job.run, round)));
  });

  test("comes with so many metrics at the most, and in the first round with none", async () => {
    const of = async (round: number) => {
      const { content } = await waiting(slotOf({ job: { ...job, round } })).ask(owner, jobAsked);
      return jobAnswer.parse(content).reads.map(({ key }) => key);
    };
    expect(await of(1)).toEqual(
      [keys.plan, keys.partition]
        .map((key) => key(job.run))
        .concat([keys.global(job.run, 0), keys.roundState(job.run, 0)]),
    );
    const late = await of(5001);
    expect(late).toHaveLength(4 + 1000);
    expect(late.at(-1)).toBe(keys.roundMetrics(job.run, 5000));
  });

  test.each([
    ["that is over", slotOf({ enteredAt: "2026-11-29T18:59:59.999Z" }), jobAsked],
    ["that was sent or declined", slotOf(), { ...jobAsked, done: digest }],
  ])("%s is none", async (_, slot, fields) => {
    const { content } = await waiting(slot).ask(owner, fields);
    expect(jobAnswer.parse(content)).toMatchObject({ job: null, reads: [] });
  });

  test("that has a millisecond left is one", async () => {
    const { content } = await waiting(slotOf({ enteredAt: "2026-11-29T19:00:00.000Z" })).ask(owner, jobAsked);
    expect(content.job).toEqual(job);
  });

  test("under work has its wait begin anew, unless nobody waits any more", async () => {
    const { ask, calls, state } = waiting();
    const working = { ...jobAsked, working: digest };
    // with no addresses, which it has
    expect((await ask(owner, working)).content).toMatchObject({ job, reads: [] });
    expect(calls.slice(1)).toEqual(["SendTaskHeartbeat"]);
    state.waiting.delete(token);
    expect((await ask(owner, working)).content.job).toBe(null);
    // asked for without being worked on, Step Functions is not bothered
    await ask(owner, jobAsked);
    expect(calls.filter((call) => call === "SendTaskHeartbeat")).toHaveLength(2);
  });
});

describe("what a round before was made of", () => {
  const asked = { ask: "round", job: digest, round: 2 };
  const metrics = {
    ...{ round: 2, attempt: 2, updates: [0, 2].map((client) => ({ client, sha256 })) },
    masks: {
      ...{ contextSha256: sha256, silent: [], unchecked: [] },
      helpers: [1, 3].map((helper) => ({ helper, sha256 })),
    },
  };
  const account = { account: "111122223333", stack: "fedstep-owner" };
  const place = { kind: "account", owner: "clinic", key: owner.key, ...account };
  const helpers = [1, 2, 3].map((helper) => ({
    ...{ helper, owner: `helper ${helper}`, key: owner.key, exchangeKey: owner.key },
    ...(helper === 3 && { account }),
  }));
  /** A door of a run whose owners have agreed so, client 2 and helper 3 in accounts of their own. */
  async function agreed(secureAggregation: object, said: object = metrics) {
    const all = waiting();
    const sealed = async (key: string, record: object) =>
      all.objects.set(key, { bytes: (await sealRecord(key, record)).text });
    await sealed(keys.plan(job.run), {
      ...{ run: job.run, config: { federation: { secureAggregation } } },
      ...{ clients: [{ client: 0 }, { client: 2, place }], helpers },
    });
    await sealed(keys.roundMetrics(job.run, 2), said);
    return all;
  }
  const recomputable = { helpers: "owners", recomputable: true };

  test("has addresses as its metrics name it, and nobody else's", async () => {
    const { ask } = await agreed(recomputable);
    const { reads } = roundAnswer.parse((await ask(owner, asked)).content);
    expect(reads.map(({ key }) => key)).toEqual([
      ...[keys.global(job.run, 1), keys.roundState(job.run, 1), keys.roundMetrics(job.run, 1)],
      ...[keys.update(job.run, 2, 0, 2), keys.update(job.run, 2, 2, 2, account.account)],
      ...[keys.opened(job.run, 2, 1, 2), keys.opened(job.run, 2, 3, 2, account.account)],
    ]);
    for (const { key, url } of reads) {
      const { origin, pathname, searchParams } = new URL(url);
      expect(`${origin}${pathname}`).toBe(`https://bucket.s3.eu-central-1.amazonaws.com/${key}`);
      expect(searchParams.get("X-Amz-Expires")).toBe("300");
    }
  });

  test.each<[string, object, object]>([
    ["owners have not agreed to it", { helpers: "owners" }, metrics],
    ["nobody masks", { helpers: null, recomputable: true }, metrics],
    ["the coordinator stands in for helpers", { helpers: "coordinator", recomputable: true }, metrics],
    ["the round has no masks", recomputable, { ...metrics, masks: undefined }],
  ])("has none where %s", async (_, secureAggregation, said) => {
    const { ask } = await agreed(secureAggregation, said);
    expect(roundAnswer.parse((await ask(owner, asked)).content).reads).toEqual([]);
  });

  test.each([
    ["the job's own round", { round: 3 }, 400, "RequestInvalid"],
    ["a round after it", { round: 4 }, 400, "RequestInvalid"],
    ["no round", { round: 0 }, 400, "RequestInvalid"],
    ["a round that there is not", { round: 1 }, 503, "DoorFailed"],
    ["another job's", { job: "e".repeat(64) }, 409, "JobGone"],
  ])("is not told of %s", async (_, changes, status, error) => {
    const { ask } = await agreed(recomputable);
    const answered = await ask(owner, { ...asked, ...changes });
    expect([answered.status, answered.content.error]).toEqual([status, error]);
  });

  test("is not told to who has no job, nor to a helper for its job as one", async () => {
    const { ask } = await agreed(recomputable);
    const stranger = await newSigner();
    expect((await ask(stranger, asked)).content.error).toBe("JobGone");
    const { task: _, client: __, ...of } = job;
    const opening = { ...of, task: "open" as const, helper: 1 as const, ended: null };
    const all = await agreed(recomputable);
    all.leave(owner.key, { ...slotOf(), job: opening, reports: [] });
    const named = { ...asked, job: jobSha256({ ...opening, clients: [] }) };
    expect((await all.ask(owner, named)).content.error).toBe("RequestInvalid");
  });
});

describe("an update", () => {
  const send = { ask: "send", job: digest, bytes: 9, sha256 };

  test("gets an address that takes those bytes once", async () => {
    const { ask, calls } = waiting();
    const { put } = sendAnswer.parse((await ask(owner, send)).content);
    if (!put) throw new Error("no address");
    const { origin, pathname, searchParams } = new URL(put.url);
    expect(`${origin}${pathname}`).toBe(`https://bucket.s3.eu-central-1.amazonaws.com/${updateKey}`);
    expect(put.headers).toEqual({
      "content-length": "9",
      "content-type": "application/octet-stream",
      "if-none-match": "*",
      "x-amz-checksum-sha256": checksum,
    });
    expect(searchParams.get("X-Amz-SignedHeaders")).toBe(
      "content-length;content-type;host;if-none-match;x-amz-checksum-sha256",
    );
    expect(Number(searchParams.get("X-Amz-Expires"))).toBeLessThanOrEqual(900);
    expect(calls.slice(1)).toEqual([`HEAD ${updateKey}`]);
  });

  test("that is there already needs none", async () => {
    const { ask, objects } = waiting();
    objects.set(updateKey, update);
    expect(sendAnswer.parse((await ask(owner, send)).content).put).toBe(null);
  });

  test.each([
    ["of another digest", { bytes: update.bytes, checksum: Buffer.alloc(32).toString("base64") }],
    ["of another length", { bytes: "x".repeat(8), checksum }],
    ["of no known digest", { bytes: update.bytes }],
  ])("is refused where one %s is there", async (_, stored) => {
    const { ask, objects, ended } = waiting();
    objects.set(updateKey, stored);
    for (const asked of ["send", "done"]) {
      const { status, content } = await ask(owner, { ...send, ask: asked });
      expect([status, content.error]).toEqual([409, "UpdateDiffers"]);
    }
    expect(ended).toEqual([]);
  });

  test("has as many bytes as one of the run may have, and no more", async () => {
    const { ask, calls } = waiting();
    expect((await ask(owner, { ...send, bytes: 10_000 })).status).toBe(200);
    const before = calls.length;
    const { status, content } = await ask(owner, { ...send, bytes: 10_001 });
    expect([status, content.error]).toEqual([413, "UpdateTooLarge"]);
    expect(calls.length - before).toBe(1);
  });
});

describe("the end of a job", () => {
  const done = { ask: "done", job: digest, bytes: 9, sha256 };

  test("is told once the update is there, as the report that the round goes by", async () => {
    const { ask, objects, ended, calls } = waiting();
    const missing = await ask(owner, done);
    expect([missing.status, missing.content.error]).toEqual([409, "UpdateMissing"]);
    expect(ended).toEqual([]);
    objects.set(updateKey, update);
    const other = await ask(owner, { ...done, sha256: "e".repeat(64) });
    expect(other.content.error).toBe("UpdateDiffers");
    expect(endAnswer.parse((await ask(owner, done)).content).counted).toBe(true);
    expect(calls.at(-1)).toBe("SendTaskSuccess");
    const [one, ...more] = ended as { operation: string; output: string }[];
    expect(more).toEqual([]);
    expect(one?.operation).toBe("SendTaskSuccess");
    expect(clientReport.parse(JSON.parse(one?.output ?? ""))).toEqual({
      client: 1,
      sha256,
      from: Date.parse("2026-11-29T19:55:00.000Z"),
      to: start,
      usage: { count: 0, cold: 0, billedMs: 0, gbSeconds: 0 },
    });
  });

  test("is not told again where it is asked for again, or too late", async () => {
    const { ask, objects, ended, warnings } = waiting();
    objects.set(updateKey, update);
    await ask(owner, done);
    for (const _ of [1, 2]) expect(endAnswer.parse((await ask(owner, done)).content).counted).toBe(null);
    expect(
      endAnswer.parse((await ask(owner, { ask: "decline", job: digest, refusal: "OwnerPaused" })).content)
        .counted,
    ).toBe(null);
    expect(ended).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test.each(refusalNames)("is a failure by the name %s and nothing else", async (refusal) => {
    const { ask, ended } = waiting();
    const decline = { ask: "decline", job: digest, refusal };
    expect(endAnswer.parse((await ask(owner, decline)).content).counted).toBe(true);
    expect(endAnswer.parse((await ask(owner, decline)).content).counted).toBe(null);
    expect(ended).toEqual([{ operation: "SendTaskFailure", error: refusal }]);
  });

  test("takes no name of the owner's own, and no words", async () => {
    const { ask, calls } = waiting();
    for (const fields of [{ refusal: "age 43" }, { refusal: "OwnerPaused", cause: "age 43" }]) {
      const { content } = await ask(owner, { ask: "decline", job: digest, ...fields });
      expect(content.error).toBe("RequestInvalid");
    }
    expect(calls).toEqual([]);
  });
});
