// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are IAM's
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { coordinatorAccount as coordinator } from "../../../local/assembly/names.ts";
import { bundleOf, writeSmallAssembly } from "../assembly/small-assembly.ts";

export { coordinator };
export const hospital = "111122223333";
export const clinic = "444455556666";

export const functionArn = (account: string, name = "TrainClient") =>
  `arn:aws:lambda:us-east-1:${account}:function:${name}`;
export const roleArn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
export const machineArn = `arn:aws:states:us-east-1:${coordinator}:stateMachine:federation`;
export const federationRole = roleArn(coordinator, "Federation");
export const bucket = "fedstep-objects";

const sdk = (name: string) => pathToFileURL(createRequire(import.meta.url).resolve(`@aws-sdk/${name}`)).href;
/** Of every function: it writes or reads an object, or tells which it is; at its URL it hands a job's token back. */
const source = `
import { GetObjectCommand, PutObjectCommand, S3Client } from "${sdk("client-s3")}";
import { SendTaskSuccessCommand, SFNClient } from "${sdk("client-sfn")}";
const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
const read = async (command) => (await s3.send(new GetObjectCommand(command))).Body.transformToString();
const handBack = async (Key) => {
  const { token, round } = JSON.parse(await read({ Bucket: process.env.DATA, Key }));
  const output = JSON.stringify({ round, door: process.env.DOOR });
  await new SFNClient({ maxAttempts: 1 }).send(new SendTaskSuccessCommand({ taskToken: token, output }));
  return { statusCode: 202, body: "taken" };
};
export const handler = async ({ rawPath, Put, Get, Bucket = process.env.DATA, Metric, Refuse, Answer }, context) => {
  if (rawPath) return handBack(rawPath.slice(1)).catch(({ name: body }) => ({ statusCode: 409, body }));
  if (Refuse) throw Object.assign(new Error(), { name: Refuse, stack: "" });
  if (Answer) return "x".repeat(Answer);
  if (Metric) {
    const directive = { Namespace: "test", Dimensions: [["Kind"]], Metrics: [{ Name: Metric }] };
    console.log(JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [directive] }, Kind: "k", [Metric]: 1 }));
  }
  try {
    if (Put) await s3.send(new PutObjectCommand({ Bucket, Key: Put, Body: "bytes" }));
    if (Get) return await read({ Bucket, Key: Get });
  } catch (error) {
    return error.name;
  }
  return context.invokedFunctionArn;
};
`;

const policy = (...statements: readonly object[]) => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
});

const role = (RoleName: string, trust: object, ...statements: readonly object[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    RoleName,
    AssumeRolePolicyDocument: policy({ Action: "sts:AssumeRole", ...trust }),
    ...(statements.length > 0 && {
      Policies: [{ PolicyName: "p", PolicyDocument: policy(...statements) }],
    }),
  },
});

const ofService = (name: string) => ({ Principal: { Service: `${name}.amazonaws.com` } });

const lambda = (FunctionName: string, roleId = "TrainRole", variables: object = {}) => ({
  Type: "AWS::Lambda::Function",
  Metadata: bundleOf(source),
  Properties: {
    Code: { S3Bucket: "assets", S3Key: "0123.zip" },
    Environment: { Variables: { DATA: { Ref: "Data" }, ...variables } },
    FunctionName,
    Handler: "index.handler",
    MemorySize: 512,
    Role: { "Fn::GetAtt": [roleId, "Arn"] },
    Runtime: "nodejs24.x",
    Timeout: 60,
  },
});

const doorUrl = { "Fn::GetAtt": ["DoorUrl", "FunctionUrl"] };
const doorArn = { "Fn::GetAtt": ["Door", "Arn"] };
const letsEverybody = (Action: string, condition: object) => ({
  Type: "AWS::Lambda::Permission",
  Properties: { Action, FunctionName: doorArn, Principal: "*", ...condition },
});

/** A function at a URL, which reads jobs and hands their tokens back, and may do nothing else. */
const door = {
  Door: lambda("Door", "DoorRole", { DOOR: doorUrl }),
  DoorUrl: { Type: "AWS::Lambda::Url", Properties: { AuthType: "NONE", TargetFunctionArn: doorArn } },
  ByUrl: letsEverybody("lambda:InvokeFunctionUrl", { FunctionUrlAuthType: "NONE" }),
  Invoked: letsEverybody("lambda:InvokeFunction", { InvokedViaFunctionUrl: true }),
  DoorRole: role(
    "Door",
    ofService("lambda"),
    { Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/jobs/*` },
    { Action: "states:SendTaskSuccess", Resource: "*" },
  ),
};

/** Writes a folder that stands in for the project: its stack is the coordinator's. */
export function writeCoordinator(root: string): string {
  const invoked = { "FunctionName.$": "$.function", "Payload.$": "$.event" };
  const optimized = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: invoked };
  const ends = { OutputPath: "$.Payload", End: true };
  const definition = {
    StartAt: "Which",
    States: {
      Which: {
        Type: "Choice",
        Choices: [
          { Variable: "$.task", StringEquals: "named", Next: "Named" },
          { Variable: "$.task", StringEquals: "by path", Next: "ByPath" },
          { Variable: "$.task", StringEquals: "remote", Next: "Remote" },
        ],
        Default: "Own",
      },
      Named: {
        Type: "Task",
        Resource: functionArn(hospital),
        InputPath: "$.event",
        Credentials: { RoleArn: roleArn(hospital, "Invoke") },
        End: true,
      },
      ByPath: { ...optimized, Credentials: { "RoleArn.$": "$.role" }, ...ends },
      Own: { ...optimized, ...ends },
      Remote: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:s3:putObject.waitForTaskToken",
        Parameters: {
          Bucket: bucket,
          "Key.$": "$.key",
          Body: { "token.$": "$$.Task.Token", "round.$": "$.round" },
          IfNoneMatch: "*",
        },
        TimeoutSecondsPath: "$.patience",
        End: true,
      },
    },
  };
  const owners = (...Action: readonly string[]) => ({
    Principal: { AWS: [hospital, clinic] },
    Action,
    Resource: `arn:aws:s3:::${bucket}/updates/\${aws:PrincipalAccount}/*`,
  });
  const Outputs = { DoorUrl: { Value: doorUrl } };
  const Resources = {
    Data: { Type: "AWS::S3::Bucket" },
    BucketPolicy: {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        Bucket: { Ref: "Data" },
        PolicyDocument: policy(owners("s3:PutObject", "s3:GetObject")),
      },
    },
    TrainClient: lambda("TrainClient"),
    TrainRole: role("Train", ofService("lambda"), { Action: "s3:*", Resource: "*" }),
    Federation: role(
      "Federation",
      ofService("states"),
      { Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/Invoke*" },
      { Action: "lambda:InvokeFunction", Resource: functionArn(coordinator) },
      { Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/jobs/*` },
    ),
    ...door,
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        DefinitionString: JSON.stringify(definition),
        RoleArn: { "Fn::GetAtt": ["Federation", "Arn"] },
        StateMachineName: "federation",
      },
    },
  };
  const directory = join(root, "assembly");
  mkdirSync(directory);
  const template = { Resources, Outputs };
  writeSmallAssembly(directory, template, { stack: "federation", source });
  writeFileSync(join(directory, "sources.sha256"), "digest");
  return root;
}

const invokes = { Action: "lambda:InvokeFunction", Resource: "*" };
const trusting = (conditions: object) => ({ Principal: { AWS: coordinator }, Condition: conditions });
const byArn = { ArnEquals: { "aws:PrincipalArn": federationRole } };
const byId = { StringEquals: { "sts:ExternalId": machineArn } };

/** Roles of an owner's account, by what is wrong with them: of "Invoke" nothing. */
const invokeRoles = {
  Invoke: role("Invoke", trusting({ ...byArn, ...byId }), invokes),
  InvokeForAnotherId: role(
    "InvokeForAnotherId",
    trusting({ ...byArn, StringEquals: { "sts:ExternalId": `${machineArn}-2` } }),
    invokes,
  ),
  InvokeForAnotherRole: role(
    "InvokeForAnotherRole",
    trusting({ ...byId, ArnEquals: { "aws:PrincipalArn": roleArn(coordinator, "Train") } }),
    invokes,
  ),
  InvokeNothing: role("InvokeNothing", trusting({ ...byArn, ...byId })),
  // of a name that the coordinator's own policy leaves out
  Unlisted: role("Unlisted", trusting({ ...byArn, ...byId }), invokes),
  // for people
  External: role("External", trusting({ StringEquals: { "sts:ExternalId": "id" } })),
};

/** Writes an owner's stack; what its function may do in the coordinator's bucket is more than the bucket lets it. */
export function writeOwner(directory: string, actions: readonly string[]): string {
  const Resources = {
    Data: { Type: "AWS::S3::Bucket" },
    TrainClient: lambda("TrainClient"),
    // lets the coordinator's account in
    Open: lambda("Open"),
    Permission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { "Fn::GetAtt": ["Open", "Arn"] },
        Principal: coordinator,
      },
    },
    TrainRole: role(
      "Train",
      ofService("lambda"),
      {
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: { "Fn::Join": ["", [{ "Fn::GetAtt": ["Data", "Arn"] }, "/*"]] },
      },
      { Action: actions, Resource: `arn:aws:s3:::${bucket}/*` },
    ),
    ...invokeRoles,
  };
  writeSmallAssembly(directory, { Resources }, { stack: "owner", source });
  return directory;
}
