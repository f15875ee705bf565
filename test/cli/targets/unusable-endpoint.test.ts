import { readFileSync } from "node:fs";
import { createServer, get } from "node:https";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, test, vi } from "vitest";
import { awsStorage, stackOutputs } from "../../../cli/targets/aws.ts";
import { statesClient } from "../../../cli/targets/clients.ts";
import { rememberRequest } from "../../../cli/targets/failed-request.ts";
import {
  portOf,
  type Refusal,
  refusingService,
  somebody,
  stubAwsSettings,
  told,
} from "./refusing-service.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const stack = () => stackOutputs("fedstep");
const storage = () => awsStorage({ stackName: "fedstep", bucket: "bucket" });
const uploads = () => storage().s3.send(new ListMultipartUploadsCommand({ Bucket: "bucket" }));
const exists = () => storage().objects.exists("key");
const execution = () =>
  statesClient("fedstep").send(new DescribeExecutionCommand({ executionArn: "arn:aws:states" }));

/** What the person would be told where every service refuses so. */
async function toldOf(refusal: Refusal, asking: () => Promise<unknown>) {
  const { url } = await refusingService(refusal);
  stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL: url });
  return told(asking);
}

const s3Error = (code: string, message = "no", more = "") =>
  `<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;

describe("a certificate that Node does not trust", () => {
  // one key, and certificates for it of an authority that exists nowhere else; valid to 2120 unless they say otherwise
  const file = (name: string) =>
    readFileSync(join(fileURLToPath(new URL("./certificates", import.meta.url)), `${name}.pem`));
  const serving = async (...chain: string[]) => {
    const cert = Buffer.concat(chain.map(file));
    return portOf(createServer({ key: file("key"), cert }, (_request, response) => response.end()));
  };

  test.each([
    ["signed by itself", ["self-signed"], "NODE_EXTRA_CA_CERTS to the file of the authority"],
    ["of an unknown authority", ["signed"], "NODE_EXTRA_CA_CERTS to the file of the authority"],
    ["of an authority that is sent along", ["signed", "authority"], "NODE_EXTRA_CA_CERTS to the file"],
    ["that has expired", ["expired"], "certificate has expired"],
  ])("%s", async (_what, chain, said) => {
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL: `https://127.0.0.1:${await serving(...chain)}` });
    for (const [asking, service] of [
      [stack, "CloudFormation"],
      [uploads, "S3"],
      [execution, "Step Functions"],
    ] as const) {
      expect(await told(asking)).toMatchObject({
        name: "CertificateUntrusted",
        message: expect.stringContaining(said),
        mendable: true,
      });
      expect((await told(asking)).message).toContain(`the certificate of the endpoint of ${service} `);
    }
  });

  test("for another address", async () => {
    const port = await serving("elsewhere");
    // Node reads further authorities once, when it starts, so the SDK cannot be given this one here
    const failing = new Promise((_resolve, reject) => {
      get({ host: "127.0.0.1", port, ca: file("authority") }).on("error", (error) => {
        rememberRequest(error, {
          client: "S3Client",
          command: "GetObjectCommand",
          input: {},
          stack: "fedstep",
          isOwners: false,
          region: "us-east-1",
        });
        reject(error);
      });
    });
    expect(await told(() => failing)).toMatchObject({
      name: "CertificateUntrusted",
      message: expect.stringMatching(/does not hold for it now .*127\.0\.0\.1.*NODE_EXTRA_CA_CERTS/),
    });
  });

  test("is not what is wrong where the endpoint speaks no TLS", async () => {
    const { url } = await refusingService({ status: 200 });
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL: url.replace("http:", "https:") });
    expect(await told(stack)).toMatchObject({
      name: "EndpointUnreachable",
      message: expect.stringContaining("AWS_ENDPOINT_URL"),
    });
  });
});

describe("an operation that the endpoint lacks is named with its service", () => {
  const json = (name: string) => ({
    body: JSON.stringify({ __type: name, message: "no" }),
    headers: { "content-type": "application/x-amz-json-1.0" },
  });

  test.each([
    ["S3's ListMultipartUploads", uploads, { status: 501, body: s3Error("NotImplemented") }],
    ["S3's ListMultipartUploads", uploads, { status: 501 }],
    ["S3's ListMultipartUploads", uploads, { status: 501, body: "not implemented" }],
    ["S3's ListMultipartUploads", uploads, { status: 405, body: s3Error("MethodNotAllowed") }],
    ["S3's HeadObject", exists, { status: 501 }],
    ["Step Functions' DescribeExecution", execution, { status: 501, ...json("NotImplemented") }],
    ["Step Functions' DescribeExecution", execution, { status: 400, ...json("UnknownOperationException") }],
    ["Step Functions' DescribeExecution", execution, { status: 501, body: "<html></html>" }],
    [
      "CloudFormation's DescribeStacks",
      stack,
      {
        status: 400,
        body: "<ErrorResponse><Error><Code>InvalidAction</Code><Message>no</Message></Error></ErrorResponse>",
      },
    ],
    ["CloudFormation's DescribeStacks", stack, { status: 501, body: "{}" }],
  ])("%s", async (operation, asking, refusal) => {
    expect(await toldOf(refusal, asking)).toMatchObject({
      name: "OperationUnsupported",
      message: expect.stringContaining(`the endpoint does not implement ${operation} (`),
      mendable: true,
    });
  });
});

describe("a bucket in another region", () => {
  const headers = { "x-amz-bucket-region": "us-west-2" };
  test.each([
    ["as a redirect", uploads, { status: 301, headers, body: s3Error("PermanentRedirect") }],
    ["as a redirect for now", uploads, { status: 307, headers, body: s3Error("TemporaryRedirect") }],
    ["as a redirect without a word", exists, { status: 301, headers }],
    ["as a refused signature without a word", exists, { status: 400, headers }],
    [
      "as a refused signature",
      uploads,
      { status: 400, body: s3Error("AuthorizationHeaderMalformed", "no", "<Region>us-west-2</Region>") },
    ],
  ])("is named by its region: %s", async (_how, asking, refusal) => {
    expect(await toldOf(refusal, asking)).toMatchObject({
      name: "RegionInvalid",
      message: expect.stringMatching(/the bucket is in the region us-west-2, .*set AWS_REGION to us-west-2/),
      mendable: true,
    });
  });

  test("is said where its region is not", async () => {
    expect(await toldOf({ status: 301, body: s3Error("PermanentRedirect") }, uploads)).toMatchObject({
      name: "RegionInvalid",
      message: expect.stringContaining("in another region"),
    });
  });
});

test("a region that is none is named", async () => {
  stubAwsSettings({ ...somebody, AWS_REGION: "Frankfurt am Main" });
  expect(await told(stack)).toMatchObject({
    name: "RegionInvalid",
    message: expect.stringMatching(/Frankfurt am Main.*AWS_REGION/),
  });
});

describe("AWS_ENDPOINT_URL", () => {
  test.each([
    "not an address",
    "127.0.0.1:4720",
    "localhost:4720",
    "ftp://localhost",
    "http://localhost:99999",
  ])("%j is no address of a service", async (url) => {
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL: url });
    for (const asking of [stack, uploads, execution]) {
      expect(await told(asking)).toMatchObject({
        name: "EndpointInvalid",
        message: expect.stringMatching(/is no address of a service; write AWS_ENDPOINT_URL/),
        mendable: true,
      });
    }
  });

  test.each([
    [stack, "CloudFormation"],
    [uploads, "S3"],
    [execution, "Step Functions"],
  ])(
    "that leads to another program is told by the service that is missing there",
    async (asking, service) => {
      expect(await toldOf({ status: 404, body: "<html><br></html>" }, asking)).toMatchObject({
        name: "EndpointInvalid",
        message: expect.stringContaining(`what answers is not ${service} (HTTP status 404)`),
      });
    },
  );
});
