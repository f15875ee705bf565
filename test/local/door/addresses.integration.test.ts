import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Addresses } from "../../../functions/door/addresses.ts";
import { door } from "../../../functions/door/rights.ts";
import { localBucket } from "../../../local/assembly/names.ts";
import { newToken } from "../../../local/stepfunctions/task-tokens.ts";
import { keyMatches, keys } from "../../../shared/layout.ts";
import { jobSha256 } from "../../../shared/owners/door-protocol.ts";
import type { OwnersJob } from "../../../shared/owners/job.ts";
import { sharedHome } from "../../cli/terminal.ts";
import { job as anyJob, slotOf } from "../../functions/door/coordinator.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import { settingsFor } from "../signing.ts";
import { base64Sha256, hexSha256, openDoor, send } from "./open-door.ts";

const jobAsked = { ask: "job", working: null, done: null, since: null };
const owner = await newSigner();
const token = newToken();
const update = "the update's bytes";

let opened: Awaited<ReturnType<typeof openDoor>>;
beforeAll(async () => {
  opened = await openDoor(sharedHome());
});
afterAll(() => opened?.[Symbol.asyncDispose]());
afterEach(() => vi.useRealTimers());

let runs = 0;
/** A job of a run of its own, which waits for the owner. */
async function waiting(): Promise<OwnersJob> {
  const job = { ...anyJob, run: `clinics.r${runs++}` };
  await opened.leave(owner.key, slotOf({ job, token, enteredAt: new Date().toISOString() }));
  return job;
}
const keyOf = ({ run, round, client, attempt }: OwnersJob) => keys.update(run, round, client, attempt);
const parsed = ({ status, text }: { status: number; text: string }) => ({
  status,
  content: JSON.parse(text),
});

async function stored(key: string): Promise<string | undefined> {
  try {
    const { Body } = await opened.s3.send(new GetObjectCommand({ Bucket: localBucket, Key: key }));
    return await Body?.transformToString();
  } catch {
    return undefined;
  }
}

test("a job's addresses read those objects for whoever has them, and what is missing is told as such", async () => {
  const job = await waiting();
  const there = [
    keys.plan(job.run),
    keys.partition(job.run),
    keys.global(job.run, 2),
    keys.roundMetrics(job.run, 2),
  ];
  for (const key of there) await opened.put(key, `content of ${key}`);
  const { status, content } = parsed(
    await opened.ask(owner, { ...jobAsked, since: { run: job.run, round: 2 } }),
  );
  expect([status, content.job]).toEqual([200, job]);
  const read = await Promise.all(
    content.reads.map(async ({ key, url }: { key: string; url: string }) => {
      const answer = await send("GET", url);
      return [key, answer.status, answer.status === 200 ? answer.text : ""];
    }),
  );
  expect(read).toEqual([
    ...there.slice(0, 3).map((key) => [key, 200, `content of ${key}`]),
    [keys.roundState(job.run, 2), 403, ""],
    [keys.roundMetrics(job.run, 2), 200, `content of ${keys.roundMetrics(job.run, 2)}`],
  ]);
  const [{ url }] = content.reads;
  const elsewhere = [keys.config(job.run), keys.global(job.run, 2), keyOf(job)];
  for (const key of elsewhere) {
    expect((await send("GET", url.replace(keys.plan(job.run), key))).status).toBe(403);
  }
  for (const method of ["PUT", "DELETE", "HEAD", "POST"]) expect((await send(method, url)).status).toBe(403);
});

describe("the address of an update", () => {
  const put = async (job: OwnersJob, bytes = update) => {
    const fields = { ask: "send", job: jobSha256(job), bytes: bytes.length, sha256: hexSha256(bytes) };
    const { content } = parsed(await opened.ask(owner, fields));
    return content.put as { url: string; headers: Record<string, string> };
  };
  const without = (headers: Record<string, string>, name: string) =>
    Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name));
  const other = update.toUpperCase();

  type Attack = (given: { url: string; headers: Record<string, string> }) => Parameters<typeof send>;
  test.each<[string, number, Attack]>([
    ["other bytes", 400, ({ url, headers }) => ["PUT", url, headers, other]],
    [
      "other bytes with their digest",
      403,
      ({ url, headers }) => ["PUT", url, { ...headers, "x-amz-checksum-sha256": base64Sha256(other) }, other],
    ],
    [
      "more bytes",
      403,
      ({ url, headers }) => ["PUT", url, { ...headers, "content-length": "19" }, `${update}!`],
    ],
    [
      "fewer bytes",
      403,
      ({ url, headers }) => ["PUT", url, { ...headers, "content-length": "17" }, update.slice(1)],
    ],
    [
      "bytes of no told length",
      403,
      ({ url, headers }) => [
        "PUT",
        url,
        { ...without(headers, "content-length"), "transfer-encoding": "chunked" },
        update,
      ],
    ],
    [
      "a request without a condition",
      403,
      ({ url, headers }) => ["PUT", url, without(headers, "if-none-match"), update],
    ],
    [
      "another condition",
      403,
      ({ url, headers }) => ["PUT", url, { ...headers, "if-none-match": '"x"' }, update],
    ],
    [
      "a request without a digest",
      403,
      ({ url, headers }) => ["PUT", url, without(headers, "x-amz-checksum-sha256"), update],
    ],
    [
      "another type",
      403,
      ({ url, headers }) => ["PUT", url, { ...headers, "content-type": "text/html" }, update],
    ],
    [
      "more headers of S3's",
      403,
      ({ url, headers }) => ["PUT", url, { ...headers, "x-amz-tagging": "a=b" }, update],
    ],
    [
      "another key",
      403,
      ({ url, headers }) => ["PUT", url.replace("/00001.safetensors", "/00002.safetensors"), headers, update],
    ],
    [
      "a longer time",
      403,
      ({ url, headers }) => ["PUT", url.replace("Expires=900", "Expires=9000"), headers, update],
    ],
    ["an upload in parts", 403, ({ url, headers }) => ["POST", `${url}&uploads=`, headers, ""]],
    [
      "a copy",
      403,
      ({ url, headers }) => [
        "PUT",
        url,
        { ...headers, "x-amz-copy-source": `${localBucket}/doors/x` },
        update,
      ],
    ],
    ["a GET", 403, ({ url, headers }) => ["GET", url, without(headers, "content-length")]],
    ["a DELETE", 403, ({ url, headers }) => ["DELETE", url, without(headers, "content-length")]],
  ])("refuses %s", async (_, status, attack) => {
    const job = await waiting();
    const answer = await send(...attack(await put(job)));
    expect([answer.status, await stored(keyOf(job))]).toEqual([status, undefined]);
  });

  test("takes those very bytes, once", async () => {
    const job = await waiting();
    const { url, headers } = await put(job);
    expect((await send("PUT", url, headers, update)).status).toBe(200);
    expect(await stored(keyOf(job))).toBe(update);
    expect((await send("PUT", url, headers, update)).status).toBe(412);
    expect(await put(job)).toBe(null);
    const fields = { ask: "send", job: jobSha256(job), bytes: 3, sha256: hexSha256("abc") };
    expect(parsed(await opened.ask(owner, fields)).content.error).toBe("UpdateDiffers");
    const done = { ask: "done", job: jobSha256(job), bytes: update.length, sha256: hexSha256(update) };
    for (const _ of [1, 2]) {
      expect(parsed(await opened.ask(owner, done))).toMatchObject({
        status: 200,
        content: { counted: null },
      });
    }
  });

  test.each([
    [899, 200],
    [901, 403],
  ])("made %d seconds ago answers %d", async (seconds, status) => {
    const job = await waiting();
    const addresses = new Addresses(new S3Client(settingsFor(opened.emulator.url)), localBucket);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - seconds * 1000 });
    const { url, headers } = await addresses.sending({
      key: keyOf(job),
      bytes: update.length,
      checksum: base64Sha256(update),
    });
    vi.useRealTimers();
    expect((await send("PUT", url, headers, update)).status).toBe(status);
  });
});

test("a wait that is over is neither prolonged nor ended, and the door says so", async () => {
  const job = await waiting();
  const digest = jobSha256(job);
  expect(parsed(await opened.ask(owner, { ...jobAsked, working: digest })).content.job).toBe(null);
  const done = { ask: "done", job: digest, bytes: update.length, sha256: hexSha256(update) };
  expect(parsed(await opened.ask(owner, done)).content.error).toBe("UpdateMissing");
  await opened.put(keyOf(job), update);
  // put by somebody who told no digest
  expect(parsed(await opened.ask(owner, done)).content.error).toBe("UpdateDiffers");
  const decline = { ask: "decline", job: digest, refusal: "OwnerPaused" };
  expect(parsed(await opened.ask(owner, decline))).toMatchObject({ status: 200, content: { counted: null } });
});

test("what nobody has signed asks nothing of AWS; what somebody has whom nothing waits for, one GET", async () => {
  const { url, decided } = opened;
  const before = decided.length;
  for (const body of [
    "",
    "{}",
    "x".repeat(100_000),
    JSON.stringify({ content: {}, key: owner.key, signature: "" }),
  ]) {
    expect((await send("POST", url, {}, body)).status).toBe(400);
  }
  expect((await send("GET", url)).status).toBe(400);
  expect(decided.length).toBe(before);
  const stranger = await newSigner();
  expect(parsed(await opened.ask(stranger, jobAsked)).content.job).toBe(null);
  const more = decided.slice(before).map(({ action }) => action);
  // S3 asks for the right to list where it may not say whether there is such a key
  expect(more.filter((action) => action !== "s3:ListBucket")).toEqual(["s3:GetObject"]);
});

test("an owner sends boxes beside its masked update, and both have to be there", async () => {
  const job = await waiting();
  const [boxes, digest] = ["its boxes", jobSha256(job)];
  const told = (bytes: string) => ({ bytes: bytes.length, sha256: hexSha256(bytes) });
  const done = { ask: "done", job: digest, ...told(update), boxes: told(boxes) };
  for (const [content, object] of [[update], [boxes, "boxes"]] as const) {
    expect((await opened.ask(owner, done)).text).toContain("UpdateMissing");
    const asked = { ask: "send", job: digest, ...told(content), ...(object && { object }) };
    const { put } = parsed(await opened.ask(owner, asked)).content;
    expect((await send("PUT", put.url, put.headers, content)).status).toBe(200);
    expect(parsed(await opened.ask(owner, asked)).content.put).toBeNull();
  }
  const { run, round, client, attempt } = job;
  expect(await stored(keys.boxes(run, round, client, attempt))).toBe(boxes);
  const others = { ...done, boxes: told("other boxes") };
  expect((await opened.ask(owner, others)).text).toContain("UpdateDiffers");
  const large = { ask: "send", job: digest, bytes: 4097, sha256: hexSha256(boxes), object: "boxes" };
  expect((await opened.ask(owner, large)).text).toContain("UpdateTooLarge");
});

test("a helper is told who has reported, reads the boxes of these alone, and sends what it has opened", async () => {
  const { task: _, client: __, ...ofRound } = anyJob;
  const left = { ...ofRound, run: `clinics.r${runs++}`, task: "open", helper: 2, ended: null };
  const reports = [
    { client: 4, sha256: "d".repeat(64), from: 0, to: 0, usage: { count: 0 } },
    { client: 2, error: { Error: "OwnerPaused" } },
    { client: 1, sha256: "e".repeat(64), from: 0, to: 0, usage: { count: 0 } },
  ];
  const slot = { ...slotOf({ token, enteredAt: new Date().toISOString() }), job: left, reports };
  await opened.leave(owner.key, slot);
  const { run, round, attempt } = left;
  for (const client of [1, 2, 4])
    await opened.put(keys.boxes(run, round, client, attempt), `boxes ${client}`);
  const { content } = parsed(await opened.ask(owner, jobAsked));
  const job = { ...left, clients: [1, 4] };
  expect(content.job).toEqual(job);
  const boxes = content.reads.filter(({ key }: { key: string }) => key.startsWith("masks/"));
  expect(boxes.map(({ key }: { key: string }) => key)).toEqual(
    job.clients.map((client) => keys.boxes(run, round, client, attempt)),
  );
  expect((await send("GET", boxes[1].url)).text).toBe("boxes 4");
  const digest = jobSha256(content.job);
  const sums = { job: digest, bytes: update.length, sha256: hexSha256(update) };
  const { put } = parsed(await opened.ask(owner, { ask: "send", ...sums })).content;
  expect((await send("PUT", put.url, put.headers, update)).status).toBe(200);
  expect(await stored(keys.opened(run, round, 2, attempt))).toBe(update);
  // beside opened sums there are no boxes
  for (const asked of [
    { ask: "send", ...sums, object: "boxes" },
    { ask: "done", ...sums, boxes: { bytes: 1, sha256: digest } },
  ]) {
    expect((await opened.ask(owner, asked)).text).toContain("RequestInvalid");
  }
  // nobody waits by this token
  expect(parsed(await opened.ask(owner, { ask: "done", ...sums })).content.counted).toBeNull();
});

test("the role is asked for each of its rights, and for no other but to list", () => {
  const { decided } = opened;
  const asked = (action: string, pattern: string) =>
    decided.some(
      (one) =>
        one.allowed &&
        one.action === action &&
        keyMatches(`arn:aws:s3:::${localBucket}/${pattern}`, one.resource),
    );
  expect(door.reads.filter((pattern) => !asked("s3:GetObject", pattern))).toEqual([]);
  expect(door.creates.filter((pattern) => !asked("s3:PutObject", pattern))).toEqual([]);
  const actions = new Set(decided.filter(({ allowed }) => allowed).map(({ action }) => action));
  const ofWaits = ["Failure", "Heartbeat", "Success"].map((end) => `states:SendTask${end}`);
  expect([...actions].sort()).toEqual(["s3:GetObject", "s3:PutObject", ...ofWaits]);
});

test("neither token nor address is in the door's log", () => {
  const folder = join(sharedHome(), "logs", "fedstep-Door");
  const logs = existsSync(folder)
    ? readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"))
    : [];
  expect(logs.join("")).toContain("REPORT");
  for (const secret of [token, "X-Amz-Signature", "signature"]) expect(logs.join("")).not.toContain(secret);
});
