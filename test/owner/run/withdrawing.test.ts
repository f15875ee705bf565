import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openHome } from "../../../owner/home.ts";
import { runOfOwner, runText } from "../../../owner/run-text.ts";
import type { Bundle } from "../../../owner/train.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import { sentOf, signedOf } from "../../../shared/owners/log-entry.ts";
import { readNamed } from "../../../tables/named-path.ts";
import { readBySchema } from "../../../tables/read-by-schema.ts";
import { fedstep } from "../../cli/terminal.ts";
import { folder } from "../homes.ts";
import { run } from "../working-owners.ts";
import { type AskedOwner, askedOwner, trainingBundle } from "./asked-owner.ts";
import { takes } from "./taking.ts";

let bundle: Bundle;
/** The same, which takes its time before it trains. */
let slow: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
  const wait = Buffer.from("await new Promise((resolve) => setTimeout(resolve, 2500));\n");
  const bytes = Buffer.concat([wait, bundle.bytes]);
  slow = { bytes, sha256: await sha256Hex(bytes) };
}, 120_000);

const update = keys.update(run, 1, 1, 1);
const entriesOf = async ({ owner }: AskedOwner) => (await openHome(owner.home.place)).log.entries;

const withdrawals: readonly [string, () => string[], string][] = [
  ["pauses", () => ["owner", "pause"], "paused"],
  ["leaves", () => ["owner", "leave", "clinics", "--out", join(folder(), "leave.json")], "left"],
];

/** Gives the command, at that very moment, in the home that is at work. */
const give = async ({ owner }: AskedOwner, command: readonly string[]) => {
  const { code, said } = await fedstep([...command, "--home", owner.home.place]);
  expect(code, said).toBe(0);
};

test.each(withdrawals)(
  "an owner that %s while it trains signs and sends nothing",
  async (_, command, event) => {
    const asked = await askedOwner(slow);
    const { door, bucket, key, job, owner, agreed } = asked;
    const ended = door.wait(key, job);
    let given: Promise<void> | undefined;
    await takes(
      { owner, agreed, bundle: slow, url: door.url },
      {
        until: "one job",
        readData: async ({ schema }) => {
          const read = await readBySchema(await readNamed(owner.data, "--data"), schema);
          given = new Promise((resolve) => setTimeout(resolve, 800)).then(() => give(asked, command()));
          return read;
        },
      },
    );
    await given;
    expect(await ended).toEqual({ client: 1, error: { Error: "OwnerPaused" } });
    const entries = await entriesOf(asked);
    expect(entries.slice(-2).map((one) => one.event)).toEqual([event, "refused"]);
    expect(signedOf(entries)).toEqual([]);
    expect(bucket.contents.has(update)).toBe(false);
  },
);

test("an owner that allows a run, or looks at its data anew, needs not wait for what trains", async () => {
  const asked = await askedOwner(bundle);
  const { door, key, job, owner, agreed } = asked;
  const ended = door.wait(key, job);
  await takes(
    { owner, agreed, bundle, url: door.url },
    {
      until: "one job",
      readData: async ({ schema }) => {
        await give(asked, ["owner", "pause"]);
        await give(asked, ["owner", "resume"]);
        return readBySchema(await readNamed(owner.data, "--data"), schema);
      },
    },
  );
  expect(await ended).toMatchObject({ sha256: expect.any(String) });
  expect((await entriesOf(asked)).map(({ event }) => event).slice(-4)).toEqual([
    ...["paused", "resumed", "signed", "sent"],
  ]);
});

test.each(withdrawals)(
  "an update is on its way no more once an owner that %s is told so",
  async (_, command) => {
    const asked = await askedOwner(bundle);
    const { door, bucket, key, job, owner, agreed } = asked;
    const ended = door.wait(key, job);
    let onItsWay = false;
    let given: Promise<boolean> | undefined;
    // a bucket that takes what comes, and does not answer
    door.storage = (request) => {
      if (request.method !== "PUT") return false;
      onItsWay = true;
      request.socket.once("close", () => {
        onItsWay = false;
      });
      given ??= give(asked, command()).then(() => onItsWay);
      return true;
    };
    await takes({ owner, agreed, bundle, url: door.url }, { until: "one job" });
    expect(await given).toBe(false);
    expect(await ended).toEqual({ client: 1, error: { Error: "OwnerPaused" } });
    expect(bucket.contents.has(update)).toBe(false);
    const entries = await entriesOf(asked);
    expect(signedOf(entries)).toHaveLength(1);
    expect(sentOf(entries)).toEqual([]);
    const shown = runOfOwner(entries, run);
    expect([shown.sent.length, shown.unsent.length]).toEqual([0, 1]);
    expect(runText(shown)).toMatch(/0 updates left, 0 bytes.*were signed.*not known to have left/s);
  },
);

test("a process that was started again tells nothing of what has left once its owner pauses", async () => {
  const asked = await askedOwner(bundle);
  const { door, key, job, owner, agreed } = asked;
  void door.wait(key, job);
  const stop = new AbortController();
  door.before = ({ ask }) => {
    if (ask !== "done") return;
    stop.abort(new Error("cut"));
    throw new Error("cut");
  };
  const started = { owner, agreed, bundle, url: door.url };
  await expect(takes({ ...started, signal: stop.signal }, { until: "one job" })).rejects.toThrow("cut");
  let given: Promise<void> | undefined;
  door.before = async ({ ask }) => {
    if (ask !== "done") return;
    given ??= give(asked, ["owner", "pause"]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  };
  await takes(started, { until: "one job" });
  await given;
  const entries = await entriesOf(asked);
  expect(entries.slice(-2)).toMatchObject([
    { event: "paused" },
    { event: "refused", refusal: "OwnerPaused" },
  ]);
});

test("the log says by whose word an update has left, and a door that lies of it is not believed to be the bucket", async () => {
  const receipts: unknown[] = [];
  for (const kind of ["checksum", "answer", "door"] as const) {
    const asked = await askedOwner(bundle);
    const { door, key, job, owner, agreed } = asked;
    const ended = door.wait(key, job);
    door.storage = (request, response) => {
      if (request.method !== "PUT" || kind !== "checksum") return false;
      response.setHeader("x-amz-checksum-sha256", String(request.headers["x-amz-checksum-sha256"]));
      return false;
    };
    door.lie = (request, reply) => {
      if (kind !== "door") return reply;
      if (request.ask === "send") return { status: 200, body: { at: new Date().toISOString(), put: null } };
      if (request.ask !== "done") return reply;
      return { status: 200, body: { at: new Date().toISOString(), counted: true } };
    };
    await takes({ owner, agreed, bundle, url: door.url }, { until: "one job" });
    if (kind !== "door") await ended;
    const entries = await entriesOf(asked);
    receipts.push(...sentOf(entries).map(({ receipt }) => receipt));
    expect(asked.bucket.contents.has(update)).toBe(kind !== "door");
  }
  expect(receipts).toEqual(["checksum", "answer", "door"]);
});
