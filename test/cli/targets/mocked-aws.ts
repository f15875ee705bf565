import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { vi } from "vitest";
import type { Deployment } from "../../../cloud/deployment.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { continueRun, playRun } from "../../functions/played-run.ts";
import { somebody, stubAwsSettings } from "./refusing-service.ts";

export const stateMachineArn = "arn:aws:states:eu-central-1:123456789012:stateMachine:fedstep";
export const arnOf = (name: string) => `arn:aws:states:eu-central-1:123456789012:execution:fedstep:${name}`;

/** As DescribeExecution has it. */
export interface Described {
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly output?: string;
}

/** As the SDK names it. */
export interface AwsRequest {
  readonly client: string;
  readonly command: string;
  readonly input: unknown;
}

const requestTo =
  (client: string) =>
  ({ args: [command] }: { args: readonly { readonly input: unknown }[] }): AwsRequest => ({
    client,
    command: command?.constructor.name ?? "",
    input: command?.input,
  });

/** An account with the stack "fedstep", behind the SDK's own clients; what it is asked to run is played in memory. */
export function mockedAws() {
  stubAwsSettings(somebody);
  const bucket = new MemoryBucket(true);
  const cloudFormation = mockClient(CloudFormationClient);
  const states = mockClient(SFNClient);
  const executions = new Map<string, Described>();
  const account = {
    bucket,
    cloudFormation,
    states,
    /** By name. */
    executions,
    stateMachineArn,
    /** What the stack offers. */
    deployment: defaultDeployment as Deployment | undefined,
    /** Of fedstep, that deployed it. */
    version: undefined as string | undefined,
    /** What becomes of an execution that is started. */
    ends: { status: "SUCCEEDED", output: "{}" } as Described,
    /** What the command line has asked for so far; the functions ask the bucket too. */
    requests: (): AwsRequest[] => {
      const people = bucket.mock.calls().filter(({ thisValue }) => thisValue !== bucket.client);
      return [
        ...people.map(requestTo("S3Client")),
        ...states.calls().map(requestTo("SFNClient")),
        ...cloudFormation.calls().map(requestTo("CloudFormationClient")),
      ];
    },
  };
  cloudFormation.on(DescribeStacksCommand, { StackName: "fedstep" }).callsFake(() => ({
    Stacks: [
      {
        StackName: "fedstep",
        CreationTime: new Date(0),
        StackStatus: "CREATE_COMPLETE",
        Outputs: [
          { OutputKey: "BucketName", OutputValue: "bucket" },
          { OutputKey: "StateMachineArn", OutputValue: account.stateMachineArn },
          ...(account.version ? [{ OutputKey: "Version", OutputValue: account.version }] : []),
          // of an earlier version there is none
          ...(account.deployment
            ? [{ OutputKey: "Deployment", OutputValue: JSON.stringify(account.deployment) }]
            : []),
        ],
      },
    ],
  }));
  const nameOf = (arn: string) => arn.slice(arnOf("").length);
  states.on(DescribeExecutionCommand).callsFake(({ executionArn }) => {
    const found = executions.get(nameOf(executionArn));
    if (!found) throw new ExecutionDoesNotExist({ message: "none", $metadata: {} });
    return found;
  });
  states.on(GetExecutionHistoryCommand).resolves({ events: [] });
  states.on(StartExecutionCommand).callsFake(async ({ name, input }) => {
    executions.set(name, account.ends);
    const state = JSON.parse(input);
    if (account.ends.status === "SUCCEEDED") {
      const { deployment = defaultDeployment } = account;
      await (state.federation
        ? continueRun(bucket, state, { deployment })
        : playRun(bucket, state.run, { deployment }));
    }
    return { executionArn: arnOf(name) };
  });
  states.on(StopExecutionCommand).callsFake(({ executionArn, error, cause }) => {
    executions.set(nameOf(executionArn), { status: "ABORTED", error, cause });
    return {};
  });
  return account;
}

/** Behind all clients again what the SDK has. */
export function restoreAws(): void {
  vi.unstubAllEnvs();
  mockClient(CloudFormationClient).restore();
  mockClient(S3Client).restore();
  mockClient(SFNClient).restore();
}
