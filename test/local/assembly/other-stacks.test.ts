import { describe, expect, test } from "vitest";
import { checkBesides, readStack, rightsOf } from "../../../local/assembly/other-stacks.ts";
import { newDirectory, read } from "./read-small.ts";
import { type SmallTemplate, smallTemplate, writeSmallAssembly } from "./small-assembly.ts";

const hospital = "111122223333";
const clinic = "444455556666";

interface Given {
  readonly account?: string;
  readonly stack?: string;
  readonly edit?: (resources: SmallTemplate["Resources"]) => void;
}

/** The small stack, without a state machine unless the edit gives it one, in an account of its own. */
function stackOf({ account = hospital, stack = "owner", edit }: Given = {}) {
  const directory = newDirectory();
  const template = smallTemplate();
  delete template.Resources.Machine;
  edit?.(template.Resources);
  writeSmallAssembly(directory, template, { stack });
  return readStack({ account, directory });
}

test("names, ARNs and pseudo parameters are those of the stack's account", () => {
  const { stack, functions, buckets, rights } = stackOf({
    edit: ({ Train0A1B2C3D: train }) => {
      const Variables = {
        BUCKET: { Ref: "Objects0A1B2C3D" },
        ACCOUNT: { Ref: "AWS::AccountId" },
        STACK: { Ref: "AWS::StackName" },
      };
      Object.assign(train?.Properties ?? {}, { Environment: { Variables } });
    },
  });
  expect(stack).toEqual({ account: hospital, name: "owner", outputs: [] });
  const role = `arn:aws:iam::${hospital}:role/owner-role`;
  expect(functions).toMatchObject([
    {
      name: "owner-Train",
      arn: `arn:aws:lambda:us-east-1:${hospital}:function:owner-Train`,
      environment: { BUCKET: buckets[0], ACCOUNT: hospital, STACK: "owner" },
      described: { role },
    },
  ]);
  expect(rights.roles.get(role)).toMatchObject({ arn: role, account: hospital });
});

test("a service that takes a role for the account's sake alone, takes it for the stack's account", () => {
  const trusting = (source: string) =>
    stackOf({
      edit: ({ Role: role }) => {
        const Statement = {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": source } },
        };
        const AssumeRolePolicyDocument = { Version: "2012-10-17", Statement };
        Object.assign(role?.Properties ?? {}, { AssumeRolePolicyDocument });
      },
    });
  expect(trusting(hospital).functions).toHaveLength(1);
  expect(() => trusting("000000000000")).toThrow("owner-Train: the trust policy");
});

test("a key that was made elsewhere leaves all to IAM of the stack's account", () => {
  const keyArn = "arn:aws:kms:us-east-1:777788889999:key/0a1b";
  const { rights } = stackOf({
    edit: ({ Objects0A1B2C3D: bucket }) => {
      const ServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn };
      const ServerSideEncryptionConfiguration = [{ ServerSideEncryptionByDefault }];
      Object.assign(bucket ?? {}, {
        Properties: { BucketEncryption: { ServerSideEncryptionConfiguration } },
      });
    },
  });
  expect(rights.resourcePolicies.get(keyArn)?.statements).toMatchObject([
    { principals: [{ kind: "account", account: hospital }] },
  ]);
});

describe("a bucket's name", () => {
  test("is made up as no other stack's, the same each time", () => {
    const [name] = stackOf().buckets;
    expect(name).toMatch(/^owner-objects-[0-9a-f]{12}$/);
    expect(stackOf().buckets).toEqual([name]);
    const others = [stackOf({ account: clinic }), stackOf({ stack: "owner-2" })];
    for (const { buckets } of others) expect(buckets).not.toContain(name);
  });

  test("is no longer than S3 takes it, however long the stack's is", () => {
    const [long = ""] = stackOf({ stack: "o".repeat(120) }).buckets;
    expect(long).toHaveLength(63);
  });

  test("is the template's where that has one", () => {
    const edit: Given["edit"] = ({ Objects0A1B2C3D: bucket }) =>
      Object.assign(bucket ?? {}, {
        Properties: { BucketName: { "Fn::Join": ["-", ["data", { Ref: "AWS::AccountId" }]] } },
      });
    expect(stackOf({ edit }).buckets).toEqual([`data-${hospital}`]);
  });
});

describe("refused by name", () => {
  test.each(["12345", "1111222233334", "owner", "11112222333a"])("account %s", (account) => {
    expect(() => stackOf({ account })).toThrow(expect.objectContaining({ name: "ConfigInvalid" }));
    expect(() => stackOf({ account })).toThrow(`"${account}" cannot be an account of AWS`);
  });

  test("a folder without a cloud assembly", () => {
    const directory = newDirectory();
    expect(() => readStack({ account: hospital, directory })).toThrow(`${directory} holds no cloud assembly`);
  });

  const machine = smallTemplate().Resources.Machine;
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject" };
  const policyOf = (Bucket: string) => ({
    Type: "AWS::S3::BucketPolicy",
    Properties: {
      Bucket,
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: { ...statement, Resource: `arn:aws:s3:::${Bucket}/*` },
      },
    },
  });
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: "arn:aws:lambda:us-east-1:000000000000:function:fedstep-TrainClient",
      Principal: hospital,
    },
  };
  test.each<[string, object, string]>([
    ["a second state machine", { Machine: machine }, "Machine: the local run takes one state machine"],
    ["what has no stand-in", { Queue: { Type: "AWS::SQS::Queue" } }, "Queue: the local run has no stand-in"],
    [
      "a policy of another stack's bucket",
      { Policy: policyOf("fedstep-objects") },
      "Policy: arn:aws:s3:::fedstep-objects is not part of the stack",
    ],
    ["a permission on another stack's function", { Permission: permission }, "Permission: arn:aws:lambda"],
  ])("%s", (_, resources, what) => {
    const making = () => stackOf({ edit: (all) => Object.assign(all, resources) });
    expect(making).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
    expect(making).toThrow(what);
  });
});

describe("stacks beside each other", () => {
  const named = (id: string, property: string, name: string) => (all: SmallTemplate["Resources"]) => {
    const resource = all[id];
    if (resource) resource.Properties = { ...resource.Properties, [property]: name };
  };

  test("may be of several accounts, or several of one, and of the coordinator's too", () => {
    const stacks = [
      read(),
      stackOf({ stack: "small" }),
      stackOf(),
      stackOf({ account: clinic }),
      stackOf({ account: "000000000000" }),
    ];
    expect(() => checkBesides(stacks)).not.toThrow();
    const { roles } = rightsOf(stacks);
    expect([...roles.keys()].sort()).toEqual([
      "arn:aws:iam::000000000000:role/owner-role",
      "arn:aws:iam::000000000000:role/small-role",
      `arn:aws:iam::${hospital}:role/owner-role`,
      `arn:aws:iam::${hospital}:role/small-role`,
      `arn:aws:iam::${clinic}:role/owner-role`,
    ]);
  });

  const objects = "Objects0A1B2C3D";
  const train = "Train0A1B2C3D";
  test.each<[string, Given, Given, string]>([
    ["stack", {}, {}, `stack owner of account ${hospital}`],
    [
      "bucket, of whatever accounts",
      { edit: named(objects, "BucketName", "data") },
      { account: clinic, edit: named(objects, "BucketName", "data") },
      "bucket data",
    ],
    [
      "function of an account",
      { edit: named(train, "FunctionName", "Train") },
      { stack: "other", edit: named(train, "FunctionName", "Train") },
      `arn:aws:lambda:us-east-1:${hospital}:function:Train`,
    ],
    [
      "role of an account",
      { edit: named("Role", "RoleName", "Invoke") },
      { stack: "other", edit: named("Role", "RoleName", "Invoke") },
      `arn:aws:iam::${hospital}:role/Invoke`,
    ],
  ])("may not have the same %s", (_, first, second, what) => {
    const check = () => checkBesides([stackOf(first), stackOf(second)]);
    expect(check).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
    expect(check).toThrow(`two stacks of the local run have the ${what}, of which there can be one`);
  });

  test("may not take the coordinator's bucket, nor its stack's name in its account", () => {
    const theirs = stackOf({ edit: named(objects, "BucketName", "fedstep-objects") });
    expect(() => checkBesides([read(), theirs])).toThrow("bucket fedstep-objects");
    const again = stackOf({ account: "000000000000", stack: "small" });
    expect(() => checkBesides([read(), again])).toThrow("stack small of account 000000000000");
  });
});
