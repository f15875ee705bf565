import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readAssembly } from "../../../local/assembly/read-assembly.ts";
import { authorize } from "../../../local/iam/authorize.ts";
import { roleSession } from "../../../local/iam/identity.ts";
import { type SmallTemplate, smallTemplate, writeSmallAssembly } from "./small-assembly.ts";

const parent = mkdtempSync(join(tmpdir(), "fedstep-rights-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const account = "000000000000";
const roleArn = `arn:aws:iam::${account}:role/small-role`;

function read(edit: (resources: SmallTemplate["Resources"]) => void = () => {}) {
  const directory = mkdtempSync(join(parent, "assembly-"));
  const template = smallTemplate();
  edit(template.Resources);
  writeSmallAssembly(directory, template);
  return readAssembly(directory, "digest");
}

const document = (changes: Record<string, unknown> = {}) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::fedstep-objects/*", ...changes },
  ],
});
const inline = (changes: Record<string, unknown> = {}) => ({
  Type: "AWS::IAM::Policy",
  Properties: { PolicyName: "p", Roles: [{ Ref: "Role" }], PolicyDocument: document(changes) },
});
const managed = (properties: Record<string, unknown> = {}) => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: { ManagedPolicyName: "m", PolicyDocument: document(), ...properties },
});
const bucketPolicy = (changes: Record<string, unknown>) => ({
  Type: "AWS::S3::BucketPolicy",
  Properties: {
    Bucket: { Ref: "Objects0A1B2C3D" },
    PolicyDocument: document({ Principal: "*", ...changes }),
  },
});
const setRole = (properties: Record<string, unknown>) => (resources: SmallTemplate["Resources"]) => {
  Object.assign(resources.Role?.Properties ?? {}, properties);
};

/** Whether the template lets its role read an object. */
function mayRead(edit: (resources: SmallTemplate["Resources"]) => void): boolean {
  const { rights } = read(edit);
  const role = rights.roles.get(roleArn);
  if (!role) throw new Error("the template has a role");
  return authorize(rights, {
    identity: roleSession(role, "run"),
    action: "s3:GetObject",
    resource: "arn:aws:s3:::fedstep-objects/a",
    resourceAccount: account,
    context: {},
  }).allowed;
}

describe("a role is granted what", () => {
  test.each<[string, (resources: SmallTemplate["Resources"]) => void, boolean]>([
    ["nothing says", () => {}, false],
    ["a policy that is attached to it says", (all) => Object.assign(all, { Policy: inline() }), true],
    [
      "a policy says that is attached to somebody else",
      (all) =>
        Object.assign(all, {
          Policy: inline(),
          Other: { ...all.Role, Properties: { ...all.Role?.Properties, RoleName: "other" } },
        }) && Object.assign(all.Policy?.Properties ?? {}, { Roles: ["other"] }),
      false,
    ],
    [
      "a policy of its own says",
      setRole({ Policies: [{ PolicyName: "own", PolicyDocument: document() }] }),
      true,
    ],
    [
      "a managed policy says that it names",
      (all) => {
        Object.assign(all, { Managed: managed() });
        setRole({ ManagedPolicyArns: [{ Ref: "Managed" }] })(all);
      },
      true,
    ],
    [
      "a managed policy says that names it",
      (all) => Object.assign(all, { Managed: managed({ Roles: [{ Ref: "Role" }] }) }),
      true,
    ],
    ["a managed policy says that nobody has", (all) => Object.assign(all, { Managed: managed() }), false],
    [
      "its policy says, and its boundary does not",
      (all) => {
        Object.assign(all, {
          Policy: inline(),
          Managed: managed({ PolicyDocument: document({ Action: "s3:PutObject" }) }),
        });
        setRole({ PermissionsBoundary: { Ref: "Managed" } })(all);
      },
      false,
    ],
    [
      "the bucket's policy says",
      (all) =>
        Object.assign(all, {
          BucketPolicy: bucketPolicy({ Principal: { AWS: { "Fn::GetAtt": ["Role", "Arn"] } } }),
        }),
      true,
    ],
    [
      "its policy says, and the bucket's denies",
      (all) => Object.assign(all, { Policy: inline(), BucketPolicy: bucketPolicy({ Effect: "Deny" }) }),
      false,
    ],
  ])("%s", (_, edit, expected) => {
    expect(mayRead(edit)).toBe(expected);
  });
});

test("keys and functions have policies of their own", () => {
  const functionArn = `arn:aws:lambda:us-east-1:${account}:function:small-Train`;
  const { rights } = read((all) => {
    Object.assign(all, {
      Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: document({ Principal: "*", Resource: "*" }) } },
      Permission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { "Fn::GetAtt": ["Train0A1B2C3D", "Arn"] },
          Principal: "222222222222",
        },
      },
    });
    Object.assign(all.Objects0A1B2C3D ?? {}, {
      Properties: { BucketEncryption: kms({ "Fn::GetAtt": ["Key", "Arn"] }) },
    });
  });
  const keyArn = `arn:aws:kms:us-east-1:${account}:key/small-key`;
  expect([...rights.buckets]).toEqual([
    ["arn:aws:s3:::fedstep-objects", { account, encryption: { keyArn, bucketKey: true } }],
  ]);
  expect([...rights.resourcePolicies.keys()]).toEqual([keyArn, functionArn]);
  const [permission] = rights.resourcePolicies.get(functionArn)?.statements ?? [];
  expect(permission).toMatchObject({
    name: "Permission",
    principals: [{ kind: "account", account: "222222222222" }],
    resources: { texts: [functionArn] },
  });
});

const kms = (KMSMasterKeyID: unknown) => ({
  ServerSideEncryptionConfiguration: [
    { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID } },
  ],
});

test("a key that was made elsewhere leaves all to IAM", () => {
  const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b";
  const { rights } = read((all) => {
    Object.assign(all.Objects0A1B2C3D ?? {}, { Properties: { BucketEncryption: kms(keyArn) } });
  });
  expect(rights.resourcePolicies.get(keyArn)?.statements).toMatchObject([
    { effect: "Allow", principals: [{ kind: "account", account }], actions: { texts: ["kms:*"] } },
  ]);
});

describe("what is not evaluated is refused by name", () => {
  test.each<[string, (resources: SmallTemplate["Resources"]) => void, string]>([
    [
      "in a role's policy",
      (all) => Object.assign(all, { Policy: inline({ NotAction: "s3:*" }) }),
      "Policy.PolicyDocument",
    ],
    [
      "in a bucket's policy",
      (all) =>
        Object.assign(all, {
          BucketPolicy: bucketPolicy({ Sid: "Net", Condition: { IpAddress: { "aws:SourceIp": "::1" } } }),
        }),
      "BucketPolicy.PolicyDocument: Statement.Net: the condition key aws:SourceIp is not evaluated",
    ],
    [
      "in a trust policy",
      setRole({ AssumeRolePolicyDocument: document({ Principal: { Federated: "x" } }) }),
      "Role.AssumeRolePolicyDocument",
    ],
    [
      "a role without a trust policy",
      setRole({ AssumeRolePolicyDocument: undefined }),
      "Role.AssumeRolePolicyDocument",
    ],
    ["a role's path", setRole({ Path: "/team/" }), "Role.Path"],
    [
      "AWS's managed policy",
      setRole({ ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] }),
      "Role.ManagedPolicyArns: arn:aws:iam::aws:policy/ReadOnlyAccess",
    ],
    [
      "somebody's boundary",
      setRole({ PermissionsBoundary: "arn:aws:iam::1:policy/b" }),
      "Role.PermissionsBoundary",
    ],
    ["a policy for users", (all) => Object.assign(all, { Managed: managed({ Users: ["bob"] }) }), "Users"],
    [
      "a permission for an organization",
      (all) =>
        Object.assign(all, {
          Permission: {
            Type: "AWS::Lambda::Permission",
            Properties: {
              Action: "lambda:InvokeFunction",
              FunctionName: "arn:x",
              Principal: "*",
              PrincipalOrgID: "o-1",
            },
          },
        }),
      "PrincipalOrgID",
    ],
    ["a user", (all) => Object.assign(all, { User: { Type: "AWS::IAM::User" } }), "AWS::IAM::User"],
  ])("%s", (_, edit, what) => {
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
    expect(() => read(edit)).toThrow(what);
  });
});

describe("what works as a role must be let in by it", () => {
  const trusting = (Principal: unknown, Condition = {}) =>
    setRole({
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Principal, Action: "sts:AssumeRole", Condition },
      },
    });
  const both = { Service: ["lambda.amazonaws.com", "states.amazonaws.com"] };
  const sourceAccount = (of: string) => ({ StringEquals: { "aws:SourceAccount": of } });

  test("and is", () => {
    expect(read(trusting(both, sourceAccount(account))).functions).toHaveLength(1);
  });

  test.each([
    ["only Step Functions", trusting({ Service: "states.amazonaws.com" }), "small-Train"],
    ["only Lambda", trusting({ Service: "lambda.amazonaws.com" }), "states.amazonaws.com"],
    ["for another account's sake", trusting(both, sourceAccount("222222222222")), "small-Train"],
  ])("%s", (_, edit, what) => {
    expect(() => read(edit)).toThrow(what);
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
  });

  test("which has to be part of the assembly", () => {
    const edit = (all: SmallTemplate["Resources"]) => {
      Object.assign(all.Train0A1B2C3D?.Properties ?? {}, { Role: `arn:aws:iam::${account}:role/theirs` });
    };
    expect(() => read(edit)).toThrow(`small-Train: its role arn:aws:iam::${account}:role/theirs`);
  });
});
