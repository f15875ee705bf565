import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { coordinatorAccount as account } from "../../../local/assembly/names.ts";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { AccessControl } from "../../../local/iam/access-control.ts";
import { CredentialStore, localCredentials } from "../../../local/iam/credential-store.ts";
import type { Credentials } from "../../../local/iam/signature/signature.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { openS3 } from "../../../local/s3/s3.ts";
import { openSts } from "../../../local/sts/sts.ts";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { settingsFor, signed } from "../signing.ts";
import { arnOf, Bucket, objectsBelow, readerArn, rights, theirReaderArn } from "./assumable-roles.ts";
import { type Answer, readAnswer } from "./sts-answer.ts";

let now = Date.now();
let endpoint: LocalEndpoint;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = await temporaryFolder();
  const keys = new CredentialStore(() => now);
  const authenticator = new SignatureVerifier(keys, () => now);
  const access = new AccessControl();
  access.enforce(rights);
  endpoint = await startEndpoint(0);
  const s3 = openS3({ directory: folder.path, buckets: [Bucket], authenticator, access });
  const sts = await openSts({ authenticator, access, rights, keys });
  endpoint.serve("s3", s3.handle);
  endpoint.serve("sts", sts.handle);
  const folderGone = () => folder[Symbol.asyncDispose]();
  closers.push(() => endpoint.close(), sts.close, s3.close, folderGone);
  const client = new S3Client(settingsFor(endpoint.url));
  for (const Key of ["runs/a", "shards/a"]) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  }
  client.destroy();
});
afterAll(async () => {
  for (const close of closers) await close();
});
beforeEach(() => {
  now = Date.now();
});

async function ask(
  action: string,
  fields: Record<string, string> = {},
  credentials: Credentials = localCredentials,
): Promise<Answer> {
  const body = new URLSearchParams({ Action: action, Version: "2011-06-15", ...fields }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const answer = await signed(`${endpoint.url}/`, "sts", { body, headers, credentials });
  return readAnswer(action, answer);
}

const credentialsOf = ({ result }: Answer): Credentials => {
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = result.Credentials;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
};
const assume = (name: string, more: Record<string, string> = {}, credentials?: Credentials) =>
  ask("AssumeRole", { RoleArn: arnOf(name), RoleSessionName: "run-1", ...more }, credentials);
const whoIs = async (credentials: Credentials) => (await ask("GetCallerIdentity", {}, credentials)).result;

/** The keys of the bucket that may be got. */
async function readable(credentials: Credentials): Promise<string[]> {
  const client = new S3Client({ ...settingsFor(endpoint.url), credentials });
  const found: string[] = [];
  for (const Key of ["runs/a", "shards/a"]) {
    const got = client.send(new GetObjectCommand({ Bucket, Key })).then(() => found.push(Key));
    await got.catch((error: Error) => expect(error.name).toBe("AccessDenied"));
  }
  client.destroy();
  return found;
}

describe("GetCallerIdentity", () => {
  test("tells the administrator", async () => {
    const Arn = `arn:aws:iam::${account}:root`;
    expect(await whoIs(localCredentials)).toMatchObject({ Arn, UserId: account, Account: account });
  });

  test("tells a session of a role", async () => {
    expect(await whoIs(credentialsOf(await assume("Train")))).toMatchObject({
      Arn: `arn:aws:sts::${account}:assumed-role/Train/run-1`,
      UserId: "AROATRAIN:run-1",
      Account: account,
    });
  });
});

describe("AssumeRole", () => {
  test("gives the role's rights, for as long as it was asked", async () => {
    const answer = await assume("Train", { DurationSeconds: "900" });
    expect(answer.result.AssumedRoleUser).toEqual({
      AssumedRoleId: "AROATRAIN:run-1",
      Arn: `arn:aws:sts::${account}:assumed-role/Train/run-1`,
    });
    expect(Date.parse(answer.result.Credentials.Expiration ?? "")).toBe(now + 900_000);
    const credentials = credentialsOf(answer);
    expect(credentials.accessKeyId).toMatch(/^ASIA/);
    expect(await readable(credentials)).toEqual(["runs/a", "shards/a"]);
    now += 890_000;
    expect((await ask("GetCallerIdentity", {}, credentials)).status).toBe(200);
  });

  test.each([
    [
      "of the request",
      {
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: objectsBelow("runs/") },
        }),
      },
      ["runs/a"],
    ],
    ["of the stack", { "PolicyArns.member.1.arn": readerArn }, ["runs/a"]],
    [
      "that allows what the role may not",
      {
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: { Effect: "Allow", Action: "s3:DeleteObject", Resource: "*" },
        }),
      },
      [],
    ],
  ])("narrows the session by a policy %s", async (_, given, expected) => {
    expect(await readable(credentialsOf(await assume("Train", given)))).toEqual(expected);
  });

  test("takes the external id that the role asks for", async () => {
    expect(await assume("Owner")).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(await assume("Owner", { ExternalId: "other" })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
    expect(await assume("Owner", { ExternalId: "machine" })).toMatchObject({ status: 200 });
  });

  test.each(["Foreign", "Service", "Missing"])(
    "refuses a role that does not let the caller in: %s",
    async (name) => {
      const { status, code, message } = await assume(name);
      expect({ status, code }).toEqual({ status: 403, code: "AccessDenied" });
      expect(message).toContain(
        `User: arn:aws:iam::${account}:root is not authorized to perform: sts:AssumeRole on resource: ${arnOf(name)}`,
      );
    },
  );

  test("from a session takes a right of its role, and gives an hour at most", async () => {
    const train = credentialsOf(await assume("Train"));
    expect(await assume("Long", {}, train)).toMatchObject({ code: "AccessDenied" });
    const chained = credentialsOf(await assume("Chained"));
    expect(await assume("Long", { DurationSeconds: "3601" }, chained)).toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining("1 hour session limit"),
    });
    expect(await assume("Long", { DurationSeconds: "3600" }, chained)).toMatchObject({ status: 200 });
  });

  test.each([
    ["too short a time", { DurationSeconds: "899" }, "ValidationError"],
    ["no whole seconds", { DurationSeconds: "1000.5" }, "ValidationError"],
    ["more than the role gives", { DurationSeconds: "3601" }, "ValidationError"],
    ["more than any role gives", { RoleArn: arnOf("Long"), DurationSeconds: "43201" }, "ValidationError"],
    ["a session without a name", { RoleSessionName: "" }, "ValidationError"],
    ["a name with a blank", { RoleSessionName: "run 1" }, "ValidationError"],
    ["an external id with a blank", { ExternalId: "a b" }, "ValidationError"],
    ["a policy that is no JSON", { Policy: "{" }, "MalformedPolicyDocument"],
    ["a policy that is none", { Policy: "{}" }, "MalformedPolicyDocument"],
    ["a policy of 2,049 characters", { Policy: "x".repeat(2049) }, "ValidationError"],
    ["a managed policy that there is not", { "PolicyArns.member.1.arn": `${readerArn}s` }, "ValidationError"],
    ["another account's managed policy", { "PolicyArns.member.1.arn": theirReaderArn }, "ValidationError"],
    ["tags", { "Tags.member.1.Key": "a" }, "ValidationError"],
  ])("refuses %s", async (_, fields, code) => {
    expect(await assume("Train", fields)).toMatchObject({ status: 400, code });
  });
});

describe("GetFederationToken", () => {
  const federate = (more: Record<string, string> = {}, credentials?: Credentials) =>
    ask("GetFederationToken", { Name: "reader", ...more }, credentials);

  test("hands the administrator a policy's rights, and no more", async () => {
    const answer = await federate({ "PolicyArns.member.1.arn": readerArn });
    const Arn = `arn:aws:sts::${account}:federated-user/reader`;
    expect(answer.result.FederatedUser).toEqual({ FederatedUserId: `${account}:reader`, Arn });
    expect(Date.parse(answer.result.Credentials.Expiration ?? "")).toBe(now + 43_200_000);
    const credentials = credentialsOf(answer);
    expect(await readable(credentials)).toEqual(["runs/a"]);
    expect((await whoIs(credentials)).Arn).toBe(Arn);
    const client = new S3Client({ ...settingsFor(endpoint.url), credentials });
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining(`User: ${Arn} is not authorized to perform: s3:ListBucket`),
    });
    client.destroy();
  });

  test("without a policy gives no right at all", async () => {
    expect(await readable(credentialsOf(await federate()))).toEqual([]);
  });

  test("is not for sessions, which would widen themselves", async () => {
    const all = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
    const Policy = JSON.stringify(all);
    const narrow = credentialsOf(await federate({ "PolicyArns.member.1.arn": readerArn }));
    for (const credentials of [narrow, credentialsOf(await assume("Train"))]) {
      expect(await federate({ Policy }, credentials)).toMatchObject({ status: 403, code: "AccessDenied" });
    }
  });

  test.each([
    ["a name of one letter", { Name: "r" }],
    ["more than 36 hours", { DurationSeconds: "129601" }],
  ])("refuses %s", async (_, fields) => {
    expect(await federate(fields)).toMatchObject({ status: 400, code: "ValidationError" });
  });
});

test("what STS does not do here is refused by its name", async () => {
  expect(await ask("GetSessionToken")).toMatchObject({ status: 400, code: "InvalidAction" });
});
