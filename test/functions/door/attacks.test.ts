import { expect, test } from "vitest";
import { doorError, jobSha256, requestValidMs } from "../../../shared/owners/door-protocol.ts";
import { sign } from "../../../shared/owners/signed.ts";
import { newSigner } from "../../shared/owners/keys.ts";
import {
  answerOf,
  coordinator,
  digest,
  door,
  eventOf,
  federation,
  job,
  slotOf,
  start,
  token,
  updateKey,
} from "./coordinator.ts";

const jobAsked = { ask: "job", working: null, done: null, since: null };
const sha256 = "d".repeat(64);
const checksum = Buffer.from(sha256, "hex").toString("base64");
const [owner, other] = await Promise.all([newSigner(), newSigner()]);

/** A stream of numbers below 2³², the same each time. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

test("10,000 requests that nobody has signed ask AWS nothing, and leave no line in the log", async () => {
  const { handle, calls, warnings, leave } = coordinator();
  leave(owner.key);
  const content = { federation, door, at: new Date(start).toISOString(), ...jobAsked };
  const good = JSON.stringify(await sign("door", content, owner));
  const next = numbers();
  const garbage: ((n: number) => unknown)[] = [
    // one letter of a good one is another
    () => {
      const at = next() % good.length;
      const letter = String.fromCharCode(33 + (next() % 94));
      const text = good.slice(0, at) + letter + good.slice(at + 1);
      return eventOf(text === good ? "" : text);
    },
    () => eventOf(good.slice(0, next() % good.length)),
    () => eventOf(Buffer.from(Array.from({ length: 200 }, () => next() & 255)).toString("latin1")),
    () => eventOf(`${"[".repeat(2000)}${"]".repeat(2000)}`),
    () => eventOf("9".repeat(5 * 2 ** 20)),
    () => eventOf(Buffer.alloc(6000, "A").toString("base64"), { isBase64Encoded: true }),
    () => eventOf(good.replace('"content":{', '"content":{"__proto__":{"federation":"x"},')),
    () => eventOf(good.replace('"key":"', `"key":"A`)),
    () => eventOf(JSON.stringify({ ...JSON.parse(good), key: other.key })),
    () => eventOf(undefined),
    (n) => [null, [], "", 1, { body: 1 }, { body: good }, { requestContext: {}, body: good }][n % 7],
    () => eventOf("{}", { requestContext: { domainName: door, http: { method: "GET" } } }),
  ];
  const statuses = new Map<number, number>();
  for (let n = 0; n < 10_000; n++) {
    const { status, text, content } = answerOf(await handle(garbage[n % garbage.length]?.(n)));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    doorError.parse(content);
    expect(text.length).toBeLessThan(400);
  }
  expect([...statuses.keys()].sort()).toEqual([400, 403]);
  expect(calls).toEqual([]);
  expect(warnings).toEqual([]);
  // the good one, to know that the door was open
  expect(answerOf(await handle(eventOf(good))).content.job).toEqual(job);
  const encoded = Buffer.from(good).toString("base64");
  expect(answerOf(await handle(eventOf(encoded, { isBase64Encoded: true }))).content.job).toEqual(job);
}, 120_000);

test("a good request is read up to a bound, however much is wrapped around it", async () => {
  const { handle } = coordinator();
  const content = { federation, door, at: new Date(start).toISOString(), ...jobAsked };
  const good = JSON.stringify(await sign("door", content, owner));
  expect(good.length).toBeLessThan(1000);
  for (const [length, status] of [
    [4096, 200],
    [4097, 400],
  ] as const) {
    expect((await handle(eventOf(good.padEnd(length)))).statusCode).toBe(status);
  }
  const encoded = (length: number) => Buffer.from(good.padEnd(length)).toString("base64");
  expect((await handle(eventOf(encoded(4096), { isBase64Encoded: true }))).statusCode).toBe(200);
  expect((await handle(eventOf(encoded(4100), { isBase64Encoded: true }))).statusCode).toBe(400);
});

test.each([
  ["403, as S3 answers whoever may not list", { status: 403, code: "AccessDenied" }],
  ["404, as it answers others", { status: 404, code: "NoSuchKey" }],
])("a key that nothing waits for costs one GET, and is told so: %s", async (_, missing) => {
  const { ask, calls, leave, state, warnings } = coordinator();
  leave(owner.key);
  state.missing = missing;
  const { status, content } = await ask(other, jobAsked);
  expect([status, content.job, content.reads]).toEqual([200, null, []]);
  expect(calls).toEqual([expect.stringMatching(/^GET doors\/clinics\/[0-9a-f]{64}\.json$/)]);
  for (const more of [
    { ask: "send", job: digest, bytes: 9, sha256 },
    { ask: "done", job: digest, bytes: 9, sha256 },
    { ask: "decline", job: digest, refusal: "OwnerPaused" },
  ]) {
    const before = calls.length;
    expect((await ask(other, more)).content.error).toBe("JobGone");
    expect(calls.length - before).toBe(1);
  }
  expect(warnings).toEqual([]);
});

test("a request of another door, which a second coordinator passes on, is refused before AWS is asked", async () => {
  const { ask, calls, leave } = coordinator();
  leave(owner.key);
  for (const meant of ["xyz.lambda-url.eu-central-1.on.aws", `${door}:443`, door.toUpperCase()]) {
    const { status, content } = await ask(owner, jobAsked, { door: meant });
    expect([status, content.error]).toEqual([403, "WrongDoor"]);
  }
  expect(calls).toEqual([]);
});

test.each([
  ["passed on after five minutes", -requestValidMs - 1, "ClockSkewed"],
  ["of a clock that is as much ahead", requestValidMs + 1, "ClockSkewed"],
  ["just in time", -requestValidMs, undefined],
  ["from as much ahead as may be", requestValidMs, undefined],
])("a request %s", async (_, skew, error) => {
  const { ask, calls, leave } = coordinator();
  leave(owner.key);
  const { status, content } = await ask(owner, { ...jobAsked, at: new Date(start + skew).toISOString() });
  expect([status, content.error, content.at]).toEqual([
    error ? 403 : 200,
    error,
    new Date(start).toISOString(),
  ]);
  expect(calls).toHaveLength(error ? 0 : 1);
});

test("a signature for something else is none", async () => {
  const { ask, calls } = coordinator();
  const { status, content } = await ask(owner, jobAsked, { purpose: "update" });
  expect([status, content.error]).toEqual([403, "SignatureInvalid"]);
  expect(calls).toEqual([]);
});

test("the job of another owner, of another run, or of before, ends and sends nothing", async () => {
  const { ask, calls, leave, ended, objects } = coordinator();
  leave(owner.key);
  leave(other.key, slotOf({ job: { ...job, client: 2 } }));
  objects.set(updateKey, { bytes: "x".repeat(9), checksum });
  const theirs = jobSha256({ ...job, client: 2 });
  for (const named of [
    theirs,
    jobSha256({ ...job, run: "clinics.other" }),
    jobSha256({ ...job, round: 2 }),
  ]) {
    for (const more of [
      { ask: "send", job: named, bytes: 9, sha256 },
      { ask: "done", job: named, bytes: 9, sha256 },
      { ask: "decline", job: named, refusal: "OwnerPaused" },
    ]) {
      expect((await ask(owner, more)).content.error).toBe("JobGone");
    }
    expect((await ask(owner, { ...jobAsked, working: named })).content.job).toEqual(job);
  }
  expect(calls.filter((call) => !call.startsWith("GET doors/"))).toEqual([]);
  expect(ended).toEqual([]);
});

test.each([
  ["no JSON", "{"],
  ["cut off within its token", `{"format":1,"token":"${token}`],
  ["without a token", JSON.stringify({ ...slotOf(), token: undefined })],
  ["of a later format", JSON.stringify({ ...slotOf(), format: 2 })],
  ["too large", JSON.stringify({ ...slotOf(), padding: "x".repeat(10_000) })],
])("a slot that is %s is told in the log by a name once a minute, and nobody else", async (_, slot) => {
  const { ask, leave, warnings, state } = coordinator();
  leave(owner.key, slot);
  for (const minutes of [0, 0.5, 1]) {
    state.now = start + minutes * 60_000;
    const { status, text, content } = await ask(owner, jobAsked);
    expect([status, content.error]).toEqual([503, "DoorFailed"]);
    expect(text).not.toMatch(/TTTT|doors|ObjectInvalid/);
  }
  expect(warnings).toEqual(Array(2).fill({ error: "ObjectInvalid", status: undefined }));
});

test.each([
  ["SlowDown", 503],
  ["InternalError", 500],
  ["ExpiredToken", 400],
  ["InvalidAccessKeyId", 403],
])("what AWS fails by stays here: %s", async (code, status) => {
  const { ask, leave, warnings, state } = coordinator();
  leave(owner.key);
  state.failing = { status, code };
  const { text, content } = await ask(owner, jobAsked);
  expect(content).toMatchObject({ error: "DoorFailed" });
  expect(text).not.toMatch(new RegExp(`TTTT|${code}|arn|s3`));
  expect(warnings).toHaveLength(1);
  expect(JSON.stringify(warnings)).not.toMatch(/TTTT/);
});

test("the token is in no answer and in no line of the log, whatever is asked", async () => {
  const { ask, leave, warnings, objects, state } = coordinator();
  leave(owner.key);
  const texts: string[] = [];
  const askAll = async () => {
    for (const more of [
      jobAsked,
      { ...jobAsked, working: digest },
      { ...jobAsked, done: digest },
      { ...jobAsked, since: { run: job.run, round: 1 } },
      { ask: "send", job: digest, bytes: 9, sha256 },
      { ask: "done", job: digest, bytes: 9, sha256 },
      { ask: "decline", job: digest, refusal: "OwnerPaused" },
    ]) {
      texts.push((await ask(owner, more)).text);
    }
  };
  await askAll();
  objects.set(updateKey, { bytes: "x".repeat(9), checksum });
  state.waiting.add(token);
  await askAll();
  state.failing = { status: 400, code: "ValidationException" };
  await askAll();
  expect(texts).toHaveLength(21);
  for (const text of [...texts, JSON.stringify(warnings)]) {
    expect(text).not.toContain("TTTT");
    expect(text).not.toContain("secret-of-the-door");
  }
});
