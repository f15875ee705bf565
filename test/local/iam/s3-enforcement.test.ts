import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, describe, expect, test } from "vitest";
import { startEndpoint } from "../../../local/endpoint/endpoint.ts";
import type { AccessControlOptions } from "../../../local/iam/access-control.ts";
import type { Rights } from "../../../local/iam/rights.ts";
import { openS3 } from "../../../local/s3/s3.ts";
import { refusal, temporaryDirectory } from "../s3/endpoint.ts";
import { settingsFor } from "../signing.ts";
import { enforced, own } from "./enforced.ts";
import { elsewhere, type GivenStatement, policy } from "./policies.ts";

const Bucket = "objects";
const bucketArn = `arn:aws:s3:::${Bucket}`;
const caller = `arn:aws:sts::${own}:assumed-role/Train/run`;

const closers: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** An endpoint with the objects runs/a and shards/a, the administrator's client, and others' by their statements. */
async function start(rights: Partial<Rights> = {}, options: AccessControlOptions = {}) {
  const { access, authenticator, settingsOf } = enforced(rights, options);
  const s3 = openS3({ directory: temporaryDirectory(), buckets: [Bucket], access, authenticator });
  const endpoint = await startEndpoint(0);
  endpoint.serve("s3", s3.handle);
  closers.push(
    () => s3.close(),
    () => endpoint.close(),
  );
  const client = (settings: ConstructorParameters<typeof S3Client>[0]) => {
    const made = new S3Client({ ...settings, forcePathStyle: true });
    closers.push(() => made.destroy());
    return made;
  };
  const administrator = client(settingsFor(endpoint.url));
  const as = (account: string, ...statements: readonly GivenStatement[]) =>
    client(settingsOf(endpoint.url, account, ...statements));
  return { administrator, as };
}

const on = (Action: string, key: string, more: Partial<GivenStatement> = {}): GivenStatement => ({
  Action,
  Resource: `${bucketArn}/${key}`,
  ...more,
});
const listing = (prefix: string): GivenStatement => ({
  Action: "s3:ListBucket",
  Resource: bucketArn,
  Condition: { StringLike: { "s3:prefix": prefix } },
});
const sentence = (action: string, resource: string, why: string) =>
  `User: ${caller} is not authorized to perform: ${action} on resource: "${resource}" ${why}`;
const noIdentity = (action: string) => `because no identity-based policy allows the ${action} action`;

const put = (client: S3Client, Key: string, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more }));
const get = (client: S3Client, Key: string) => client.send(new GetObjectCommand({ Bucket, Key }));
const head = (client: S3Client, Key: string) => client.send(new HeadObjectCommand({ Bucket, Key }));
const list = (client: S3Client, Prefix?: string) =>
  client.send(new ListObjectsV2Command({ Bucket, ...(Prefix !== undefined && { Prefix }) }));

describe("a role of the bucket's account", () => {
  test("reads what its policy names, and nothing else", async () => {
    const { administrator, as } = await start();
    await put(administrator, "runs/a");
    await put(administrator, "shards/a");
    const reader = as(own, on("s3:GetObject", "runs/*"));
    expect((await get(reader, "runs/a")).$metadata.httpStatusCode).toBe(200);
    expect(await refusal(get(reader, "shards/a"))).toEqual({
      name: "AccessDenied",
      status: 403,
      message: sentence("s3:GetObject", `${bucketArn}/shards/a`, noIdentity("s3:GetObject")),
    });
    expect(await refusal(head(reader, "shards/a"))).toMatchObject({ status: 403 });
    expect(await refusal(put(reader, "runs/a"))).toMatchObject({ name: "AccessDenied", status: 403 });
  });

  test("hears of a missing key only where it may list that key", async () => {
    const { as } = await start();
    const reader = as(own, on("s3:GetObject", "*"), listing("runs/*"));
    expect(await refusal(get(reader, "runs/b"))).toMatchObject({ name: "NoSuchKey", status: 404 });
    expect(await refusal(head(reader, "runs/b"))).toMatchObject({ status: 404 });
    expect(await refusal(get(reader, "shards/b"))).toMatchObject({
      name: "AccessDenied",
      message: sentence("s3:ListBucket", bucketArn, noIdentity("s3:ListBucket")),
    });
    expect(await refusal(head(reader, "shards/b"))).toMatchObject({ status: 403 });
    // a bucket that is missing is no secret
    const elsewhere = reader.send(new GetObjectCommand({ Bucket: "nowhere", Key: "a" }));
    expect(await refusal(elsewhere)).toMatchObject({ name: "NoSuchBucket" });
  });

  test("lists by the prefix that it asks for", async () => {
    const { administrator, as } = await start();
    await put(administrator, "runs/a");
    const lister = as(own, listing("runs/*"));
    expect((await list(lister, "runs/")).KeyCount).toBe(1);
    for (const prefix of ["shards/", "run", "", undefined]) {
      expect(await refusal(list(lister, prefix)), prefix).toMatchObject({ name: "AccessDenied" });
    }
  });

  test("creates, and changes nothing, where only a conditional write is allowed", async () => {
    const { as } = await start();
    const creator = as(
      own,
      on("s3:PutObject", "*", { Condition: { Null: { "s3:if-none-match": "false" } } }),
    );
    expect(await refusal(put(creator, "config"))).toMatchObject({ name: "AccessDenied" });
    await put(creator, "config", { IfNoneMatch: "*" });
    expect(await refusal(put(creator, "config", { IfNoneMatch: "*" }))).toMatchObject({ status: 412 });
    // parts and their upload bring no condition
    const upload = new CreateMultipartUploadCommand({ Bucket, Key: "large" });
    expect(await refusal(creator.send(upload))).toMatchObject({ name: "AccessDenied" });
  });

  test("writes large objects by a conditional end alone, where parts are exempt", async () => {
    const parts = { Bool: { "s3:ObjectCreationOperation": "false" } };
    const { as } = await start();
    const uploader = as(
      own,
      on("s3:PutObject", "*", { Condition: parts }),
      on("s3:PutObject", "*", { Condition: { Null: { "s3:if-none-match": "false" } } }),
    );
    const at = { Bucket, Key: "large" };
    const { UploadId } = await uploader.send(new CreateMultipartUploadCommand(at));
    const part = { ...at, UploadId, PartNumber: 1, Body: "x" };
    const { ETag } = await uploader.send(new UploadPartCommand(part));
    const end = { ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    expect(await refusal(uploader.send(new CompleteMultipartUploadCommand(end)))).toMatchObject({
      name: "AccessDenied",
    });
    await uploader.send(new CompleteMultipartUploadCommand({ ...end, IfNoneMatch: "*" }));
    expect(await refusal(put(uploader, "small"))).toMatchObject({ name: "AccessDenied" });
  });

  test("deletes of many keys those that it may, and copies what it may read", async () => {
    const { administrator, as } = await start();
    for (const key of ["runs/a", "shards/a"]) await put(administrator, key);
    const cleaner = as(own, on("s3:DeleteObject", "runs/*"), on("s3:PutObject", "*"));
    const Objects = [{ Key: "runs/a" }, { Key: "shards/a" }];
    const { Deleted, Errors } = await cleaner.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: "runs/a" }]);
    expect(Errors).toMatchObject([{ Key: "shards/a", Code: "AccessDenied" }]);
    expect((await list(administrator)).Contents?.map(({ Key }) => Key)).toEqual(["shards/a"]);
    const copy = new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/shards/a` });
    expect(await refusal(cleaner.send(copy))).toMatchObject({
      message: expect.stringContaining("s3:GetObject"),
    });
  });
});

test("a stranger needs both sides, and is told no more than that it is denied", async () => {
  const granting = policy("resource", on("s3:GetObject", "runs/*", { Principal: { AWS: elsewhere } }));
  const { administrator, as } = await start({ resourcePolicies: new Map([[bucketArn, granting]]) });
  for (const key of ["runs/a", "shards/a"]) await put(administrator, key);
  const stranger = as(elsewhere, on("s3:GetObject", "*"));
  expect((await get(stranger, "runs/a")).$metadata.httpStatusCode).toBe(200);
  const denied = { name: "AccessDenied", status: 403, message: "Access Denied" };
  expect(await refusal(get(stranger, "shards/a"))).toEqual(denied);
  expect(await refusal(get(as(elsewhere), "runs/a"))).toEqual(denied);
});

test("plain HTTP counts as secure transport, and a bucket that refuses it refuses the administrator too", async () => {
  const Condition = { Bool: { "aws:SecureTransport": "false" } };
  const denying = policy("resource", {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: `${bucketArn}/*`,
    Condition,
  });
  const rights = { resourcePolicies: new Map([[bucketArn, denying]]) };
  await put((await start(rights)).administrator, "runs/a");
  const { administrator } = await start(rights, { secureTransport: false });
  expect(await refusal(put(administrator, "runs/a"))).toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("with an explicit deny in a resource-based policy"),
  });
});

test("who may touch objects, and not the key that encrypts them, is denied", async () => {
  const keyArn = `arn:aws:kms:us-east-1:${own}:key/k`;
  const key = policy("resource", { Principal: { AWS: own }, Action: "kms:*", Resource: "*" });
  const { as } = await start({
    encryptions: new Map([[bucketArn, { keyArn, bucketKey: true }]]),
    resourcePolicies: new Map([[keyArn, key]]),
  });
  const using = (Action: string, arn = bucketArn): GivenStatement => ({
    Action,
    Resource: keyArn,
    Condition: {
      StringEquals: {
        "kms:ViaService": "s3.us-east-1.amazonaws.com",
        "kms:EncryptionContext:aws:s3:arn": arn,
      },
    },
  });
  const objects = [on("s3:GetObject", "*"), on("s3:PutObject", "*")];
  const writer = as(own, ...objects, using("kms:GenerateDataKey"));
  await put(writer, "a");
  expect(await refusal(get(writer, "a"))).toMatchObject({
    name: "AccessDenied",
    message: sentence("kms:Decrypt", keyArn, noIdentity("kms:Decrypt")),
  });
  const reader = as(own, ...objects, using("kms:Decrypt"));
  expect((await get(reader, "a")).$metadata.httpStatusCode).toBe(200);
  expect(await refusal(put(reader, "a"))).toMatchObject({
    message: expect.stringContaining("kms:GenerateDataKey"),
  });
  const another = as(own, ...objects, using("kms:*", "arn:aws:s3:::another"));
  expect(await refusal(get(another, "a"))).toMatchObject({ name: "AccessDenied" });
});
