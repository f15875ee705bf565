import { GetObjectCommand, PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { beforeEach, expect, test } from "vitest";
import { MemoryBucket } from "../functions/memory-bucket.ts";

const refusal = (name: string, httpStatusCode: number, attempts = 1) =>
  new S3ServiceException({ name, $fault: "client", $metadata: { httpStatusCode, attempts } });

const bytes = Buffer.from("what a client sends");
let bucket: MemoryBucket;

/** The SDK tried twice: the first try was stored, its answer never came, and the second finds the key taken. */
beforeEach(() => {
  bucket = new MemoryBucket();
  bucket.contents.set("updates/r", bytes);
  bucket.mock.on(PutObjectCommand).rejects(refusal("PreconditionFailed", 412, 2));
});

test("whoever may not read what it wrote does not ask for it where the answer to a put was lost", async () => {
  bucket.mock.on(GetObjectCommand).rejects(refusal("AccessDenied", 403));
  await bucket.objects.put("updates/r", bytes, "application/octet-stream", "unread");
  expect(bucket.mock.commandCalls(GetObjectCommand)).toEqual([]);
});

test("whoever may read it knows its own by the bytes", async () => {
  const put = (what: Uint8Array) => bucket.objects.putNew("updates/r", what, "application/octet-stream");
  expect(await put(bytes)).toBe(true);
  expect(await put(Buffer.from("another's"))).toBe(false);
});
