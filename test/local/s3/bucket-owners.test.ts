import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { AccessControl } from "../../../local/iam/access-control.ts";
import { administratorCredentials, CredentialStore } from "../../../local/iam/credential-store.ts";
import { administrator } from "../../../local/iam/identity.ts";
import { noRights } from "../../../local/iam/rights.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { type LocalS3, openS3, type S3Options } from "../../../local/s3/s3.ts";
import { policy } from "../iam/policies.ts";
import { bucket, clientOf, refusal, temporaryDirectory } from "./endpoint.ts";

const hospital = "111122223333";
const clinic = "444455556666";

const keys = new CredentialStore();
for (const account of [hospital, clinic]) keys.add(administratorCredentials(account), administrator(account));
const authenticator = new SignatureVerifier(keys);

const directory = temporaryDirectory();
const accounts = temporaryDirectory();
const access = new AccessControl();
const given = {
  directory,
  accounts,
  access,
  authenticator,
  buckets: [bucket, "patients"],
  owners: new Map([["patients", hospital]]),
};
const opened: LocalS3[] = [];
const open = (options: S3Options) => {
  const s3 = openS3(options);
  opened.push(s3);
  return s3;
};
let endpoint: LocalEndpoint;
beforeAll(async () => {
  endpoint = await startEndpoint(0);
  endpoint.serve("s3", open(given).handle);
});
afterAll(async () => {
  await endpoint.close();
  for (const s3 of opened) s3.close();
});

/** A client of an account's administrator; of the coordinator's where none is named. */
const clientOfAccount = (account?: string) =>
  clientOf(endpoint.url, {
    maxAttempts: 1,
    ...(account && { credentials: administratorCredentials(account) }),
  });
const names = async (account?: string) => {
  const { Buckets } = await clientOfAccount(account).send(new ListBucketsCommand({}));
  return Buckets?.map(({ Name }) => Name);
};
const list = (Bucket: string, account?: string) =>
  clientOfAccount(account).send(new ListObjectsV2Command({ Bucket }));

test("an account lists its own buckets and looks into no other's", async () => {
  expect(await names()).toEqual([bucket]);
  expect(await names(hospital)).toEqual(["patients"]);
  expect(await names(clinic)).toEqual([]);
  expect((await list("patients", hospital)).KeyCount).toBe(0);
  for (const asked of [list("patients"), list("patients", clinic), list(bucket, hospital)]) {
    expect(await refusal(asked)).toMatchObject({
      name: "AccessDenied",
      status: 403,
      message: "Access Denied",
    });
  }
});

test("a bucket is its maker's, and another process knows it", async () => {
  const Bucket = "made-later";
  await clientOfAccount(clinic).send(new CreateBucketCommand({ Bucket }));
  endpoint.serve("s3", open(given).handle);
  expect(await names(clinic)).toEqual([Bucket]);
  expect(await names()).toEqual([bucket]);
  expect((await list(Bucket, clinic)).KeyCount).toBe(0);
  expect(await refusal(list(Bucket))).toMatchObject({ name: "AccessDenied" });
});

test("what an account stores lies apart, in a folder of that account, and so do its drafts and metadata", async () => {
  const s3 = clientOfAccount(hospital);
  await s3.send(new PutObjectCommand({ Bucket: "patients", Key: "rows/of-one", Body: "row" }));
  await clientOfAccount().send(new PutObjectCommand({ Bucket: bucket, Key: "runs/r", Body: "run" }));
  const begun = await s3.send(new CreateMultipartUploadCommand({ Bucket: "patients", Key: "begun-by-one" }));
  expect(begun.UploadId).toBeDefined();
  expect(readFileSync(join(accounts, hospital, "s3", "patients", "rows", "of-one"), "utf8")).toBe("row");
  const files = readdirSync(directory, { recursive: true, withFileTypes: true, encoding: "utf8" });
  const coordinators = files.map(({ parentPath, name }) => join(parentPath, name));
  expect(coordinators).toContain(join(directory, bucket, "runs", "r"));
  const text = coordinators
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"));
  for (const found of [...coordinators, ...text]) expect(found).not.toMatch(/patients|of-one|begun-by-one/);
});

test("an object of another account is copied where both sides let it, and nowhere else", async () => {
  const copy = (account: string, Bucket: string, CopySource: string) =>
    clientOfAccount(account).send(new CopyObjectCommand({ Bucket, Key: "copied", CopySource }));
  await clientOfAccount(clinic).send(new CreateBucketCommand({ Bucket: "copies" }));
  expect(await refusal(copy(clinic, "copies", "patients/rows/of-one"))).toMatchObject({
    name: "AccessDenied",
  });
  await copy(hospital, "patients", "patients/rows/of-one");
  const lending = policy("resource", {
    Principal: { AWS: clinic },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::patients/*",
  });
  access.enforce({ ...noRights, resourcePolicies: new Map([["arn:aws:s3:::patients", lending]]) });
  await copy(clinic, "copies", "patients/rows/of-one");
  access.enforce(noRights);
  const copied = await clientOfAccount(clinic).send(
    new GetObjectCommand({ Bucket: "copies", Key: "copied" }),
  );
  expect(await copied.Body?.transformToString()).toBe("row");
  expect(readFileSync(join(accounts, clinic, "s3", "copies", "copied"), "utf8")).toBe("row");
});

test("a bucket that was noted and not made, by a process that was killed, is its account's to make", async () => {
  writeFileSync(join(accounts, "buckets", "half-made"), hospital);
  const make = (account?: string) =>
    clientOfAccount(account).send(new CreateBucketCommand({ Bucket: "half-made" }));
  expect(await refusal(make())).toMatchObject({ name: "BucketAlreadyExists" });
  await make(hospital);
  expect((await list("half-made", hospital)).KeyCount).toBe(0);
});

test("a home in which accounts' buckets lie together is refused by name", () => {
  const older = temporaryDirectory();
  mkdirSync(join(older, ".s3", "owners"), { recursive: true });
  const start = () => open({ ...given, directory: older });
  expect(start).not.toThrow();
  writeFileSync(join(older, ".s3", "owners", "patients"), hospital);
  expect(start).toThrow(expect.objectContaining({ name: "ConfigInvalid" }));
  expect(start).toThrow(`${older} holds the bucket patients of another account`);
});

test("a name that somebody else has is not available", async () => {
  const make = (account?: string) =>
    clientOfAccount(account).send(new CreateBucketCommand({ Bucket: "patients" }));
  expect(await refusal(make(hospital))).toMatchObject({ name: "BucketAlreadyOwnedByYou", status: 409 });
  expect(await refusal(make(clinic))).toMatchObject({ name: "BucketAlreadyExists", status: 409 });
  expect(await refusal(make())).toMatchObject({ name: "BucketAlreadyExists", status: 409 });
  expect(await names(hospital)).toContain("patients");
});

test("a stack's bucket that somebody else has in this home is refused by name", () => {
  for (const owners of [new Map([["patients", clinic]]), new Map()]) {
    const start = () => open({ ...given, owners });
    expect(start).toThrow(expect.objectContaining({ name: "ConfigInvalid" }));
    expect(start).toThrow(`the bucket patients is account ${hospital}'s in this home`);
  }
});
