import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { fedstep, temporaryFolder } from "../terminal.ts";

const cloudFormation = mockClient(CloudFormationClient);
const s3 = mockClient(S3Client);
const states = mockClient(SFNClient);

beforeEach(() => {
  for (const mock of [cloudFormation, s3, states]) mock.reset();
  vi.stubEnv("AWS_REGION", "eu-central-1");
  const outputs = {
    BucketName: "a-bucket",
    StateMachineArn: "arn:aws:states:eu-central-1:123456789012:stateMachine:fedstep",
    Deployment: JSON.stringify({ ...defaultDeployment, baseline: false }),
  };
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: "fedstep",
        CreationTime: new Date(0),
        StackStatus: "CREATE_COMPLETE",
        Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
      },
    ],
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test("a run that asks a stack for the baseline which it has not is refused before anything is uploaded", async () => {
  const answer = await fedstep([
    ...["run", "--preset", "smoke", "--target", "aws"],
    ...["--home", temporaryFolder()],
  ]);
  expect(answer.code).toBe(2);
  expect(answer.said).toContain("BaselineUnavailable");
  expect(answer.said).toContain("--set baseline.enabled=false");
  expect([...s3.calls(), ...states.calls()]).toEqual([]);
});
