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
    ["a user", (all) => Object.assign(all, { User: { Type: "AWS::IAM::User" } }), "AWS::IAM::User"],
  ])("%s", (_, edit, what) => {
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
    expect(() => read(edit)).toThrow(what);
  });
});
