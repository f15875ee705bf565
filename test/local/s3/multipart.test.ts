import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect, test } from "vitest";
import { createChecksum } from "../../../local/s3/checksums.ts";
import { bucket, refusal, startFixture } from "./endpoint.ts";

const { s3, directory } = await startFixture();
const Bucket = bucket;
const mebibyte = 1024 * 1024;

const bytesOf = async (Key: string) => {
  const read = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  return { read, bytes: Buffer.from((await read.Body?.transformToByteArray()) ?? []) };
};
const begin = async (Key: string, more = {}) => {
  const { UploadId = "" } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId;
};
const part = (Key: string, UploadId: string, PartNumber: number, Body: string | Buffer, more = {}) =>
  s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }));
const complete = (
  Key: string,
  UploadId: string,
  Parts: { PartNumber: number; ETag?: string | undefined }[],
  more = {},
) =>
  s3.send(
    new CompleteMultipartUploadCommand({
      Bucket,
      Key,
      UploadId,
      MultipartUpload: { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) },
      ...more,
    }),
  );

test("12 MB that lib-storage sends in parts are one object, with S3's ETag and checksum of parts", async () => {
  const whole = Buffer.alloc(12_000_000);
  for (let i = 0; i < whole.length; i += 4) whole.writeUInt32LE(Math.imul(i, 2654435761) >>> 0, i);
  const params = {
    Bucket,
    Key: "datasets/x",
    Body: Readable.from([whole]),
    ContentType: "application/x-idx",
    Metadata: { a: "b" },
  };
  await new Upload({ client: s3, params }).done();

  const { read, bytes } = await bytesOf("datasets/x");
  expect(Buffer.compare(bytes, whole)).toBe(0);
  const parts = [0, 1, 2].map((i) => whole.subarray(i * 5 * mebibyte, (i + 1) * 5 * mebibyte));
  const md5 = createHash("md5");
  const crc = createChecksum("CRC32");
  for (const each of parts) {
    md5.update(createHash("md5").update(each).digest());
    const own = createChecksum("CRC32");
    own.update(each);
    crc.update(own.digest());
  }
  expect(read).toMatchObject({
    ETag: `"${md5.digest("hex")}-3"`,
    ChecksumCRC32: `${crc.digest().toString("base64")}-3`,
    ChecksumType: "COMPOSITE",
    ContentType: "application/x-idx",
    Metadata: { a: "b" },
  });
  expect(readdirSync(join(directory, ".s3", "uploads"))).toEqual([]);
});

test("a checksum of the whole object is the one of its bytes", async () => {
  const Key = "whole";
  const UploadId = await begin(Key, { ChecksumAlgorithm: "CRC64NVME" as ChecksumAlgorithm });
  const pieces = [Buffer.alloc(5 * mebibyte, "first"), Buffer.from("second")];
  const crc = (bytes: Buffer) => {
    const checksum = createChecksum("CRC64NVME");
    checksum.update(bytes);
    return checksum.digest().toString("base64");
  };
  const Parts = [];
  for (const [i, Body] of pieces.entries()) {
    const { ETag } = await part(Key, UploadId, i + 1, Body, { ChecksumCRC64NVME: crc(Body) });
    Parts.push({ PartNumber: i + 1, ETag });
  }
  const expected = crc(Buffer.concat(pieces));
  const wrong = { ChecksumCRC64NVME: crc(Buffer.from("other")), ChecksumType: "FULL_OBJECT" };
  expect(await refusal(complete(Key, UploadId, Parts, wrong))).toMatchObject({ name: "BadDigest" });
  const right = { ChecksumCRC64NVME: expected, ChecksumType: "FULL_OBJECT", MpuObjectSize: 5 * mebibyte + 6 };
  expect(await complete(Key, UploadId, Parts, right)).toMatchObject({ ChecksumCRC64NVME: expected });
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  expect(head).toMatchObject({ ChecksumCRC64NVME: expected, ChecksumType: "FULL_OBJECT" });
});

test("parts come in any order, a repeated one replaces its predecessor, and they are listed in pages", async () => {
  const Key = "ordered";
  const UploadId = await begin(Key);
  await part(Key, UploadId, 10, "last");
  await part(Key, UploadId, 2, "stale");
  const second = await part(Key, UploadId, 2, Buffer.alloc(5 * mebibyte, "2"));
  const pageOf = (PartNumberMarker?: string) =>
    s3.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 1, PartNumberMarker }));
  const first = await pageOf();
  expect(first).toMatchObject({
    IsTruncated: true,
    Parts: [{ PartNumber: 2, Size: 5 * mebibyte, ETag: second.ETag }],
  });
  expect(first.NextPartNumberMarker).toBe("2");
  const rest = await pageOf(first.NextPartNumberMarker);
  expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 10, Size: 4 }] });

  await complete(Key, UploadId, [
    { PartNumber: 2, ETag: second.ETag },
    { PartNumber: 10, ETag: rest.Parts?.[0]?.ETag },
  ]);
  const { bytes } = await bytesOf(Key);
  expect(bytes.length).toBe(5 * mebibyte + 4);
  expect(bytes.subarray(-5).toString()).toBe("2last");
});

test("the last page of parts names the marker 0, and so does that of an upload without any, as on S3", async () => {
  const Key = "marked";
  const UploadId = await begin(Key);
  const whole = () => s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(await whole()).toMatchObject({ IsTruncated: false, NextPartNumberMarker: "0" });
  await part(Key, UploadId, 7, "x");
  expect(await whole()).toMatchObject({ IsTruncated: false, NextPartNumberMarker: "0", Parts: [{}] });
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
});

test("an upload that does not fit together is refused and stays open", async () => {
  const Key = "refused";
  const UploadId = await begin(Key);
  const one = { PartNumber: 1, ETag: (await part(Key, UploadId, 1, "small")).ETag };
  const two = { PartNumber: 2, ETag: (await part(Key, UploadId, 2, "small too")).ETag };
  const attempt = (...parts: { PartNumber: number; ETag?: string | undefined }[]) =>
    refusal(complete(Key, UploadId, parts));
  expect(await attempt(one, two)).toMatchObject({ name: "EntityTooSmall" });
  expect(await attempt(two, one)).toMatchObject({ name: "InvalidPartOrder" });
  expect(await attempt({ ...one, ETag: two.ETag })).toMatchObject({ name: "InvalidPart" });
  expect(await attempt({ PartNumber: 3, ETag: one.ETag })).toMatchObject({ name: "InvalidPart" });
  expect(await attempt()).toMatchObject({ name: "MalformedXML" });
  expect(await refusal(part(Key, UploadId, 10_001, "x"))).toMatchObject({ name: "InvalidArgument" });
  expect(await refusal(part("another-key", UploadId, 1, "x"))).toMatchObject({ name: "NoSuchUpload" });
  const summed = await begin(Key, { ChecksumAlgorithm: "CRC32" });
  const other = { ChecksumAlgorithm: "SHA256" as const };
  expect(await refusal(part(Key, summed, 1, "x", other))).toMatchObject({ name: "InvalidRequest" });
  expect(await refusal(bytesOf(Key))).toMatchObject({ name: "NoSuchKey" });
  await complete(Key, UploadId, [one]);
  expect((await bytesOf(Key)).bytes.toString()).toBe("small");
  expect(await refusal(complete(Key, UploadId, [one]))).toMatchObject({ name: "NoSuchUpload" });
});

test("of several who complete for a key that must be free one wins", async () => {
  const Key = "contended";
  const uploads = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      const UploadId = await begin(Key);
      return { UploadId, ETag: (await part(Key, UploadId, 1, `upload ${i}`)).ETag };
    }),
  );
  const outcomes = await Promise.allSettled(
    uploads.map(({ UploadId, ETag }) =>
      complete(Key, UploadId, [{ PartNumber: 1, ETag }], { IfNoneMatch: "*" }),
    ),
  );
  const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await bytesOf(Key)).bytes.toString()).toBe(`upload ${winner}`);
});

test("an aborted upload is gone with its parts", async () => {
  const Key = "aborted";
  const UploadId = await begin(Key);
  await part(Key, UploadId, 1, "x");
  await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  expect(await refusal(part(Key, UploadId, 1, "x"))).toMatchObject({ name: "NoSuchUpload" });
  expect(readdirSync(join(directory, ".s3", "uploads"))).not.toContain(UploadId);
  const outside = "../../objects";
  expect(await refusal(part(Key, outside, 1, "x"))).toMatchObject({ name: "NoSuchUpload" });
});
