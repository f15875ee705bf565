import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { AccessControl } from "../../../local/iam/access-control.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import { administrator, roleSession } from "../../../local/iam/identity.ts";
import { noRights } from "../../../local/iam/rights.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { S3Error } from "../../../local/s3/errors.ts";
import { openS3 } from "../../../local/s3/s3.ts";
import { objectPutter } from "../../../local/stepfunctions/object-putter.ts";
import { SignedClient } from "../../../local/stepfunctions/signed-client.ts";
import { TaskTokens } from "../../../local/stepfunctions/task-tokens.ts";
import { own } from "../iam/enforced.ts";
import { policy, role } from "../iam/policies.ts";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { settingsFor } from "../signing.ts";
import { execute, outputOf, single, typesOf } from "./toy-machine.ts";

const Bucket = "objects";
const inBucket = (prefix: string) => `arn:aws:s3:::${Bucket}/${prefix}/*`;
const mayPut = policy("identity", {
  Action: "s3:PutObject",
  Resource: [inBucket("jobs"), inBucket("runs"), "arn:aws:s3:::missing/*"],
});
/** As the stack's own bucket has it. */
const writtenOnce = policy("resource", {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:PutObject",
  Resource: inBucket("runs"),
  Condition: { Null: { "s3:if-none-match": "true" } },
});

let client: SignedClient;
let objects: S3Client;
const faults: S3Error[] = [];
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = await temporaryFolder();
  const keys = new CredentialStore();
  const access = new AccessControl();
  access.enforce({ ...noRights, resourcePolicies: new Map([[`arn:aws:s3:::${Bucket}`, writtenOnce]]) });
  const endpoint = await startEndpoint(0);
  const s3 = openS3({
    directory: `${folder.path}/s3`,
    buckets: [Bucket],
    authenticator: new SignatureVerifier(keys),
    access,
    interfere: (method) => {
      const refusal = method === "PUT" ? faults.shift() : undefined;
      return refusal && { refusal };
    },
  });
  endpoint.serve("s3", s3.handle);
  const federation = role({ account: own, arn: `arn:aws:iam::${own}:role/Federation`, policies: [mayPut] });
  client = new SignedClient(endpoint.url, keys.renewed(roleSession(federation, "federation")));
  const credentials = keys.issue(administrator(own), 900);
  objects = new S3Client({ ...settingsFor(endpoint.url), credentials, forcePathStyle: true });
  closers.push(
    () => client.close(),
    () => objects.destroy(),
    () => endpoint.close(),
    () => s3.close(),
    () => folder[Symbol.asyncDispose](),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
});

/** A machine whose one state puts its token into an object, and waits. */
const putting = (parameters: object = {}, fields: object = {}) =>
  single({
    Resource: "arn:aws:states:::aws-sdk:s3:putObject.waitForTaskToken",
    Parameters: {
      "Bucket.$": "$.bucket",
      "Key.$": "$.key",
      Body: { "token.$": "$$.Task.Token", job: { "round.$": "$.round" } },
      ...parameters,
    },
    ...fields,
  });

const read = async (Key: string) => {
  const { Body, ContentType } = await objects.send(new GetObjectCommand({ Bucket, Key }));
  return { body: JSON.parse((await Body?.transformToString()) ?? ""), ContentType };
};

/** Runs a machine; what it has put is read, and its token handed back, as the door does. */
function run(definition: object, key: string, bucket = Bucket) {
  const tokens = new TaskTokens();
  const puts = objectPutter(client);
  const put: typeof puts = async (parameters, signal) => {
    const answer = await puts(parameters, signal);
    setTimeout(async () => tokens.succeed((await read(key)).body.token, "done"), 20);
    return answer;
  };
  return execute(definition, {}, { bucket, key, round: 3 }, undefined, { put, tokens });
}

describe("putObject", () => {
  test("writes its body as JSON by the state machine's role, and the state waits for who reads it", async () => {
    const executed = await run(putting({ ContentType: "application/json" }), "jobs/a");
    expect(outputOf(executed)).toBe("done");
    const stored = await read("jobs/a");
    expect(stored.body).toEqual({ token: expect.stringMatching(/^[\w-]{80}$/), job: { round: 3 } });
    expect(stored.ContentType).toBe("application/json");
    expect(typesOf(executed)).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(executed.history.events[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: "aws-sdk:s3",
      resource: "putObject.waitForTaskToken",
      region: "us-east-1",
    });
    expect(executed.history.events[4]?.taskSubmittedEventDetails).toMatchObject({
      output: expect.stringMatching(/^\{"ETag":"\\"[0-9a-f]{32}\\""\}$/),
    });
  });

  test.each(["jobs/ä ö+c=d&e~f'(g)*!", "jobs//x", "jobs/./../y", "jobs/%2F?versionId=1#z"])(
    "writes under the key %s, and no other",
    async (key) => {
      expect(outputOf(await run(putting(), key))).toBe("done");
      expect((await read(key)).body.job).toEqual({ round: 3 });
    },
  );

  test("writes a text in quotes, as AWS does", async () => {
    const token = { ...putting({ Body: "text" }) };
    const executed = await execute(
      { ...token, TimeoutSeconds: 1 },
      {},
      { bucket: Bucket, key: "jobs/text", round: 1 },
      undefined,
      { put: objectPutter(client) },
    );
    expect(executed.ending.status).toBe("TIMED_OUT");
    expect((await read("jobs/text")).body).toBe("text");
  });

  test("writes once where the bucket takes nothing else", async () => {
    const unconditional = await run(putting(), "runs/a");
    expect(unconditional.ending).toMatchObject({ status: "FAILED", error: "S3.S3Exception" });
    expect(outputOf(await run(putting({ IfNoneMatch: "*" }), "runs/a"))).toBe("done");
    const again = await run(putting({ IfNoneMatch: "*" }), "runs/a");
    expect(again.ending).toMatchObject({
      error: "S3.S3Exception",
      cause: expect.stringContaining("Status Code: 412"),
    });
  });

  test.each<[string, string, string, string, number]>([
    ["without a right", Bucket, "shards/a", "S3.S3Exception", 403],
    ["into no bucket", "missing", "a", "S3.NoSuchBucketException", 404],
  ])("%s fails at once, as AWS names it", async (_, bucket, key, error, status) => {
    const executed = await run(putting(), key, bucket);
    expect(executed.ending).toMatchObject({
      status: "FAILED",
      error,
      cause: expect.stringMatching(
        new RegExp(`\\(Service: S3, Status Code: ${status}, Request ID: .+, Extended Request ID: .+\\)$`),
      ),
    });
    expect(typesOf(executed)).not.toContain("TaskSubmitted");
  });

  test("is repeated by Retry where S3 refuses it for a while", async () => {
    faults.push(new S3Error("SlowDown", "as asked"), new S3Error("InternalError", "as asked"));
    const Retry = [{ ErrorEquals: ["S3.S3Exception"], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 }];
    expect(outputOf(await run(putting({}, { Retry }), "jobs/b"))).toBe("done");
  });

  test("that reaches nobody says so", async () => {
    const nobody = new SignedClient("http://127.0.0.1:1", () => ({ accessKeyId: "a", secretAccessKey: "b" }));
    const executed = await execute(putting(), {}, { bucket: Bucket, key: "jobs/c", round: 1 }, undefined, {
      put: objectPutter(nobody),
    });
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "S3.SdkClientException" });
  });

  test("without a key ends the execution", async () => {
    const executed = await execute(putting(), {}, { bucket: Bucket, key: 7, round: 1 });
    expect(executed.ending).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });
});
