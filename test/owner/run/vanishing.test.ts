import { beforeAll, describe, expect, test } from "vitest";
import { allowRun } from "../../../owner/allow.ts";
import { openHome } from "../../../owner/home.ts";
import { leaveFederation } from "../../../owner/leave.ts";
import { outFile } from "../../../owner/leaving.ts";
import { JobOver, whileAtWork } from "../../../owner/run/at-work.ts";
import type { TakingPart } from "../../../owner/run/taking-part.ts";
import type { Bundle } from "../../../owner/train.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import type { JobAnswer } from "../../../shared/owners/door-protocol.ts";
import { signedOf } from "../../../shared/owners/log-entry.ts";
import { folder } from "../homes.ts";
import { run } from "../working-owners.ts";
import { type AskedOwner, askedOwner, trainingBundle } from "./asked-owner.ts";
import { takes } from "./taking.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

const vanished = new Error("vanished");
const update = keys.update(run, 1, 1, 1);
const entriesOf = async ({ owner }: AskedOwner) => (await openHome(owner.home.place)).log.entries;
const taking = (asked: AskedOwner, changes: Partial<TakingPart> = {}, signal?: AbortSignal) => {
  const { owner, agreed, door } = asked;
  return takes(
    { owner, agreed, bundle, url: door.url, ...(signal && { signal }) },
    { until: "one job", ...changes },
  );
};

/** Has the owner vanish at a moment. @param moment calls what ends it, and may answer nothing */
async function vanishing(
  asked: AskedOwner,
  moment: (vanish: () => void) => Partial<TakingPart>,
): Promise<void> {
  const stop = new AbortController();
  const changes = moment(() => stop.abort(vanished));
  await expect(taking(asked, changes, stop.signal)).rejects.toThrow("vanished");
  asked.door.lie = (_, reply) => reply;
  asked.door.storage = () => false;
}

const moments: readonly [string, (asked: AskedOwner, vanish: () => void) => Partial<TakingPart>][] = [
  ["when it is asked", (_, vanish) => ({ tell: (line) => line.startsWith("asked") && vanish() })],
  [
    "before anything is read",
    ({ door }, vanish) => {
      door.storage = () => {
        vanish();
        return true;
      };
      return {};
    },
  ],
  [
    "while it reads its data",
    (_, vanish) => ({
      readData: () => {
        vanish();
        return Promise.reject(vanished);
      },
    }),
  ],
  [
    "while it trains",
    (_, vanish) => ({ tell: (line) => void (line.startsWith("asked") && setTimeout(vanish, 250)) }),
  ],
  ["before its update leaves", silentAt("send")],
  [
    "while its update leaves",
    ({ door }, vanish) => {
      door.storage = (request) => {
        if (request.method !== "PUT") return false;
        vanish();
        return true;
      };
      return {};
    },
  ],
  ["before it says that it is done", silentAt("done")],
];

function silentAt(ask: string): (asked: AskedOwner, vanish: () => void) => Partial<TakingPart> {
  return ({ door }, vanish) => {
    door.lie = (request, reply) => {
      if (request.ask !== ask) return reply;
      vanish();
      return undefined;
    };
    return {};
  };
}

test.each(moments)(
  "an owner that vanishes %s comes back, and the round gets one update",
  async (_, moment) => {
    const asked = await askedOwner(bundle);
    const { door, key, job, bucket } = asked;
    const ended = door.wait(key, job);
    await vanishing(asked, (vanish) => moment(asked, vanish));
    await taking(asked);
    const report = await ended;
    const there = bucket.contents.get(update) ?? new Uint8Array();
    expect(report).toMatchObject({ client: 1, sha256: await sha256Hex(there) });
    const sent = signedOf(await entriesOf(asked));
    expect(sent.map(({ object, sha256 }) => [object, sha256])).toEqual([[update, await sha256Hex(there)]]);
  },
);

test("an update that has arrived before the owner vanished is told of, and not made again", async () => {
  const asked = await askedOwner(bundle);
  const ended = asked.door.wait(asked.key, asked.job);
  await vanishing(asked, (vanish) => silentAt("done")(asked, vanish));
  const before = asked.bucket.contents.get(update);
  const readData = () => Promise.reject(new Error("is not read again"));
  await taking(asked, { readData });
  await ended;
  expect(asked.bucket.contents.get(update)).toBe(before);
});

test("an owner that is started again after its update counted tells so once more, and changes nothing", async () => {
  const asked = await askedOwner(bundle);
  const ended = asked.door.wait(asked.key, asked.job);
  await taking(asked);
  await ended;
  const before = asked.bucket.contents.get(update);
  const told = await taking(asked);
  expect(told.at(-1)).toMatch(/^sent .*waits no more, or has it already/);
  expect(asked.bucket.contents.get(update)).toBe(before);
  expect(signedOf(await entriesOf(asked))).toHaveLength(1);
});

test("a bucket that fails for a while, or has the update already, is no end", async () => {
  const asked = await askedOwner(bundle);
  const ended = asked.door.wait(asked.key, asked.job);
  let puts = 0;
  asked.door.storage = (request, response) => {
    if (request.method !== "PUT" || ++puts > 2) return false;
    response.writeHead(puts === 1 ? 503 : 403).end();
    return true;
  };
  const told = await taking(asked);
  expect(await ended).toMatchObject({ client: 1, sha256: expect.any(String) });
  expect(puts).toBe(3);
  expect(told.filter((line) => line.includes("is not there yet"))).toHaveLength(1);
});

describe("while it is at work", () => {
  const none: JobAnswer = { at: "", job: null, reads: [] };
  const client = (answer: () => Promise<JobAnswer>) => {
    const signs: unknown[] = [];
    const job = (asking: unknown) => {
      signs.push(asking);
      return answer();
    };
    return { signs, job } as never as { signs: unknown[] } & Parameters<typeof whileAtWork>[0];
  };
  const forever = new AbortController().signal;
  /** 5 ms between two signs. */
  const wait = 15 / 60_000;

  test("an owner says so, whatever gets lost, and nothing afterwards", async () => {
    const asked = await askedOwner(bundle);
    let lost = 0;
    const door = client(async () => {
      if (++lost === 1) throw new Error("lost");
      return { ...none, job: asked.job };
    });
    await whileAtWork(door, "a job", wait, () => new Promise((resolve) => setTimeout(resolve, 80)), forever);
    const { length } = door.signs;
    expect(length).toBeGreaterThan(3);
    expect(door.signs[0]).toMatchObject({ working: "a job" });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(door.signs).toHaveLength(length);
  });

  test("it stops as soon as nobody waits", async () => {
    const door = client(() => Promise.resolve(none));
    const work = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    await expect(whileAtWork(door, "a job", wait, work, forever)).rejects.toBeInstanceOf(JobOver);
  });
});

test("a run that a person has to allow waits for that, is told of once, and goes on then", async () => {
  const asked = await askedOwner(bundle);
  const { door, key, job, owner } = asked;
  const ended = door.wait(key, job);
  const told: string[] = [];
  const took = taking(asked, { ask: true, tell: (line) => void told.push(line) });
  await expect.poll(() => door.asked.length, { timeout: 10_000 }).toBeGreaterThan(4);
  expect(door.asked.every(({ ask }) => ask === "job")).toBe(true);
  expect(told).toEqual([expect.stringContaining(`fedstep owner allow ${run}`)]);
  expect((await entriesOf(asked)).filter(({ event }) => event === "waits")).toHaveLength(1);
  await expect(allowRun(await openHome(owner.home.place), "clinics.other", new Date())).rejects.toThrow(run);
  await allowRun(await openHome(owner.home.place), run, new Date());
  await took;
  expect(await ended).toMatchObject({ sha256: expect.any(String) });
});

test("a run that was allowed by one plan asks again with another one", async () => {
  const asked = await askedOwner(bundle);
  const { door, key, job, owner } = asked;
  const { agreement, plan } = job;
  await (await openHome(owner.home.place)).log.append(
    { event: "waits", agreement, run, plan: "f".repeat(64) },
    new Date(),
  );
  await allowRun(await openHome(owner.home.place), run, new Date());
  void door.wait(key, job);
  const stop = new AbortController();
  const tell = (line: string) => line.includes("waits for you") && stop.abort(vanished);
  await expect(taking(asked, { ask: true, tell }, stop.signal)).rejects.toThrow("vanished");
  const waits = (await entriesOf(asked)).filter((one) => one.event === "waits");
  expect(waits.map((one) => one.plan)).toEqual(["f".repeat(64), plan]);
});

test("an owner that has left refuses every job", async () => {
  const asked = await askedOwner(bundle);
  const { door, key, job, owner } = asked;
  const home = await openHome(owner.home.place);
  await leaveFederation(home, "clinics", outFile(`${folder()}/leave.json`), new Date());
  const ended = door.wait(key, job);
  await taking(asked);
  expect(await ended).toEqual({ client: 1, error: { Error: "OwnerPaused" } });
  expect(asked.bucket.contents.has(update)).toBe(false);
});
