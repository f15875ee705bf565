import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test } from "vitest";
import { S3Error, type S3ErrorCode } from "../../../local/s3/errors.ts";
import type { RequestFault } from "../../../local/s3/request-fault.ts";
import { startS3 } from "../../../local/s3/s3.ts";
import { Objects } from "../../../storage/objects.ts";
import { bucket, clientOf, temporaryDirectory } from "./endpoint.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An endpoint that does the given things to its requests in turn, and nothing to later ones. */
async function disturbed(...faults: (RequestFault | undefined)[]) {
  const directory = temporaryDirectory();
  const asked: string[] = [];
  const interfere = (method: string, path: string) => {
    asked.push(`${method} ${path.split("?")[0]}`);
    return faults.shift();
  };
  const endpoint = await startS3({ directory, port: 0, buckets: [bucket], interfere });
  const s3 = clientOf(endpoint.url);
  closers.push(async () => {
    s3.destroy();
    await endpoint.close();
  });
  return { s3, objects: new Objects(s3, bucket), asked };
}

const refused = (code: S3ErrorCode): RequestFault => ({
  refusal: new S3Error(code, "as asked"),
});
/** Bytes that are read of an object. */
const most = 100;
const object = { Bucket: bucket, Key: "a" };

test("the SDK outlasts two refusals", async () => {
  const { objects, asked } = await disturbed(refused("InternalError"), refused("SlowDown"));
  await objects.put("a", "text", "text/plain");
  expect(asked).toEqual(Array(3).fill(`PUT /${bucket}/a`));
  expect(Buffer.from((await objects.get("a", most)).bytes).toString()).toBe("text");
});

test.each(["InternalError", "SlowDown"] as const)(
  "of three %s it makes what the state machine repeats, whatever was asked",
  async (code) => {
    const three = [refused(code), refused(code), refused(code)];
    const { objects } = await disturbed(...three, ...three, ...three, ...three);
    const error = { name: "StorageUnavailable", message: expect.stringMatching(/^a: /) };
    await expect(objects.put("a", "text", "text/plain")).rejects.toMatchObject(error);
    await expect(objects.get("a", most)).rejects.toMatchObject(error);
    // an answer without a body, from which the SDK gets no name
    await expect(objects.exists("a")).rejects.toMatchObject(error);
    await expect(objects.list("a")).rejects.toMatchObject(error);
    expect(await objects.exists("a")).toBe(false);
  },
);

describe("an object that is written only where none is", () => {
  const conflict = refused("ConditionalRequestConflict");
  const putNew = (objects: Objects, text: string) => objects.putNew("a", text, "text/plain");
  const stored = async (objects: Objects) => Buffer.from((await objects.get("a", most)).bytes).toString();

  test("is written again after a conflict with another write, which S3 answers by 409", async () => {
    const { objects, asked } = await disturbed(conflict, conflict);
    expect(await putNew(objects, "text")).toBe(true);
    expect(asked).toEqual(Array(3).fill(`PUT /${bucket}/a`));
    expect(await stored(objects)).toBe("text");
    expect(await putNew(objects, "other")).toBe(false);
  });

  test("is another's where the conflict ends in its being taken", async () => {
    const { objects } = await disturbed(undefined, conflict);
    await objects.put("a", "another's", "text/plain");
    expect(await putNew(objects, "text")).toBe(false);
    expect(await stored(objects)).toBe("another's");
  });

  test("is what the state machine repeats where conflicts do not end", async () => {
    const { objects } = await disturbed(conflict, conflict, conflict);
    await expect(putNew(objects, "text")).rejects.toMatchObject({ name: "StorageUnavailable" });
  });

  test("is one's own where the answer to the first try was lost", async () => {
    const lost = async () => {
      throw new S3Error("InternalError", "after it was stored");
    };
    const { objects, asked } = await disturbed({ written: lost });
    expect(await putNew(objects, "text")).toBe(true);
    expect(asked).toEqual([`PUT /${bucket}/a`, `PUT /${bucket}/a`, `GET /${bucket}/a`]);
  });
});

test("an endpoint that is gone is unavailable, and what it denies is another thing", async () => {
  const { objects } = await disturbed({ refusal: new S3Error("AccessDenied", "as asked") });
  await expect(objects.get("a", most)).rejects.toMatchObject({ name: "AccessDenied" });
  for (const close of closers.splice(0)) await close();
  const s3 = clientOf("http://127.0.0.1:1");
  await expect(new Objects(s3, bucket).get("a", most)).rejects.toMatchObject({ name: "StorageUnavailable" });
  s3.destroy();
});

test("what is stored in place of an upload has checksums of its own", async () => {
  const { s3 } = await disturbed({ store: () => Buffer.from("other") });
  await s3.send(new PutObjectCommand({ ...object, Body: "text" }));
  const { Body } = await s3.send(new GetObjectCommand(object));
  expect(await Body?.transformToString()).toBe("other");
});

test("what rots behind its checksum is found by it, and named", async () => {
  const { objects } = await disturbed({ store: () => Buffer.from("tex7"), keepsChecksum: true });
  await objects.put("a", "text", "text/plain");
  await expect(objects.get("a", most)).rejects.toMatchObject({
    name: "ObjectInvalid",
    message: expect.stringContaining("Checksum mismatch"),
  });
});

test("what is lost is answered as if it were stored", async () => {
  const { s3 } = await disturbed({ store: () => undefined });
  await s3.send(new PutObjectCommand({ ...object, Body: "text" }));
  await expect(s3.send(new HeadObjectCommand(object))).rejects.toMatchObject({ name: "NotFound" });
});

test("somebody can act between the storing and the answer", async () => {
  const order: string[] = [];
  const { s3 } = await disturbed({ written: async () => void order.push("stored") });
  await s3.send(new PutObjectCommand({ ...object, Body: "text" }));
  order.push("answered");
  expect(order).toEqual(["stored", "answered"]);
});
