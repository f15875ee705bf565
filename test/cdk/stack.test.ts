import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { outputNames } from "../../cdk/outputs.ts";
import { defaultDeployment, functionNames } from "../../functions/footprints.ts";
import { definitionText, parseDefinition, statesOf } from "./definition.ts";
import { synthesized, withStacks } from "./synthesized.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesized();
});

test("five functions on arm64 and the newest Node, each with its memory, its time and the bucket's name", () => {
  const limits = { PrepareRun: [1769, 300], TrainClient: [1769, 900], AggregateRound: [1769, 120] };
  const more = { TrainBaseline: [1769, 900], FinishRun: [1769, 120] };
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
      TracingConfig: { Mode: "Active" },
      ReservedConcurrentExecutions: Match.absent(),
    });
  }
});

test("every function logs to the group of its own name, and every group forgets", () => {
  const groups = template.findResources("AWS::Logs::LogGroup");
  expect(Object.keys(groups)).toHaveLength(functionNames.length + 1);
  for (const group of Object.values(groups)) {
    expect(group).toMatchObject({ DeletionPolicy: "Delete", Properties: { RetentionInDays: 30 } });
  }
  const logged = Object.values(template.findResources("AWS::Lambda::Function")).map(({ Properties }) => {
    const { FunctionName, LoggingConfig } = Properties;
    return [`/aws/lambda/${FunctionName}`, groups[LoggingConfig.LogGroup.Ref]?.Properties.LogGroupName];
  });
  expect(logged).toHaveLength(functionNames.length);
  for (const [expected, group] of logged) expect(group).toBe(expected);
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

/** What the stack says of itself, which its functions are told in the same words. */
function deploymentIn(template: Template): unknown {
  const said: string = template.toJSON().Outputs[outputNames.deployment].Value;
  template.allResourcesProperties("AWS::Lambda::Function", {
    Environment: { Variables: Match.objectLike({ FEDSTEP_DEPLOYMENT: said }) },
  });
  // CloudFormation's quota
  expect(said.length).toBeLessThanOrEqual(1024);
  return JSON.parse(said);
}

test("an output says what runs are offered, and every function knows", () => {
  expect(deploymentIn(template)).toEqual(defaultDeployment);
});

test("the same of other settings, the longest of them", async () => {
  const most = functionNames.flatMap((name) => [
    [`memoryMb.${name}`, 10_240],
    [`timeoutMinutes.${name}`, 15],
    [`concurrency.${name}`, 10_000],
  ]);
  const settings = { ...Object.fromEntries(most), architecture: "x86_64", updateRetentionDays: "never" };
  const other = await synthesized(settings);
  const limits = { memoryMb: 10_240, timeoutMinutes: 15 };
  expect(deploymentIn(other)).toEqual({
    architecture: "x86_64",
    baseline: true,
    door: false,
    accounts: false,
    functions: Object.fromEntries(functionNames.map((name) => [name, limits])),
    updateRetentionDays: "never",
  });
});

test("whatever takes tags is tagged", () => {
  for (const type of ["AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine"]) {
    template.allResourcesProperties(type, {
      Tags: Match.arrayWith([
        { Key: "federation", Value: "fedstep" },
        { Key: "project", Value: "fedstep" },
      ]),
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
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::StepFunctions::StateMachine",
  ]);
});

test("context sets processor, memory, time and concurrency of each function", async () => {
  const other = await synthesized({
    architecture: "x86_64",
    "memoryMb.TrainClient": "3538",
    "timeoutMinutes.TrainClient": "4",
    "concurrency.TrainClient": "8",
  });
  other.allResourcesProperties("AWS::Lambda::Function", { Architectures: ["x86_64"] });
  other.hasResourceProperties("AWS::Lambda::Function", {
    FunctionName: "fedstep-TrainClient",
    MemorySize: 3538,
    Timeout: 240,
    ReservedConcurrentExecutions: 8,
  });
  other.hasResourceProperties("AWS::Lambda::Function", {
    FunctionName: "fedstep-AggregateRound",
    MemorySize: 1769,
    ReservedConcurrentExecutions: Match.absent(),
  });
  const trainClient = statesOf(parseDefinition(definitionText(other))).find(
    ([name]) => name === "TrainClient",
  );
  expect(trainClient?.[1].TimeoutSeconds).toBe(240 + 30);
});

test("without tracing nothing is traced, and nobody may", async () => {
  const other = await synthesized({ tracing: false });
  other.allResourcesProperties("AWS::Lambda::Function", { TracingConfig: Match.absent() });
  expect(JSON.stringify(other.findResources("AWS::IAM::Policy"))).not.toContain("xray:");
  const [machine] = Object.values(other.findResources("AWS::StepFunctions::StateMachine"));
  expect(machine?.Properties.TracingConfiguration?.Enabled ?? false).toBe(false);
});

const joined = z.object({
  "Fn::Join": z.tuple([z.string(), z.array(z.union([z.string(), z.object({ Ref: z.string() })]))]),
});

/** Everything that a template calls by a name of its own; what CloudFormation names is never shared. */
function namesIn(template: Template): string[] {
  const resources: { Properties?: Record<string, unknown> }[] = Object.values(template.toJSON().Resources);
  return resources.flatMap(({ Properties = {} }) =>
    Object.entries(Properties).flatMap(([key, value]) => {
      if (
        !/^(LogGroup|Function|StateMachine|Dashboard|Alarm|Alias|Topic|Role|Bucket|ManagedPolicy)Name$/.test(
          key,
        )
      )
        return [];
      if (typeof value === "string") return [`${key} ${value}`];
      const [separator, parts] = joined.parse(value)["Fn::Join"];
      return [
        `${key} ${parts.map((part) => (typeof part === "string" ? part : `<${part.Ref}>`)).join(separator)}`,
      ];
    }),
  );
}

test("two federations of one account share no name, and refer to nothing of each other", async () => {
  const [first, second] = await withStacks(
    [{ encryptionKey: true }, { stackName: "hospital-2", encryptionKey: true, logRetentionDays: "7" }],
    (stacks) => stacks.map((stack) => Template.fromStack(stack)),
  );
  if (!first || !second) throw new Error("two stacks make two templates");
  const [names, others] = [namesIn(first), namesIn(second)];
  // six functions, the machine, their log groups, the machine's role, three alarms, the dashboard, the key's alias, three policies
  expect(names).toHaveLength(23);
  expect(others).toHaveLength(23);
  expect(names.filter((name) => others.includes(name))).toEqual([]);
  expect(others.filter((name) => name.includes("fedstep") || !name.includes("hospital-2"))).toEqual([]);
  // what is an account's and no region's is told from that of a stack of the same name elsewhere
  const ofAccount = names.filter((name) => /^(Dashboard|ManagedPolicy|Role|Bucket)Name/.test(name));
  expect(ofAccount).toHaveLength(5);
  for (const name of ofAccount) expect(name).toContain("<AWS::Region>");
  for (const template of [first, second]) {
    expect(JSON.stringify(template.toJSON())).not.toContain("Fn::ImportValue");
    expect(template.toJSON()).not.toHaveProperty("Outputs.ExportsOutput");
  }
  second.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 7 });
});

test("mirrors of MNIST are a variable of the one function that fetches it", async () => {
  const mnistMirrors = "https://a.example/,https://b.example/";
  const told = (await synthesized({ mnistMirrors })).findResources("AWS::Lambda::Function", {
    Properties: { Environment: { Variables: { FEDSTEP_MNIST_MIRRORS: mnistMirrors } } },
  });
  const names = Object.values(told).map(({ Properties }) => Properties.FunctionName);
  expect(names).toEqual(["fedstep-PrepareRun"]);
});
