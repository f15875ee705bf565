import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { settingsFor } from "../signing.ts";

let endpoint: LocalEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint(0);
});
afterEach(() => endpoint.close());

const settings = () => settingsFor(endpoint.url);

/** The endpoint itself looks at the scope alone. */
const scoped = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/19700101/us-east-1/${service}/aws4_request`,
});
const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

/** One request of each service's own client. */
const requests = {
  s3: () => new S3Client(settings()).send(new ListBucketsCommand({})),
  lambda: () => new LambdaClient(settings()).send(new ListFunctionsCommand({})),
  states: () => new SFNClient(settings()).send(new ListStateMachinesCommand({})),
  cloudformation: () => new CloudFormationClient(settings()).send(new DescribeStacksCommand({})),
};
const names = Object.keys(requests) as (keyof typeof requests)[];

/** Services that answer by their names, and the names of those that were asked. */
function serve(...served: string[]): string[] {
  const asked: string[] = [];
  for (const name of served) {
    endpoint.serve(name, (_request, response) => {
      asked.push(name);
      response.writeHead(418).end();
    });
  }
  return asked;
}

describe("a request goes to the service that it was signed for", () => {
  test.each(names)("%s, by its SDK's client", async (name) => {
    const asked = serve(...names);
    await expect(requests[name]()).rejects.toMatchObject({ $metadata: { httpStatusCode: 418 } });
    expect(asked).toEqual([name]);
  });

  test.each([
    ["unsigned", "/bucket/key", {}, "s3"],
    ["unsigned for a state machine", "/", { "x-amz-target": "AWSStepFunctions.X" }, "states"],
    ["unsigned for a function", "/2015-03-31/functions/f/invocations", {}, "lambda"],
    ["an unsigned form", "/", form, "cloudformation"],
    ["presigned", "/?X-Amz-Credential=KEY%2F20260101%2Fus-east-1%2Flambda%2Faws4_request", {}, "lambda"],
    ["presigned for no region", "/k?X-Amz-Credential=KEY%2F20260101%2Fs3%2Faws4_request&a=%", {}, "s3"],
    ["signed by the scope alone", "/", scoped("states"), "states"],
    ["signed as before 2014", "/bucket/key", { authorization: "AWS KEY:signature" }, "s3"],
  ])("%s", async (_how, path, headers: Record<string, string>, service) => {
    const asked = serve(...names);
    await fetch(endpoint.url + path, { headers });
    expect(asked).toEqual([service]);
  });
});

describe("a service that is not there is named by an error that the SDK reads", () => {
  test.each(names)("%s", async (name) => {
    serve("sqs", "sns");
    await expect(requests[name]()).rejects.toMatchObject({
      name: "NotImplemented",
      message: `The local endpoint has no service "${name}"; it has sqs, sns`,
      $metadata: { httpStatusCode: 501 },
    });
  });
});

test("no service answers to web pages", async () => {
  const asked = serve(...names);
  for (const name of names) {
    const headers = { ...scoped(name), origin: "https://evil.example" };
    expect((await fetch(endpoint.url, { method: "POST", headers, body: "{}" })).status).toBe(403);
  }
  expect(asked).toEqual([]);
});
