import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { awsTarget, stackOutputs } from "../../../cli/targets/aws.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";

const cloudFormation = mockClient(CloudFormationClient);
beforeEach(() => {
  cloudFormation.reset();
  vi.stubEnv("AWS_REGION", "eu-central-1");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const stack = (outputs: Record<string, string>) => ({
  Stacks: [
    {
      StackName: "fedstep",
      CreationTime: new Date(0),
      StackStatus: "CREATE_COMPLETE" as const,
      Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    },
  ],
});
const arn = "arn:aws:states:eu-central-1:123456789012:stateMachine:fedstep";

describe("the aws target", () => {
  const other = { ...defaultDeployment, architecture: "x86_64" };

  test("takes bucket and state machine from the stack's outputs", async () => {
    cloudFormation.on(DescribeStacksCommand, { StackName: "mine" }).resolves(
      stack({
        BucketName: "a-bucket",
        StateMachineArn: arn,
        Other: "x",
        Deployment: JSON.stringify(other),
      }),
    );
    const target = await awsTarget("mine");
    expect(target).toMatchObject({ bucket: "a-bucket", stateMachineArn: arn, deployment: other });
    await target.close();
  });

  test("says to deploy again where the stack does not say what it offers, and runs can be read all the same", async () => {
    const outputs = { BucketName: "a-bucket", StateMachineArn: arn, Baseline: "true" };
    cloudFormation.on(DescribeStacksCommand).resolves(stack(outputs));
    await expect(awsTarget("mine")).rejects.toMatchObject({
      name: "StackOutdated",
      message: expect.stringMatching(
        /^the output Deployment of stack "mine" is missing.*run npx cdk deploy again$/,
      ),
    });
    expect(await stackOutputs("mine")).toMatchObject({ bucket: "a-bucket", deployment: undefined });
  });

  test("says what to do where there is no such stack", async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(Object.assign(new Error("Stack with id mine does not exist"), { name: "ValidationError" }));
    await expect(stackOutputs("mine")).rejects.toMatchObject({
      name: "StackMissing",
      message: expect.stringMatching(/no stack "mine".*region eu-central-1.*npx cdk deploy/),
    });
  });

  test("says so where the stack is another kind of stack", async () => {
    cloudFormation.on(DescribeStacksCommand).resolves(stack({ Url: "x" }));
    await expect(stackOutputs("mine")).rejects.toMatchObject({
      name: "StackMissing",
      message: expect.stringMatching(/BucketName and StateMachineArn/),
    });
  });

  test("passes other failures on as they are", async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(Object.assign(new Error("no"), { name: "AccessDenied" }));
    await expect(stackOutputs("mine")).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
