import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { ownerOutputs, ownerParameters } from "../../cdk/outputs.ts";
import { parseOwnerSettings } from "../../cdk/owner-settings.ts";
import { ownerEnvironment, ownerVariables } from "../../functions/owner/environment.ts";
import { federationName } from "../../shared/owners/agreement-name.ts";
import { ownerName } from "../../shared/owners/identity.ts";
import * as names from "../../shared/owners/stack-names.ts";
import { synthesizedOwner } from "./synthesized-owner.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesizedOwner();
});

const stack = { Ref: "AWS::StackName" };
const joined = (...parts: unknown[]) => ({ "Fn::Join": ["", parts] });

test("two functions of one asset, on arm64 and the newest Node, each called after the stack as it is deployed", () => {
  const functions = Object.values(template.findResources("AWS::Lambda::Function"));
  expect(functions.map(({ Properties }) => Properties.Code)).toEqual([
    functions[0]?.Properties.Code,
    functions[0]?.Properties.Code,
  ]);
  const handlers = { Train: "index.handler", Desk: "index.desk" };
  for (const [name, handler] of Object.entries(handlers)) {
    template.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: joined(stack, `-${name}`),
      Handler: handler,
      Architectures: ["arm64"],
      Runtime: "nodejs24.x",
      MemorySize: 1769,
      Timeout: 900,
      TracingConfig: Match.absent(),
      ReservedConcurrentExecutions: Match.absent(),
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp(`^${name}Logs`) } },
    });
  }
  expect(names.trainingFunctionOf("s")).toBe("s-Train");
  expect(names.deskFunctionOf("s")).toBe("s-Desk");
});

test("what others know by name is called as shared/owners/stack-names.ts has it", () => {
  const region = { Ref: "AWS::Region" };
  const { invokerRoleOf, keysParameterOf, ownerPolicyOf } = names;
  template.hasResourceProperties("AWS::IAM::Role", { RoleName: joined(stack, "-", region, "-Invoker") });
  expect(invokerRoleOf("s", "r")).toBe("s-r-Invoker");
  template.hasResourceProperties("AWS::IAM::ManagedPolicy", {
    ManagedPolicyName: joined(stack, "-", region, "-Owner"),
  });
  expect(ownerPolicyOf("s", "r")).toBe("s-r-Owner");
  expect(keysParameterOf("s")).toBe("/s/keys");
  expect(JSON.stringify(template.findResources("AWS::IAM::Policy"))).toContain(
    '":parameter/",{"Ref":"AWS::StackName"},"/keys"',
  );
});

test("the outputs name what the owner's people and the coordinator ask for", () => {
  const outputs: Record<string, { Value: unknown }> = template.toJSON().Outputs;
  expect(Object.keys(outputs).sort()).toEqual(Object.values(ownerOutputs).sort());
  expect(outputs[ownerOutputs.trainingBundle]?.Value).toMatch(/^[0-9a-f]{64}$/);
});

test("every function knows bucket, federation and owner from its stack, and reads them", () => {
  const variables = {
    FEDSTEP_BUCKET: { Ref: Match.stringLikeRegexp("^ObjectsBucket") },
    [ownerVariables.coordinatorBucket]: { Ref: ownerParameters.coordinatorBucket },
    [ownerVariables.federation]: { Ref: ownerParameters.federation },
    [ownerVariables.name]: { Ref: ownerParameters.ownerName },
    [ownerVariables.stack]: stack,
    [ownerVariables.data]: { Ref: ownerParameters.dataKey },
  };
  template.allResourcesProperties("AWS::Lambda::Function", { Environment: { Variables: variables } });
  const deployed = {
    FEDSTEP_BUCKET: "own-bucket",
    FEDSTEP_COORDINATOR_BUCKET: "coordinators",
    FEDSTEP_FEDERATION: "clinics",
    FEDSTEP_OWNER_NAME: "Klinik Süd",
    FEDSTEP_STACK: "fedstep-owner",
    FEDSTEP_DATA: "data/table.csv",
  };
  expect(ownerEnvironment(deployed)).toEqual({
    bucket: "own-bucket",
    coordinatorBucket: "coordinators",
    federation: "clinics",
    name: "Klinik Süd",
    stack: "fedstep-owner",
    data: "data/table.csv",
    macKey: undefined,
  });
  for (const name of Object.keys(deployed)) {
    expect(() => ownerEnvironment({ ...deployed, [name]: "" })).toThrow(
      expect.objectContaining({ name: "ConfigInvalid", message: expect.stringContaining(name) }),
    );
  }
});

const parametersSchema = z.record(
  z.string(),
  z.object({ Type: z.string(), AllowedPattern: z.string().optional(), Default: z.string().optional() }),
);

test("parameters take what the project's own schemas take, and nothing that a policy reads as a wildcard", () => {
  const { BootstrapVersion: _, ...parameters } = parametersSchema.parse(template.toJSON().Parameters);
  expect(Object.keys(parameters).sort()).toEqual(Object.values(ownerParameters).sort());
  const takes = (name: string, value: string) =>
    new RegExp(parameters[name]?.AllowedPattern ?? "^$", "u").test(value);
  for (const [name, { Default }] of Object.entries(parameters)) {
    if (Default !== undefined) expect(takes(name, Default), name).toBe(true);
    for (const wild of ["*", "?", "$" + "{aws:userid}", "a*", "data/*", "a/b*", "", "a\nb"]) {
      expect(takes(name, wild), `${name}: ${wild}`).toBe(false);
    }
  }
  for (const name of ["clinics", "a", "9-a", "A", "a.b", "-a", "a".repeat(25)]) {
    expect(takes(ownerParameters.federation, name), name).toBe(federationName.safeParse(name).success);
  }
  for (const name of ["Klinik Süd", "병원 3", "a_b.c-d", " a", "a/b", "a".repeat(61)]) {
    expect(takes(ownerParameters.ownerName, name), name).toBe(ownerName.safeParse(name).success);
  }
  for (const one of ["none", "1234abcd-12ab-34cd-56ef-1234567890ab", `mrk-${"0a".repeat(16)}`]) {
    expect(takes(ownerParameters.coordinatorKey, one)).toBe(true);
  }
  expect(takes(ownerParameters.coordinatorKey, "noneother")).toBe(false);
});

test("nothing is paid for while nothing is asked, but for what is stored", () => {
  const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>);
  expect([...new Set(types.map(({ Type }) => Type))].sort()).toEqual([
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
  ]);
  expect(JSON.stringify(template.toJSON())).not.toContain("Fn::If");
});

test("the bucket keeps its versions and outlives the stack, and is emptied with it where that was asked for", async () => {
  template.hasResource("AWS::S3::Bucket", {
    DeletionPolicy: "Retain",
    Properties: {
      VersioningConfiguration: { Status: "Enabled" },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  });
  const ending = await synthesizedOwner({ removalPolicy: "destroy" });
  ending.hasResource("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
  ending.resourceCountIs("Custom::S3AutoDeleteObjects", 1);
});

test("with kmsKey the MAC's key is one of KMS, which both functions are told of", async () => {
  const other = await synthesizedOwner({ kmsKey: "true" });
  other.hasResource("AWS::KMS::Key", {
    DeletionPolicy: "Retain",
    Properties: { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" },
  });
  other.allResourcesProperties("AWS::Lambda::Function", {
    Environment: {
      Variables: Match.objectLike({
        [ownerVariables.macKey]: { "Fn::GetAtt": [Match.stringLikeRegexp("^KeysMac"), "Arn"] },
      }),
    },
  });
});

test("context sets memory, time and processor; what is unknown is refused by name", async () => {
  const other = await synthesizedOwner({ memoryMb: "3538", timeoutMinutes: "5", architecture: "x86_64" });
  other.allResourcesProperties("AWS::Lambda::Function", {
    MemorySize: 3538,
    Timeout: 300,
    Architectures: ["x86_64"],
  });
  expect(() => parseOwnerSettings({ kmskey: true, timeoutMinutes: 16, "@aws-cdk/other": 1 })).toThrow(
    /^CDK context: timeoutMinutes: takes a whole number from 1 to 15; there is no kmskey; there are /,
  );
});
