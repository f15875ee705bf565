import { setTimeout } from "node:timers/promises";
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { uploadResumably } from "../../../cli/run/resumable-upload.ts";
import { bucket, clientOf, type Fixture, startFixture } from "../../local/s3/endpoint.ts";

const mebibyte = 1024 * 1024;
/** Four parts of at most 8 MiB, the last one shorter; no two parts alike. */
const bytes = Uint8Array.from({ length: 25 * mebibyte }, (_, i) => (i * 31 + (i >> 13)) % 251);

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});

/** A client that notes which parts it sends, and whose line breaks at some of them. */
function client(breaksAt: (part: number) => boolean = () => false): { s3: S3Client; sent: number[] } {
  const s3 = clientOf(fixture.endpoint.url, { maxAttempts: 1 });
  const sent: number[] = [];
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== UploadPartCommand.name) return next(args);
        const { PartNumber = 0 } = args.input as UploadPartCommandInput;
        if (breaksAt(PartNumber)) throw new Error("the line broke");
        sent.push(PartNumber);
        return next(args);
      },
    { step: "initialize" },
  );
  return { s3, sent };
}

async function stored(key: string): Promise<Uint8Array> {
  const { Body } = await fixture.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

async function open(): Promise<(string | undefined)[]> {
  const { Uploads = [] } = await fixture.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ Key }) => Key);
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe("an upload", () => {
  test("in parts arrives whole, and leaves nothing open", async () => {
    const { s3, sent } = client();
    const begun: unknown[] = [];
    await uploadResumably({ s3, bucket, key: "whole" }, bytes, { begins: (one) => begun.push(one) });
    expect(sent.toSorted()).toEqual([1, 2, 3, 4]);
    expect(begun).toEqual([{ parts: 4, present: 0 }]);
    expect(same(await stored("whole"), bytes)).toBe(true);
    expect(await open()).not.toContain("whole");
  });

  test("that was cut off goes on with the parts that arrived", async () => {
    const broken = client((part) => part === 3);
    const place = { bucket, key: "resumed" };
    await expect(uploadResumably({ ...place, s3: broken.s3 }, bytes)).rejects.toThrow("the line broke");
    expect(await open()).toContain("resumed");
    const { s3, sent } = client();
    const begun: unknown[] = [];
    const there: number[] = [];
    await uploadResumably({ ...place, s3 }, bytes, {
      begins: (one) => begun.push(one),
      sent: (arrived, all) => there.push(arrived / all),
    });
    expect([there.at(0), there.length, there.at(-1)]).toEqual([0, 5, 1]);
    expect(there).toEqual(there.toSorted());
    expect(sent).toContain(3);
    expect([...sent, ...broken.sent].toSorted()).toEqual([1, 2, 3, 4]);
    expect(begun).toEqual([{ parts: 4, present: broken.sent.length }]);
    expect(same(await stored("resumed"), bytes)).toBe(true);
    expect(await open()).not.toContain("resumed");
  });

  test("does not take a part with other bytes for its own", async () => {
    const others = bytes.slice();
    others[9 * mebibyte] = 255;
    const broken = client((part) => part === 4);
    const place = { bucket, key: "altered" };
    await expect(uploadResumably({ ...place, s3: broken.s3 }, others)).rejects.toThrow("the line broke");
    expect(broken.sent).toContain(2);
    const { s3, sent } = client();
    await uploadResumably({ ...place, s3 }, bytes);
    expect(sent).toEqual(expect.arrayContaining([2, 4]));
    expect(same(await stored("altered"), bytes)).toBe(true);
  });

  test("of little goes in one request", async () => {
    const { s3, sent } = client();
    await uploadResumably({ s3, bucket, key: "small" }, bytes.subarray(0, 1000));
    expect(sent).toEqual([]);
    expect(same(await stored("small"), bytes.subarray(0, 1000))).toBe(true);
  });

  test("reads what is there to the last page of uploads and of parts", async () => {
    const key = "paged";
    const begin = new CreateMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      ChecksumAlgorithm: "SHA256",
    });
    // an older upload, so that the one to go on with is on the second page
    await fixture.s3.send(begin);
    const broken = client((part) => part === 4);
    await setTimeout(20);
    await fixture.s3.send(begin);
    await expect(uploadResumably({ s3: broken.s3, bucket, key }, bytes)).rejects.toThrow("the line broke");
    const { s3, sent } = client();
    const asked: string[] = [];
    s3.middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) => {
          const one = {
            [ListPartsCommand.name]: "MaxParts",
            [ListMultipartUploadsCommand.name]: "MaxUploads",
          };
          const most = one[commandName];
          if (most === undefined) return next(args);
          asked.push(commandName);
          return next({ ...args, input: { ...args.input, [most]: 1 } });
        },
      { step: "initialize" },
    );
    const begun: unknown[] = [];
    await uploadResumably({ s3, bucket, key }, bytes, { begins: (one) => begun.push(one) });
    expect(begun).toEqual([{ parts: 4, present: broken.sent.length }]);
    expect([...sent, ...broken.sent].toSorted()).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([
      ...Array(2).fill(ListMultipartUploadsCommand.name),
      ...Array(broken.sent.length).fill(ListPartsCommand.name),
    ]);
  });

  test("that the person interrupts ends, and keeps what arrived", async () => {
    const interrupt = new AbortController();
    const { s3 } = client();
    const uploading = uploadResumably({ s3, bucket, key: "interrupted" }, bytes, {
      signal: interrupt.signal,
      sent: (arrived) => arrived > 0 && interrupt.abort(),
    });
    await expect(uploading).rejects.toMatchObject({ name: "AbortError" });
    const begun: { parts: number; present: number }[] = [];
    await uploadResumably({ s3, bucket, key: "interrupted" }, bytes, { begins: (one) => begun.push(one) });
    expect(begun[0]?.present).toBeGreaterThan(0);
  });

  test("that was interrupted before its first request asks for nothing", async () => {
    const interrupt = new AbortController();
    interrupt.abort();
    const { s3 } = client();
    const uploading = uploadResumably({ s3, bucket, key: "never" }, bytes, { signal: interrupt.signal });
    await expect(uploading).rejects.toMatchObject({ name: "AbortError" });
    expect(await open()).not.toContain("never");
  });
});
