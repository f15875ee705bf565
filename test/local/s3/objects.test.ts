import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bucket, refusal, startFixture } from "./endpoint.ts";

const { s3, directory, endpoint } = await startFixture();
const Bucket = bucket;

const put = (Key: string, Body: string | Buffer, more = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
const textOf = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString();

test("an object comes back with its bytes, type, metadata, ETag and checksum", async () => {
  const Body = Buffer.from("weights");
  const written = await put("runs/first/global/0.safetensors", Body, {
    ContentType: "application/x-safetensors",
    CacheControl: "max-age=60",
    Metadata: { round: "0", client: "seven" },
    ChecksumAlgorithm: "SHA256",
  });
  const etag = `"${createHash("md5").update(Body).digest("hex")}"`;
  const sha256 = createHash("sha256").update(Body).digest("base64");
  expect(written).toMatchObject({ ETag: etag, ChecksumSHA256: sha256 });

  const read = await get("runs/first/global/0.safetensors", { ChecksumMode: "ENABLED" });
  expect(await read.Body?.transformToString()).toBe("weights");
  expect(read).toMatchObject({
    ETag: etag,
    ContentType: "application/x-safetensors",
    CacheControl: "max-age=60",
    ContentLength: 7,
    ChecksumSHA256: sha256,
    ChecksumType: "FULL_OBJECT",
  });
  expect(read.Metadata).toEqual({ round: "0", client: "seven" });
  expect(Math.abs(Date.now() - (read.LastModified?.getTime() ?? 0))).toBeLessThan(5_000);

  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "runs/first/global/0.safetensors" }));
  expect(head).toMatchObject({ ETag: etag, ContentLength: 7, Metadata: read.Metadata });
  expect(head.ChecksumSHA256).toBeUndefined();
});

test("an ordinary key is a file that a person can open", async () => {
  await put("runs/demo/result.json", "{}");
  expect(readFileSync(join(directory, bucket, "runs/demo/result.json"), "utf8")).toBe("{}");
});

test("an empty object is an object", async () => {
  await put("empty", "");
  expect(await textOf("empty")).toBe("");
  expect(await refusal(get("empty", { Range: "bytes=0-0" }))).toMatchObject({ name: "InvalidRange" });
});

test("what is larger than one read arrives whole", async () => {
  const Body = Buffer.alloc(5 * 1024 * 1024 + 1, "0123456789abcdef-");
  await put("large", Body);
  const read = await get("large");
  expect(Buffer.compare(Body, Buffer.from((await read.Body?.transformToByteArray()) ?? []))).toBe(0);
  const part = await get("large", { Range: "bytes=100-4194303" });
  const bytes = Buffer.from((await part.Body?.transformToByteArray()) ?? []);
  expect(Buffer.compare(Body.subarray(100, 4_194_304), bytes)).toBe(0);
});

test("a range is the slice that it names", async () => {
  const text = "0123456789";
  await put("digits", text);
  const bound = fc.integer({ min: 0, max: 12 });
  await fc.assert(
    fc.asyncProperty(fc.option(bound), fc.option(bound), async (from, to) => {
      fc.pre(from !== null || to !== null);
      fc.pre(from === null || to === null || from <= to);
      const Range = `bytes=${from ?? ""}-${to ?? ""}`;
      const expected =
        from === null ? (to === 0 ? "" : text.slice(-(to ?? 0))) : text.slice(from, (to ?? 99) + 1);
      if (expected === "") {
        expect(await refusal(get("digits", { Range }))).toMatchObject({ name: "InvalidRange", status: 416 });
        return;
      }
      const read = await get("digits", { Range });
      expect(await read.Body?.transformToString()).toBe(expected);
      const first = text.indexOf(expected);
      expect(read.ContentRange).toBe(`bytes ${first}-${first + expected.length - 1}/10`);
      expect(read.$metadata.httpStatusCode).toBe(206);
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "digits", Range }));
      expect(head.ContentLength).toBe(expected.length);
    }),
    { numRuns: 40 },
  );
});

test("a reader who knows the ETag gets 304, and only then", async () => {
  const first = (await put("revised", "one")).ETag;
  expect(await refusal(get("revised", { IfNoneMatch: first }))).toMatchObject({ status: 304 });
  await put("revised", "two");
  expect(await textOf("revised", { IfNoneMatch: first })).toBe("two");
  expect(await refusal(get("revised", { IfMatch: first }))).toMatchObject({ name: "PreconditionFailed" });
  expect(await refusal(get("revised", { IfModifiedSince: new Date(Date.now() + 60_000) }))).toMatchObject({
    status: 304,
  });
  expect(await refusal(get("revised", { IfUnmodifiedSince: new Date(0) }))).toMatchObject({ status: 412 });
});

test("what is not there is refused by its name", async () => {
  expect(await refusal(get("nowhere"))).toMatchObject({ name: "NoSuchKey", status: 404 });
  expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: "nowhere" })))).toMatchObject({
    name: "NotFound",
    status: 404,
  });
  const elsewhere = { Bucket: "no-such-bucket", Key: "x" };
  expect(await refusal(s3.send(new GetObjectCommand(elsewhere)))).toMatchObject({ name: "NoSuchBucket" });
  const lost = new PutObjectCommand({ ...elsewhere, Body: "x" });
  expect(await refusal(s3.send(lost))).toMatchObject({ name: "NoSuchBucket" });
});

test("deleting removes, is idempotent, and can be conditional", async () => {
  const { ETag } = await put("doomed/one", "1");
  const remove = (IfMatch?: string) =>
    s3.send(new DeleteObjectCommand({ Bucket, Key: "doomed/one", IfMatch }));
  expect(await refusal(remove('"00000000000000000000000000000000"'))).toMatchObject({ status: 412 });
  expect(await textOf("doomed/one")).toBe("1");
  await remove(ETag);
  await remove();
  expect(await refusal(get("doomed/one"))).toMatchObject({ name: "NoSuchKey" });
});

test("many objects are deleted at once, whatever characters their keys have", async () => {
  const keys = ["many/a", "many/<b>&amp;\"'", "many/ blanks ", "many/new\nline\r", "many/%41"];
  for (const key of keys) await put(key, "x");
  await put("many/kept", "x");
  const answer = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  );
  expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(keys);
  for (const key of keys) expect(await refusal(get(key))).toMatchObject({ name: "NoSuchKey" });
  expect(await textOf("many/kept")).toBe("x");
  const versioned = { Objects: [{ Key: "many/kept", VersionId: "1" }] };
  expect(await refusal(s3.send(new DeleteObjectsCommand({ Bucket, Delete: versioned })))).toMatchObject({
    name: "MalformedXML",
  });
});

test("the endpoint counts what it was asked", async () => {
  const before = endpoint.requests;
  await put("counted", "12345");
  await textOf("counted");
  await refusal(get("uncounted"));
  const after = endpoint.requests;
  expect(after.total - before.total).toBe(3);
  expect(after.refused - before.refused).toBe(1);
  expect((after.operations.GetObject ?? 0) - (before.operations.GetObject ?? 0)).toBe(2);
  expect(after.bytesSent - before.bytesSent).toBeGreaterThanOrEqual(5);
  expect(after.milliseconds).toBeGreaterThan(before.milliseconds);
});
