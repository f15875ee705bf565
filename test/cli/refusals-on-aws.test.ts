import { join } from "node:path";
import { CloudFormationServiceException, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  SFNServiceException,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { claimRun } from "../functions/played-run.ts";
import { aws, commands, eachOnMockedAws, home, onAws, runArgs } from "./mocked-aws-commands.ts";

eachOnMockedAws();

const denied = (action: string) =>
  [
    "AccessDenied",
    `User: arn:aws:iam::123456789012:user/u is not authorized to perform: ${action} on resource: *`,
  ] as const;
const expired = ["ExpiredTokenException", "The security token included in the request is expired"] as const;
const throttled = ["ThrottlingException", "Rate exceeded"] as const;
const inFull = ([name, message]: readonly [string, string]) => ({
  name,
  message,
  $fault: "client" as const,
  $metadata: { httpStatusCode: 400 },
});
const ofStates = (refusal: readonly [string, string]) => new SFNServiceException(inFull(refusal));

describe.each(commands)("fedstep %s --target aws", (command, args) => {
  test.each([
    [denied("cloudformation:DescribeStacks"), 2, /^PermissionMissing: .*cloudformation:DescribeStacks/m],
    [expired, 2, /^CredentialsExpired: .*aws sso login/m],
    [throttled, 1, /^RequestsThrottled: .*Rate exceeded.*try again/m],
    [
      ["ValidationError", "Stack with id fedstep does not exist"] as const,
      2,
      /^StackMissing: .*"fedstep".*eu-central-1.*npx cdk deploy/m,
    ],
  ])("tells in one sentence of %s", async (refusal, code, sentence) => {
    const error = new CloudFormationServiceException(inFull(refusal));
    aws.cloudFormation.on(DescribeStacksCommand).rejects(error);
    const answer = await onAws(command, ...args());
    expect(answer).toEqual({ code, output: "", said: expect.stringMatching(sentence) });
    expect(answer.said.trimEnd().split("\n").at(-1)).toMatch(sentence);
  });

  test("names the permission that it lacks in the bucket", async () => {
    mockClient(S3Client).rejects(new S3ServiceException(inFull(denied("s3:GetObject"))));
    const answer = await onAws(command, ...args());
    expect(answer).toMatchObject({
      code: 2,
      output: "",
      said: expect.stringContaining(
        "PermissionMissing: these AWS credentials lack the permission s3:GetObject;",
      ),
    });
  });
});

describe("Step Functions refuses", () => {
  test.each([
    [denied("states:StartExecution"), 2, /PermissionMissing: .*states:StartExecution/],
    [throttled, 1, /RequestsThrottled/],
    [expired, 2, /CredentialsExpired/],
    [
      ["StateMachineDoesNotExist", "State Machine Does Not Exist"] as const,
      2,
      /StackMissing: .*npx cdk deploy again/,
    ],
  ])("to start: %s", async (refusal, code, sentence) => {
    aws.states.on(StartExecutionCommand).rejects(ofStates(refusal));
    expect(await onAws("run", ...runArgs(), "--json")).toEqual({
      code,
      output: "",
      said: expect.stringMatching(sentence),
    });
    // the name is free for another attempt
    expect(aws.bucket.contents.has(keys.config("r"))).toBe(false);
  });

  test.each([
    [denied("states:DescribeExecution"), 2, "PermissionMissing"],
    [throttled, 1, "RequestsThrottled"],
    [expired, 2, "CredentialsExpired"],
  ])("to tell of a run that goes on all the same: %s", async (refusal, code, name) => {
    aws.states.on(DescribeExecutionCommand).rejects(ofStates(refusal));
    const answer = await onAws("run", ...runArgs(), "--json");
    expect(answer).toMatchObject({ code, output: "" });
    expect(answer.said).toMatch(
      new RegExp(`^${name}: .*run r goes on without being watched; fedstep follow r --target aws`),
    );
  });

  test("to stop", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", { status: "RUNNING" });
    aws.states.on(StopExecutionCommand).rejects(ofStates(denied("states:StopExecution")));
    const answer = await onAws("stop", "r");
    expect(answer).toMatchObject({
      code: 2,
      output: "",
      said: expect.stringContaining("states:StopExecution;"),
    });
  });
});

test("a run that cannot be there is refused before a data set is looked for", async () => {
  const missing = ["ValidationError", "Stack with id fedstep does not exist"] as const;
  aws.cloudFormation.on(DescribeStacksCommand).rejects(new CloudFormationServiceException(inFull(missing)));
  const { said } = await onAws("run", "--data", join(home, "nowhere"));
  expect(said).toMatch(/^StackMissing: [^\n]+\n$/);
});
