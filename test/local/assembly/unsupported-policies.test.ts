// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are IAM's
import { describe, expect, test } from "vitest";
import {
  bucketPolicy,
  document,
  inline,
  managed,
  type Resources,
  read,
  setRole,
} from "./policy-resources.ts";

const withDefault = "arn:aws:s3:::fedstep-objects/${aws:userid, 'nobody'}/*";

function olderBucketPolicy() {
  const { Properties, ...policy } = bucketPolicy({});
  const PolicyDocument = { ...Properties.PolicyDocument, Version: "2008-10-17" };
  return { ...policy, Properties: { ...Properties, PolicyDocument } };
}

describe("what is not evaluated is refused by name", () => {
  test.each<[string, (resources: Resources) => void, string]>([
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
      "NotResource",
      (all) =>
        Object.assign(all, { Policy: inline({ Resource: undefined, NotResource: "arn:aws:s3:::other/*" }) }),
      'Policy.PolicyDocument: Statement.0: Unrecognized key: "NotResource"',
    ],
    [
      "NotPrincipal",
      (all) =>
        Object.assign(all, {
          BucketPolicy: bucketPolicy({ Effect: "Deny", Principal: undefined, NotPrincipal: { AWS: "*" } }),
        }),
      'BucketPolicy.PolicyDocument: Statement.0: Unrecognized key: "NotPrincipal"',
    ],
    [
      "a condition's operator",
      (all) =>
        Object.assign(all, {
          Policy: inline({ Condition: { StringEqualsIgnoreCase: { "s3:prefix": "a" } } }),
        }),
      "Policy.PolicyDocument: Statement.0: the condition operator StringEqualsIgnoreCase is not evaluated",
    ],
    [
      "an operator on sets of values",
      (all) =>
        Object.assign(all, {
          Policy: inline({ Condition: { "ForAllValues:StringLike": { "s3:prefix": "a" } } }),
        }),
      "the condition operator ForAllValues:StringLike is not evaluated",
    ],
    [
      "a variable with a default",
      (all) => Object.assign(all, { Policy: inline({ Resource: withDefault }) }),
      "Policy.PolicyDocument: Statement.0: the policy variable ${aws:userid, 'nobody'} is not evaluated",
    ],
    [
      "the version before, whose variables stand for themselves",
      (all) => Object.assign(all, { BucketPolicy: olderBucketPolicy() }),
      "BucketPolicy.PolicyDocument: Version",
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
    [
      "a bucket's policy on what is not in it",
      (all) => Object.assign(all, { BucketPolicy: bucketPolicy({ Resource: "arn:aws:s3:::*" }) }),
      "BucketPolicy.PolicyDocument: invalid resource arn:aws:s3:::*",
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
    ...["AWS::IAM::UserPolicy", "AWS::IAM::RolePolicy", "AWS::SQS::QueuePolicy", "AWS::S3::AccessPoint"].map(
      (Type): [string, (resources: Resources) => void, string] => [
        `a policy of another type, ${Type},`,
        (all) => Object.assign(all, { Other: { Type, Properties: { PolicyDocument: document() } } }),
        Type,
      ],
    ),
    ["a user", (all) => Object.assign(all, { User: { Type: "AWS::IAM::User" } }), "AWS::IAM::User"],
  ])("%s", (_, edit, what) => {
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
    expect(() => read(edit)).toThrow(what);
  });
});
