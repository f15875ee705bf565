import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { outputNames } from "../../cdk/outputs.ts";
import { functionNames } from "../../shared/workflow/functions.ts";
import { synthesized } from "./synthesized.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesized();
});

test("five functions on arm64 and the newest Node, each with its memory, its time and the bucket's name", () => {
  const limits = { PrepareRun: [1024, 300], TrainClient: [512, 900], AggregateRound: [512, 120] };
  const more = { TrainBaseline: [2048, 900], FinishRun: [512, 120] };
  const [bucket] = Object.keys(template.findResources("AWS::S3::Bucket"));
  template.resourceCountIs("AWS::Lambda::Function", functionNames.length);
  for (const [name, [memory, seconds]] of Object.entries({ ...limits, ...more })) {
    template.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: `fedstep-${name}`,
      Architectures: ["arm64"],
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      MemorySize: memory,
      Timeout: seconds,
      Environment: { Variables: Match.objectLike({ FEDSTEP_BUCKET: { Ref: bucket } }) },
      Layers: Match.absent(),
    });
  }
});

test("every function logs to a group of its own, and every group forgets", () => {
  const groups = template.findResources("AWS::Logs::LogGroup");
  expect(Object.keys(groups)).toHaveLength(functionNames.length + 1);
  for (const group of Object.values(groups)) {
    expect(group).toMatchObject({ DeletionPolicy: "Delete", Properties: { RetentionInDays: 30 } });
  }
  const used = Object.values(template.findResources("AWS::Lambda::Function")).map(
    ({ Properties }) => Properties.LoggingConfig.LogGroup.Ref,
  );
  expect(new Set(used).size).toBe(functionNames.length);
});

test("the bucket is private, encrypted, refuses plain HTTP and outlives the stack", () => {
  template.hasResource("AWS::S3::Bucket", {
    DeletionPolicy: "Retain",
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: Match.absent(),
    },
  });
  template.hasResourceProperties("AWS::S3::BucketPolicy", {
    PolicyDocument: {
      Statement: [
        {
          Effect: "Deny",
          Action: "s3:*",
          Principal: { AWS: "*" },
          Condition: { Bool: { "aws:SecureTransport": "false" } },
          Resource: Match.anyValue(),
        },
      ],
    },
  });
});

test("the state machine is standard, traced, and logs errors without data", () => {
  template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
    StateMachineName: "fedstep",
    StateMachineType: "STANDARD",
    TracingConfiguration: { Enabled: true },
    LoggingConfiguration: Match.objectLike({ Level: "ERROR", IncludeExecutionData: false }),
  });
});

test("the outputs name bucket and state machine", () => {
  const [bucket] = Object.keys(template.findResources("AWS::S3::Bucket"));
  const [machine] = Object.keys(template.findResources("AWS::StepFunctions::StateMachine"));
  template.hasOutput(outputNames.bucket, { Value: { Ref: bucket } });
  template.hasOutput(outputNames.stateMachine, { Value: { Ref: machine } });
});

test("whatever takes tags is tagged", () => {
  for (const type of ["AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"]) {
    template.allResourcesProperties(type, {
      Tags: Match.arrayWith([{ Key: "project", Value: "fedstep" }]),
    });
  }
});

test("nothing is deployed but the federation: no custom resource, no function of the CDK's", () => {
  const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(
    ({ Type }) => Type,
  );
  expect([...new Set(types)].sort()).toEqual([
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::StepFunctions::StateMachine",
  ]);
});

test("context names another federation, with other settings, that shares no name with the first", async () => {
  const other = await synthesized({
    stackName: "hospital-2",
    removalPolicy: "destroy",
    versioned: "true",
    logRetentionDays: "7",
  });
  other.hasResource("AWS::S3::Bucket", {
    DeletionPolicy: "Delete",
    Properties: { VersioningConfiguration: { Status: "Enabled" } },
  });
  other.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 7 });
  expect(JSON.stringify(other.toJSON().Resources)).not.toMatch(
    /"(LogGroup|Function|StateMachine|Dashboard|Alarm)Name":"[^"]*fedstep/,
  );
});
