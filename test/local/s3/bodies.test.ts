import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect, test } from "vitest";
import { bucket, hangUpAfter, raw, refusal, signedFor, startFixture } from "./endpoint.ts";

const { s3, directory, endpoint } = await startFixture();
const Bucket = bucket;

const textOf = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const expectNothingAt = async (Key: string) => {
  expect(await refusal(textOf(Key))).toMatchObject({ name: "NoSuchKey" });
  expect(readdirSync(join(directory, ".s3", "drafts"))).toEqual([]);
};

const chunkedHeaders = (decodedLength: number) => ({
  "content-encoding": "aws-chunked",
  "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "x-amz-decoded-content-length": String(decodedLength),
});

test("a stream, which the SDK sends in chunks with a trailing checksum, is stored without its framing", async () => {
  const pieces = Array.from({ length: 50 }, (_, i) => Buffer.alloc(1 + 997 * i, `piece ${i} `));
  const whole = Buffer.concat(pieces);
  const written = await s3.send(
    new PutObjectCommand({ Bucket, Key: "stream", Body: Readable.from(pieces), ContentLength: whole.length }),
  );
  expect(written.ETag).toBe(`"${createHash("md5").update(whole).digest("hex")}"`);
  const read = await s3.send(new GetObjectCommand({ Bucket, Key: "stream", ChecksumMode: "ENABLED" }));
  expect(Buffer.compare(whole, Buffer.from((await read.Body?.transformToByteArray()) ?? []))).toBe(0);
  expect(read.ChecksumCRC32).toBe(written.ChecksumCRC32);
  expect(read.ContentEncoding).toBeUndefined();
});

test("a stream of unknown length comes in one part of an upload", async () => {
  const Body = Readable.from([Buffer.from("hello "), Buffer.from("there")]);
  await new Upload({ client: s3, params: { Bucket, Key: "unknown-length", Body } }).done();
  expect(await textOf("unknown-length")).toBe("hello there");
});

test("the object's own encoding is kept beside aws-chunked", async () => {
  const headers = { ...chunkedHeaders(5), "content-encoding": "gzip,aws-chunked" };
  const path = `/${bucket}/encoded`;
  expect(await raw(endpoint, "PUT", path, { headers, body: "5\r\nhello\r\n0\r\n\r\n" })).toMatchObject({
    status: 200,
  });
  expect((await raw(endpoint, "HEAD", path)).headers["content-encoding"]).toBe("gzip");
});

const crc32 = "NhCmhg=="; // of "hello", as the SDK computes it
const sha256 = createHash("sha256").update("hello").digest("base64");
const claims: readonly (readonly [string, string, string])[] = [
  ["x-amz-checksum-crc32", crc32, "AAAAAA=="],
  ["x-amz-checksum-crc32c", "mnG7TA==", "AAAAAA=="],
  [
    "x-amz-checksum-sha1",
    createHash("sha1").update("hello").digest("base64"),
    "AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  ],
  ["x-amz-checksum-sha256", sha256, `${"A".repeat(43)}=`],
  ["content-md5", createHash("md5").update("hello").digest("base64"), "AAAAAAAAAAAAAAAAAAAAAA=="],
];

test.each(claims)("%s is compared with the bytes", async (name, right, wrong) => {
  const path = `/${bucket}/claims/${name}`;
  const refused = await raw(endpoint, "PUT", path, { headers: { [name]: wrong }, body: "hello" });
  expect(refused.status).toBe(400);
  expect(refused.body).toContain("<Code>BadDigest</Code>");
  await expectNothingAt(`claims/${name}`);
  expect(await raw(endpoint, "PUT", path, { headers: { [name]: right }, body: "hello" })).toMatchObject({
    status: 200,
  });
});

test("a signed hash of the body is compared", async () => {
  const put = (hash: string, key: string) =>
    raw(endpoint, "PUT", `/${bucket}/${key}`, { headers: { "x-amz-content-sha256": hash }, body: "hello" });
  const hash = createHash("sha256").update("hello").digest("hex");
  expect(await put(hash, "hash/right")).toMatchObject({ status: 200 });
  expect((await put(hash.replace(/./g, "0"), "hash/wrong")).body).toContain("XAmzContentSHA256Mismatch");
  await expectNothingAt("hash/wrong");
  // beside a checksum of the bytes that came, too: those are not the ones that were signed
  const checksum = createHash("sha1").update("hallo").digest("base64");
  const headers = { "x-amz-content-sha256": hash, "x-amz-checksum-sha1": checksum };
  const changed = await raw(endpoint, "PUT", `/${bucket}/hash/changed`, { headers, body: "hallo" });
  expect(changed.body).toContain("XAmzContentSHA256Mismatch");
  await expectNothingAt("hash/changed");
  expect(await put("UNSIGNED-PAYLOAD", "hash/none")).toMatchObject({ status: 200 });
});

test.each([
  ["wrong trailer", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "BadDigest"],
  ["no trailer", "5\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
  ["no last chunk", "5\r\nhello\r\n", "IncompleteBody"],
  ["cut in a chunk", "5\r\nhel", "IncompleteBody"],
  ["no end of the trailer", `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n`, "IncompleteBody"],
  ["shorter than announced", `4\r\nhell\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\n`, "IncompleteBody"],
  ["longer than announced", `6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\n`, "IncompleteBody"],
  [
    "chunk longer than its size",
    `5\r\nhello!\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\n`,
    "InvalidRequest",
  ],
  ["no size", `hello\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\n`, "InvalidRequest"],
  ["endless line", "0".repeat(5000), "InvalidRequest"],
  ["bytes after the end", `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\nmore`, "InvalidRequest"],
])("a chunked body with %s leaves nothing behind", async (name, body, code) => {
  const key = `chunked/${name.replaceAll(" ", "-")}`;
  const headers = { ...chunkedHeaders(5), "x-amz-trailer": "x-amz-checksum-crc32" };
  const answer = await raw(endpoint, "PUT", `/${bucket}/${key}`, { headers, body });
  expect(answer.body).toContain(`<Code>${code}</Code>`);
  await expectNothingAt(key);
});

test("a client that hangs up within the body leaves nothing behind, and the object before it stands", async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: "half", Body: "before" }));
  const headers = signedFor(endpoint, "PUT", `/${bucket}/half`, { "content-length": "1000" });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  await hangUpAfter(endpoint, `PUT /${bucket}/half HTTP/1.1\r\n${lines.join("")}\r\nonly this`);
  expect(await textOf("half")).toBe("before");
  await expect.poll(() => readdirSync(join(directory, ".s3", "drafts"))).toEqual([]);
});

test.each([
  ["two checksums", { "x-amz-checksum-crc32": crc32, "x-amz-checksum-sha256": sha256 }, "InvalidRequest"],
  ["a checksum that is none", { "x-amz-checksum-crc32": "hello" }, "InvalidRequest"],
  ["an MD5 that is none", { "content-md5": "hello" }, "InvalidDigest"],
  ["a named algorithm without its checksum", { "x-amz-sdk-checksum-algorithm": "CRC32" }, "InvalidRequest"],
  ["a trailer that is no checksum", { "x-amz-trailer": "x-amz-meta-late" }, "NotImplemented"],
  ["a trailer without chunks", { "x-amz-trailer": "x-amz-checksum-crc32" }, "InvalidRequest"],
  ["chunks of unknown length", { "content-encoding": "aws-chunked" }, "MissingContentLength"],
  ["plain chunked transfer", { "transfer-encoding": "chunked" }, "NotImplemented"],
  ["too much metadata", { "x-amz-meta-long": "x".repeat(3000) }, "MetadataTooLarge"],
])("%s is refused before the body is read", async (_, headers, code) => {
  const answer = await raw(endpoint, "PUT", `/${bucket}/refused`, { headers: { ...headers }, body: "hello" });
  expect(answer.body).toContain(`<Code>${code}</Code>`);
  await expectNothingAt("refused");
});
