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

const sdk = pathToFileURL(createRequire(import.meta.url).resolve("@aws-sdk/client-s3")).href;
/** Of every function: it writes or reads an object, or tells which it is. */
const source = `
import { GetObjectCommand, PutObjectCommand, S3Client } from "${sdk}";
const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
export const handler = async ({ Put, Get, Bucket = process.env.DATA, Metric }, context) => {
  if (Metric) {
    const directive = { Namespace: "test", Dimensions: [["Kind"]], Metrics: [{ Name: Metric }] };
    console.log(JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [directive] }, Kind: "k", [Metric]: 1 }));
  }
  try {
    if (Put) await s3.send(new PutObjectCommand({ Bucket, Key: Put, Body: "bytes" }));
    if (Get) return await (await s3.send(new GetObjectCommand({ Bucket, Key: Get }))).Body.transformToString();
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

const lambda = (FunctionName: string) => ({
  Type: "AWS::Lambda::Function",
  Metadata: bundleOf(source),
  Properties: {
    Code: { S3Bucket: "assets", S3Key: "0123.zip" },
    Environment: { Variables: { DATA: { Ref: "Data" } } },
    FunctionName,
    Handler: "index.handler",
    MemorySize: 512,
    Role: { "Fn::GetAtt": ["TrainRole", "Arn"] },
    Runtime: "nodejs24.x",
    Timeout: 60,
  },
});

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
    },
  };
  const owners = (...Action: readonly string[]) => ({
    Principal: { AWS: [hospital, clinic] },
    Action,
    Resource: `arn:aws:s3:::${bucket}/updates/\${aws:PrincipalAccount}/*`,
  });
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
    ),
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
  writeSmallAssembly(directory, { Resources }, { stack: "federation", source });
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
