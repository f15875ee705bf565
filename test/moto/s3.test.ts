import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uploadResumably } from "../../cli/run/resumable-upload.ts";
import { Objects } from "../../storage/objects.ts";
import { hasMoto, type Moto, startMoto } from "./moto.ts";

const bucket = "objects";
/** Three parts, the last one shorter; no two alike. */
const bytes = Uint8Array.from({ length: 17 * 1024 * 1024 }, (_, i) => (i * 31 + (i >> 13)) % 251);

describe.skipIf(!hasMoto())("moto's S3", () => {
  let moto: Moto;
  let s3: S3Client;
  beforeAll(async () => {
    moto = await startMoto();
    s3 = client();
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    s3?.destroy();
    await moto?.close();
  });

  const client = () =>
    new S3Client({
      endpoint: moto.endpoint.url,
      region: "us-east-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    });

  test("takes an upload of several parts that was cut off once", async () => {
    const broken = client();
    broken.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== UploadPartCommand.name) return next(args);
          if (Reflect.get(args.input, "PartNumber") === 3) throw new Error("the line broke");
          return next(args);
        },
      { step: "initialize" },
    );
    const place = { bucket, key: "datasets/d" };
    await expect(uploadResumably({ ...place, s3: broken }, bytes)).rejects.toThrow("the line broke");
    broken.destroy();
    const begun: unknown[] = [];
    await uploadResumably({ ...place, s3 }, bytes, { begins: (one) => begun.push(one) });
    // the same upload goes on; moto lists its parts without the checksums that S3 lists, so all of them are sent again
    expect(begun).toEqual([{ parts: 3, present: 0 }]);
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads).toEqual([]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: place.key }));
    expect(Buffer.compare((await Body?.transformToByteArray()) ?? new Uint8Array(), bytes)).toBe(0);
  });

  test("holds what is written only where none is, and lists it", async () => {
    const objects = new Objects(s3, bucket);
    expect(await objects.putNew("runs/a/config.json", "first", "text/plain")).toBe(true);
    expect(await objects.putNew("runs/a/config.json", "second", "text/plain")).toBe(false);
    expect(Buffer.from((await objects.get("runs/a/config.json", 100)).bytes).toString()).toBe("first");
    expect(await objects.listFolders("runs/")).toEqual(["a"]);
  });
});
