import { expect, test } from "vitest";
import { change, read } from "./read-small.ts";

test("references become names of this machine", () => {
  const { bucket, functions, stateMachine } = read();
  expect(bucket).toBe("fedstep-objects");
  expect(functions).toHaveLength(1);
  expect(functions[0]).toMatchObject({
    name: "small-Train",
    arn: "arn:aws:lambda:us-east-1:000000000000:function:small-Train",
    handler: "index.handler",
    memoryMb: 128,
    timeoutSeconds: 60,
    environment: { FEDSTEP_BUCKET: "fedstep-objects" },
  });
  expect(stateMachine).toMatchObject({
    name: "small",
    arn: "arn:aws:states:us-east-1:000000000000:stateMachine:small",
    definition: {
      States: { Train: { Resource: "arn:aws:lambda:us-east-1:000000000000:function:small-Train" } },
    },
  });
});

test("what the template says for AWS alone is told as it stands there", () => {
  const role = "arn:aws:iam::000000000000:role/small-role";
  const bare = read();
  // CloudFormation's defaults
  expect(bare.functions[0]?.described).toEqual({
    runtime: "nodejs24.x",
    architectures: ["x86_64"],
    role,
    description: "",
    logFormat: "Text",
    logGroup: "/aws/lambda/small-Train",
    tracing: "PassThrough",
  });
  expect(bare.stateMachine.described).toEqual({
    roleArn: role,
    loggingConfiguration: { level: "OFF", includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  });
  const Arn = "arn:aws:logs:us-east-1:000000000000:log-group:machine:*";
  const said = read((template) => {
    change("Train0A1B2C3D", {
      Architectures: ["arm64"],
      Description: "Trains",
      LoggingConfig: { LogGroup: "trainings" },
      Runtime: "nodejs22.x",
      TracingConfig: { Mode: "Active" },
    })(template);
    change("Machine", {
      LoggingConfiguration: {
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: Arn } }],
        IncludeExecutionData: true,
        Level: "ALL",
      },
      TracingConfiguration: { Enabled: true },
    })(template);
  });
  expect(said.functions[0]?.described).toMatchObject({
    runtime: "nodejs22.x",
    architectures: ["arm64"],
    description: "Trains",
    logFormat: "Text",
    logGroup: "trainings",
    tracing: "Active",
  });
  expect(said.stateMachine.described).toMatchObject({
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: true,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: Arn } }],
    },
    tracingConfiguration: { enabled: true },
  });
});

test("the stack puts out what its outputs come to on this machine", () => {
  const outputs = {
    Bucket: { Value: { Ref: "Objects0A1B2C3D" }, Description: "holds objects", Export: { Name: "x" } },
    Machine: { Value: { "Fn::GetAtt": ["Machine", "Arn"] } },
  };
  const { stack } = read((template) => Object.assign(template, { Outputs: outputs }));
  expect(stack).toEqual({
    account: "000000000000",
    name: "small",
    outputs: [
      { name: "Bucket", value: "fedstep-objects", description: "holds objects" },
      { name: "Machine", value: "arn:aws:states:us-east-1:000000000000:stateMachine:small" },
    ],
  });
  expect(read().stack.outputs).toEqual([]);
});

test("an output that has no stand-in is named", () => {
  const Outputs = { Url: { Value: { "Fn::GetAtt": ["Nothing", "Url"] } } };
  expect(() => read((template) => Object.assign(template, { Outputs }))).toThrow(/Outputs\.Url.*Nothing/);
});
