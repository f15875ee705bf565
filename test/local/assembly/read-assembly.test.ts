// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readAssembly } from "../../../local/assembly/read-assembly.ts";
import { type SmallTemplate, smallTemplate, writeSmallAssembly } from "./small-assembly.ts";

const parent = mkdtempSync(join(tmpdir(), "fedstep-read-"));
const newDirectory = () => mkdtempSync(join(parent, "assembly-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

function read(edit: (template: SmallTemplate, directory: string) => void = () => {}) {
  const directory = newDirectory();
  const template = smallTemplate();
  edit(template, directory);
  writeSmallAssembly(directory, template);
  return readAssembly(directory, "digest");
}

function change(id: string, properties: Record<string, unknown>) {
  return ({ Resources }: SmallTemplate) => {
    Object.assign(Resources[id]?.Properties ?? {}, properties);
  };
}

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

describe("intrinsic functions in a variable", () => {
  test.each<[string, unknown, string]>([
    ["Ref of a function", { Ref: "Train0A1B2C3D" }, "small-Train"],
    ["Ref of a role without a name", { Ref: "Role" }, "small-role"],
    [
      "Ref of a state machine",
      { Ref: "Machine" },
      "arn:aws:states:us-east-1:000000000000:stateMachine:small",
    ],
    [
      "an attribute of a bucket",
      { "Fn::GetAtt": ["Objects0A1B2C3D", "Arn"] },
      "arn:aws:s3:::fedstep-objects",
    ],
    [
      "an attribute of a role",
      { "Fn::GetAtt": ["Role", "Arn"] },
      "arn:aws:iam::000000000000:role/small-role",
    ],
    ["a pseudo parameter", { Ref: "AWS::URLSuffix" }, "amazonaws.com"],
    ["Join around others", { "Fn::Join": [":", ["a", { Ref: "AWS::Partition" }, ""]] }, "a:aws:"],
    [
      "Sub of all it takes",
      { "Fn::Sub": ["${v}/${!v}/${Role}/${Objects0A1B2C3D.Arn}", { v: { Ref: "AWS::Region" } }] },
      "us-east-1/${v}/small-role/arn:aws:s3:::fedstep-objects",
    ],
  ])("%s", (_, value, expected) => {
    const { functions } = read(change("Train0A1B2C3D", { Environment: { Variables: { VALUE: value } } }));
    expect(functions[0]?.environment.VALUE).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ["another function", { "Fn::Select": [0, ["a"]] }, "Fn::Select"],
    ["an import", { "Fn::ImportValue": "x" }, "Fn::ImportValue"],
    ["no resource", { Ref: "Nothing" }, "Nothing"],
    ["a parameter", { Ref: "AWS::NoValue" }, "AWS::NoValue"],
    [
      "an unknown attribute",
      { "Fn::GetAtt": ["Objects0A1B2C3D", "DomainName"] },
      "DomainName of Objects0A1B2C3D",
    ],
    ["an attribute in Sub", { "Fn::Sub": "${Role.RoleId}" }, "RoleId of Role"],
    ["arguments of another form", { "Fn::Join": "a" }, "Fn::Join"],
  ])("%s is an error that names the place", (_, value, what) => {
    const edit = change("Train0A1B2C3D", { Environment: { Variables: { VALUE: value } } });
    expect(() => read(edit)).toThrow(what);
    expect(() => read(edit)).toThrow("Train0A1B2C3D.Environment.Variables.VALUE");
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
  });
});

describe("what the endpoints have no stand-in for is named", () => {
  test.each<[string, (template: SmallTemplate) => void, string[]]>([
    [
      "a type of resource",
      ({ Resources }) => {
        Resources.Table = { Type: "AWS::DynamoDB::Table" };
      },
      ["Table", "AWS::DynamoDB::Table"],
    ],
    ["a property of a function", change("Train0A1B2C3D", { Layers: ["arn"] }), ["Train0A1B2C3D", "Layers"]],
    [
      "another runtime",
      change("Train0A1B2C3D", { Runtime: "python3.13" }),
      ["Train0A1B2C3D.Runtime", "nodejs"],
    ],
    [
      "a variable that is no text",
      change("Train0A1B2C3D", { Environment: { Variables: { N: 1 } } }),
      ["Train0A1B2C3D.Environment.Variables.N"],
    ],
    [
      "an express state machine",
      change("Machine", { StateMachineType: "EXPRESS" }),
      ["Machine.StateMachineType", "STANDARD"],
    ],
    [
      "substitutions in the definition",
      change("Machine", { DefinitionSubstitutions: {} }),
      ["Machine", "DefinitionSubstitutions"],
    ],
    [
      "a definition that is not JSON",
      change("Machine", { DefinitionString: "{" }),
      ["Machine.DefinitionString", "JSON"],
    ],
    [
      "an asset that the manifest does not list",
      change("Train0A1B2C3D", { Code: { S3Bucket: "b", S3Key: "9.zip" } }),
      ["Train0A1B2C3D.Code.S3Key", "9.zip"],
    ],
    [
      "a second bucket",
      ({ Resources }) => {
        Resources.Other = { Type: "AWS::S3::Bucket" };
      },
      ["AWS::S3::Bucket", "2"],
    ],
    [
      "no state machine",
      ({ Resources }) => {
        delete Resources.Machine;
      },
      ["AWS::StepFunctions::StateMachine", "0"],
    ],
    [
      "a resource under a condition",
      ({ Resources }) => {
        Object.assign(Resources.Role ?? {}, { Condition: "IsProd" });
      },
      ["Role.Condition", "IsProd"],
    ],
    [
      "a function without its bundle's digest",
      ({ Resources }) => {
        delete Resources.Train0A1B2C3D?.Metadata;
      },
      ["Train0A1B2C3D.Metadata"],
    ],
  ])("%s", (_, edit, words) => {
    for (const word of words) expect(() => read(edit)).toThrow(word);
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
  });
});

describe("bundles", () => {
  test("that are missing are named by their function", () => {
    const directory = newDirectory();
    writeSmallAssembly(directory);
    rmSync(join(directory, "asset.0123"), { recursive: true });
    expect(() => readAssembly(directory, "digest")).toThrow("Train0A1B2C3D.Code: the assembly lacks");
  });

  test("that are not what was synthesized do not run", () => {
    const directory = newDirectory();
    writeSmallAssembly(directory);
    writeFileSync(
      join(directory, "asset.0123", "index.mjs"),
      "export const handler = async () => 'other';\n",
    );
    expect(() => readAssembly(directory, "digest")).toThrow("Train0A1B2C3D.Code: the bundle has digest");
  });
});
