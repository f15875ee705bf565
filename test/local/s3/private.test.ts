import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { writableHome } from "../../../local/emulator.ts";
import { startS3 } from "../../../local/s3/s3.ts";

async function storedMode(directory: string): Promise<number> {
  const s3 = await startS3({ directory, port: 0, buckets: ["bucket"] });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new S3Client({ endpoint: s3.url, region: "us-east-1", credentials, forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket: "bucket", Key: "shards/a", Body: "x" }));
  client.destroy();
  await s3.close();
  return statSync(join(directory, "bucket", "shards", "a")).mode & 0o7777;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "fedstep-private-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("objects are their owner's alone, in a home that is", async () => {
  const home = await writableHome(join(folder(), "home"));
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(await storedMode(home)).toBe(0o600);
});

test("a folder that is shared with a group on purpose has objects that the group can read", async () => {
  const directory = folder();
  chmodSync(directory, 0o2770);
  expect((await storedMode(directory)) & 0o047).toBe(0o040);
});
