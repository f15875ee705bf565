import { fork } from "node:child_process";
import { once } from "node:events";
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startS3 } from "../../../local/s3/s3.ts";
import { processNumbered } from "../../../system/process-identity.ts";
import { bucket, clientOf, raw, signedFor, startFixture, temporaryDirectory } from "./endpoint.ts";

const { endpoint } = await startFixture();

test("a restart sees everything", async () => {
  const directory = temporaryDirectory();
  const object = { Bucket: bucket, Key: "runs/a/config.json" };
  const first = await startS3({ directory, port: 0, buckets: [bucket] });
  const before = clientOf(first.url);
  await before.send(
    new PutObjectCommand({ ...object, Body: "{}", ContentType: "application/json", Metadata: { a: "b" } }),
  );
  const seen = await before.send(new HeadObjectCommand({ ...object, ChecksumMode: "ENABLED" }));
  before.destroy();
  await first.close();

  const second = await startS3({ directory, port: 0, buckets: [bucket] });
  const after = clientOf(second.url);
  const again = await after.send(new HeadObjectCommand({ ...object, ChecksumMode: "ENABLED" }));
  expect({ ...again, $metadata: null }).toEqual({ ...seen, $metadata: null });
  expect(again).toMatchObject({ ContentType: "application/json", Metadata: { a: "b" } });
  after.destroy();
  await second.close();
});

test("only what is alive survives when a log of metadata is cleared up", async () => {
  const directory = temporaryDirectory();
  const served = await startS3({ directory, port: 0, buckets: [bucket] });
  const s3 = clientOf(served.url);
  const put = (Key: string, i: number) =>
    s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key,
        Body: String(i),
        Metadata: { i: `${i}${"-".repeat(1900)}` },
      }),
    );
  await put("one", 1);
  for (let i = 0; i < 300; i++) await put("often", i);
  s3.destroy();
  await served.close();
  const [log = ""] = readdirSync(join(directory, ".s3", "metadata"));
  expect(statSync(join(directory, ".s3", "metadata", log)).size).toBeLessThan(300_000);

  const again = await startS3({ directory, port: 0, buckets: [bucket] });
  const fresh = clientOf(again.url);
  const numberOf = async (Key: string) =>
    Number.parseInt((await fresh.send(new HeadObjectCommand({ Bucket: bucket, Key }))).Metadata?.i ?? "", 10);
  expect(await numberOf("one")).toBe(1);
  expect(await numberOf("often")).toBe(299);
  fresh.destroy();
  await again.close();
});

test("a port that is taken is named, with what to do", async () => {
  const again = startS3({ directory: temporaryDirectory(), port: endpoint.port, buckets: [] });
  await expect(again).rejects.toMatchObject({
    name: "PortTaken",
    message: expect.stringContaining(`Port ${endpoint.port}`),
  });
  await expect(again).rejects.toThrow("choose another port");
});

test("a directory that cannot be one is named", async () => {
  // a file in its place, since nothing is unwritable to root, as whom containers run tests
  const directory = join(temporaryDirectory(), "file");
  writeFileSync(directory, "");
  await expect(startS3({ directory, port: 0, buckets: [] })).rejects.toMatchObject({
    name: "HomeUnwritable",
    message: expect.stringContaining(directory),
  });
});

test("a bucket that cannot be one is refused at the start", async () => {
  const start = startS3({ directory: temporaryDirectory(), port: 0, buckets: ["../other"] });
  await expect(start).rejects.toMatchObject({ name: "ConfigInvalid" });
});

test.each([
  "evil.example",
  "evil.example:80",
  "localhost.evil.example",
  "objects.localhost",
  "127.0.0.1.evil.example",
])("a request for the host %j is refused", async (host) => {
  const answer = await raw(endpoint, "GET", "/", { headers: { host } });
  expect(answer.status).toBe(403);
  expect(answer.body).toContain("<Code>AccessDenied</Code>");
});

test.each(["127.0.0.1", "localhost:1234", "LOCALHOST", "[::1]:99"])(
  "a request for the host %j is answered",
  async (host) => {
    expect((await raw(endpoint, "GET", "/", { headers: { host } })).status).toBe(200);
  },
);

test.each([{ origin: "https://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }])(
  "a web page's request with %j is refused",
  async (headers) => {
    expect((await raw(endpoint, "GET", "/", { headers: { ...headers } })).status).toBe(403);
    const form = await raw(endpoint, "POST", `/${bucket}?delete`, {
      headers: { ...headers },
      body: "<Delete/>",
    });
    expect(form.status).toBe(403);
  },
);

test("it listens on the loopback interface", () => {
  expect(endpoint.url).toBe(`http://127.0.0.1:${endpoint.port}`);
});

test("an answer is held back by as much as its method is to take", async () => {
  const asked: string[] = [];
  const latencyMs = (method: string) => {
    asked.push(method);
    return method === "PUT" ? 200 : 0;
  };
  const served = await startS3({ directory: temporaryDirectory(), port: 0, buckets: [bucket], latencyMs });
  const s3 = clientOf(served.url);
  const object = { Bucket: bucket, Key: "late" };
  const begun = performance.now();
  await s3.send(new PutObjectCommand({ ...object, Body: "x" }));
  // a timer may fire a fraction early
  expect(performance.now() - begun).toBeGreaterThan(199);
  expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe("x");
  expect(asked).toEqual(["PUT", "GET"]);
  s3.destroy();
  await served.close();
});

test("closing lets what is being answered finish, and then nobody answers", async () => {
  const directory = temporaryDirectory();
  const served = await startS3({ directory, port: 0, buckets: [bucket] });
  const drafts = () => readdirSync(join(directory, ".s3", "drafts"));
  const [method, path] = ["PUT", `/${bucket}/slow`];
  const headers = signedFor(served, method, path, { "content-length": "10" });
  const writing = request({ port: served.port, host: "127.0.0.1", method, path, headers });
  const answered = once(writing, "response");
  writing.write("first");
  await expect.poll(drafts).toHaveLength(1);
  const closing = served.close();
  writing.end("last.");
  const [response] = await answered;
  expect(response.statusCode).toBe(200);
  response.resume();
  await closing;
  expect(readFileSync(join(directory, bucket, "slow"), "utf8")).toBe("firstlast.");
  await expect(raw(served, "GET", "/")).rejects.toThrow("ECONNREFUSED");
});

test("what a killed process had begun is swept, and its lock is not waited for", async () => {
  const directory = temporaryDirectory();
  const script = fileURLToPath(new URL("./serve-directory.ts", import.meta.url));
  const child = fork(script, [directory, bucket], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  const own = join(directory, ".s3");
  const [card = ""] = readdirSync(own).filter((name) => name.startsWith("process-"));
  linkSync(join(own, card), join(own, "lock"));
  const owner = card.slice("process-".length);
  writeFileSync(join(own, "drafts", `${owner}-0`), "half");
  child.kill("SIGKILL");
  await once(child, "exit");

  const served = await startS3({ directory, port: 0, buckets: [bucket] });
  expect(readdirSync(join(own, "drafts"))).toEqual([]);
  const s3 = clientOf(served.url);
  const object = { Bucket: bucket, Key: "after" };
  await s3.send(new PutObjectCommand({ ...object, Body: "x" }));
  expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe("x");
  expect(readdirSync(own)).not.toContain("lock");
  s3.destroy();
  await served.close();
});

test("what was left by a process whose number another one has now is swept, and its lock is not waited for", async () => {
  const directory = temporaryDirectory();
  const served = await startS3({ directory, port: 0, buckets: [bucket] });
  const own = join(directory, ".s3");
  // of the same numbers as processes that are alive, this one and another, and started at another time
  const [card = ""] = readdirSync(own).filter((name) => name.startsWith("process-"));
  const [, started = ""] = /^process-\d+-([0-9a-f]{12})/.exec(card) ?? [];
  const drafts = [process.pid, process.ppid].map((pid) =>
    card.replace(`process-${process.pid}-${started}`, `${pid}-${"0".repeat(12)}`),
  );
  for (const name of drafts) writeFileSync(join(own, "drafts", name), "half");
  for (const pid of [process.pid, process.ppid]) {
    const earlier = { ...processNumbered(pid), started: "0" };
    writeFileSync(join(own, "lock"), JSON.stringify(earlier));
    const s3 = clientOf(served.url);
    const began = performance.now();
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "after", Body: "x" }));
    expect(performance.now() - began).toBeLessThan(2_000);
    s3.destroy();
  }
  const again = await startS3({ directory, port: 0, buckets: [bucket] });
  expect(readdirSync(join(own, "drafts"))).toEqual([]);
  await again.close();
  await served.close();
});

test("what a process of another container has begun is not swept, since nobody here can ask for it", async () => {
  const directory = temporaryDirectory();
  const own = join(directory, ".s3");
  mkdirSync(join(own, "drafts"), { recursive: true });
  const [pid, digest] = [999_999_999, "0".repeat(12)];
  writeFileSync(join(own, "drafts", `${pid}-${digest}-${digest}-m-0`), "half");
  const served = await startS3({ directory, port: 0, buckets: [bucket] });
  expect(readdirSync(join(own, "drafts"))).toHaveLength(1);
  await served.close();
});

test("a write waits while another process that lives holds the directory's lock", async () => {
  const directory = temporaryDirectory();
  const served = await startS3({ directory, port: 0, buckets: [bucket] });
  const s3 = clientOf(served.url);
  const lock = join(directory, ".s3", "lock");
  // the process that started this one lives as long as the test
  writeFileSync(lock, JSON.stringify(processNumbered(process.ppid)));
  let written = false;
  const writing = s3.send(new PutObjectCommand({ Bucket: bucket, Key: "waiting", Body: "x" })).then(() => {
    written = true;
  });
  await sleep(200);
  expect(written).toBe(false);
  unlinkSync(lock);
  await writing;
  expect(readFileSync(join(directory, bucket, "waiting"), "utf8")).toBe("x");
  s3.destroy();
  await served.close();
});
