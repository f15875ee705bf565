import { CreateBucketCommand, ListBucketsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { administratorCredentials, CredentialStore } from "../../../local/iam/credential-store.ts";
import { administrator } from "../../../local/iam/identity.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { type LocalS3, openS3, type S3Options } from "../../../local/s3/s3.ts";
import { bucket, clientOf, refusal, temporaryDirectory } from "./endpoint.ts";

const hospital = "111122223333";
const clinic = "444455556666";

const keys = new CredentialStore();
for (const account of [hospital, clinic]) keys.add(administratorCredentials(account), administrator(account));
const authenticator = new SignatureVerifier(keys);

const directory = temporaryDirectory();
const given = {
  directory,
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

test("a name that somebody else has is not available", async () => {
  const make = (account?: string) =>
    clientOfAccount(account).send(new CreateBucketCommand({ Bucket: "patients" }));
  expect(await refusal(make(hospital))).toMatchObject({ name: "BucketAlreadyOwnedByYou", status: 409 });
  expect(await refusal(make(clinic))).toMatchObject({ name: "BucketAlreadyExists", status: 409 });
  expect(await refusal(make())).toMatchObject({ name: "BucketAlreadyExists", status: 409 });
  expect(await names(hospital)).toEqual(["patients"]);
});

test("a stack's bucket that somebody else has in this home is refused by name", () => {
  for (const owners of [new Map([["patients", clinic]]), new Map()]) {
    const start = () => open({ ...given, owners });
    expect(start).toThrow(expect.objectContaining({ name: "ConfigInvalid" }));
    expect(start).toThrow(`the bucket patients is account ${hospital}'s in this home`);
  }
});
