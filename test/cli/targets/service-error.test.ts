import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test, vi } from "vitest";
import { awsStorage, stackOutputs } from "../../../cli/targets/aws.ts";
import { namedServiceError } from "../../../cli/targets/service-error.ts";
import { keys } from "../../../shared/layout.ts";
import type { Objects } from "../../../storage/objects.ts";
import { temporaryFolder } from "../terminal.ts";
import { refusingService, somebody, stubAwsSettings, told } from "./refusing-service.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Bytes that are read of an object. */
const most = 100;
const describeStack = () => stackOutputs("fedstep");
const s3Error = (code: string, message: string) =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
const queryError = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

describe("without", () => {
  test("a region", async () => {
    stubAwsSettings({});
    expect(await told(describeStack)).toMatchObject({
      name: "RegionMissing",
      message: expect.stringContaining("AWS_REGION"),
      mendable: true,
    });
  });

  test("credentials", async () => {
    stubAwsSettings({ AWS_REGION: "eu-central-1" });
    expect(await told(describeStack)).toMatchObject({
      name: "CredentialsMissing",
      message: expect.stringContaining("aws sso login"),
      mendable: true,
    });
  });

  test("an endpoint that answers", async () => {
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
    expect(await told(describeStack)).toMatchObject({
      name: "EndpointUnreachable",
      message: expect.stringMatching(/CloudFormation.*ECONNREFUSED 127\.0\.0\.1:1.*AWS_ENDPOINT_URL/),
      mendable: true,
    });
  });
});

describe("CloudFormation refuses", () => {
  test.each([
    [
      "somebody unknown",
      403,
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      { name: "CredentialsRefused", mendable: true },
    ],
    [
      "an old session",
      403,
      "ExpiredToken",
      "The security token included in the request is expired",
      { name: "CredentialsExpired", message: expect.stringContaining("aws sso login"), mendable: true },
    ],
    [
      "whom may not ask",
      403,
      "AccessDenied",
      "User: arn:aws:iam::1:user/u is not authorized to perform: cloudformation:DescribeStacks on resource: r",
      {
        name: "PermissionMissing",
        message: expect.stringMatching(
          /the permission cloudformation:DescribeStacks; .* the policy fedstep-eu-central-1-Reader, /,
        ),
        mendable: true,
      },
    ],
    [
      "too many requests",
      400,
      "Throttling",
      "Rate exceeded",
      {
        name: "RequestsThrottled",
        message: expect.stringMatching(/^CloudFormation throttles .*Rate exceeded/),
        mendable: false,
      },
    ],
    ["for its own faults", 500, "InternalFailure", "sorry", { name: "ServiceFailed", mendable: false }],
  ])("%s", async (_what, status, code, message, expected) => {
    const { url } = await refusingService({ status, body: queryError(code, message) });
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL_CLOUDFORMATION: url });
    expect(await told(describeStack)).toMatchObject(expected);
  });
});

describe("S3 refuses", () => {
  const refused = async (refusal: { status: number; body?: string }) => {
    const { url } = await refusingService(refusal);
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL_S3: url });
    return awsStorage({ stackName: "fedstep", bucket: "bucket" }).objects;
  };

  test("without a word, and the permission is named all the same", async () => {
    const objects = await refused({ status: 403 });
    expect(await told(() => objects.exists("key"))).toMatchObject({
      name: "PermissionMissing",
      message: expect.stringContaining("the permission s3:GetObject or s3:ListBucket;"),
    });
  });

  test("in few words, and the permission is that of the operation", async () => {
    const objects = await refused({ status: 403, body: s3Error("AccessDenied", "Access Denied") });
    expect(await told(() => objects.put("key", "x", "text/plain"))).toMatchObject({
      message: expect.stringContaining("the permission s3:PutObject;"),
    });
    expect(await told(() => objects.list("runs/"))).toMatchObject({
      message: expect.stringContaining("the permission s3:ListBucket;"),
    });
  });

  test.each([
    ["a result", "Reader", (objects: Objects) => objects.get(keys.result("r"), most)],
    ["the names of runs", "Reader", (objects: Objects) => objects.listFolders(keys.runs)],
    ["whether a data set is there", "Operator", (objects: Objects) => objects.exists(keys.dataset("0"))],
    ["an update", "Operator", (objects: Objects) => objects.get(keys.update("r", 1, 1), most)],
    ["a run's name", "Operator", (objects: Objects) => objects.putNew(keys.config("r"), "{}", "text/plain")],
    ["what updates there are", "Reader", (objects: Objects) => objects.list("updates/r/")],
    ["to give a run's name back", "Operator", (objects: Objects) => objects.remove(keys.config("r"))],
  ])("%s, and the policy for a %s is what grants it", async (_what, kind, asking) => {
    const objects = await refused({ status: 403 });
    const { message = "" } = await told(() => asking(objects));
    const attach = `ask whoever manages the account to attach the policy fedstep-eu-central-1-${kind}, which this stack brings`;
    expect(message.split("; ").slice(1)).toEqual([expect.stringContaining(attach)]);
  });

  test("what no policy grants, and none is named", async () => {
    const objects = await refused({ status: 403 });
    // functions alone write it
    const writing = () => objects.putRecord(keys.result("r"), {});
    expect((await told(writing)).message).toContain("ask whoever manages the account for it");
  });

  test("on behalf of the key, which is the permission that lacks", async () => {
    const body = s3Error("AccessDenied", "User: u is not authorized to perform: kms:Decrypt on resource: k");
    const objects = await refused({ status: 403, body });
    expect(await told(() => objects.get("key", most))).toMatchObject({
      message: expect.stringContaining("the permission kms:Decrypt;"),
    });
  });

  test("a bucket that there is no more", async () => {
    const objects = await refused({ status: 404, body: s3Error("NoSuchBucket", "It is gone") });
    expect(await told(() => objects.get("key", most))).toMatchObject({
      name: "StackMissing",
      message: expect.stringContaining("npx cdk deploy"),
    });
  });

  test("too many requests", async () => {
    const objects = await refused({ status: 503, body: s3Error("SlowDown", "Please reduce your rate.") });
    expect(await told(() => objects.get("key", most))).toMatchObject({
      name: "RequestsThrottled",
      message: expect.stringMatching(/^S3 /),
      mendable: false,
    });
  });
});

test("an error of another kind is left alone", async () => {
  expect(namedServiceError(new TypeError("x is not a function"))).toBeUndefined();
  expect(namedServiceError("a text")).toBeUndefined();
});

describe("a bucket is addressed by path where an endpoint is set", () => {
  const forbidden = { status: 403, body: s3Error("AccessDenied", "no") };

  test("by the environment", async () => {
    const { url, asked } = await refusingService(forbidden);
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL: url });
    await told(() => awsStorage({ stackName: "fedstep", bucket: "bucket" }).objects.get("a/key", most));
    expect(asked).toEqual(["GET localhost /bucket/a/key"]);
  });

  test("by a profile", async () => {
    const { url, asked } = await refusingService(forbidden);
    const config = join(temporaryFolder(), "config");
    writeFileSync(
      config,
      `[profile emulated]\nregion = eu-central-1\naws_access_key_id = a\naws_secret_access_key = b\nservices = here\n[services here]\ns3 =\n  endpoint_url = ${url}\n`,
    );
    stubAwsSettings({ AWS_CONFIG_FILE: config, AWS_PROFILE: "emulated" });
    await told(() => awsStorage({ stackName: "fedstep", bucket: "bucket" }).objects.get("a/key", most));
    expect(asked).toEqual(["GET localhost /bucket/a/key"]);
  });

  test("and by host name, as AWS recommends, where none is", async () => {
    stubAwsSettings(somebody);
    const storage = awsStorage({ stackName: "fedstep", bucket: "bucket" });
    let host: string | undefined;
    storage.s3.middlewareStack.add(
      () =>
        async ({ request }) => {
          host = (request as { hostname: string }).hostname;
          throw new Error("not sent");
        },
      { step: "build" },
    );
    expect(storage.s3).toBeInstanceOf(S3Client);
    await expect(storage.s3.send(new ListObjectsV2Command({ Bucket: "bucket" }))).rejects.toThrow("not sent");
    expect(host).toBe("bucket.s3.eu-central-1.amazonaws.com");
  });
});
