import { describe, expect, test } from "vitest";
import { coordinatorAccount as account } from "../../../local/assembly/names.ts";
import { authorize } from "../../../local/iam/authorize.ts";
import { roleSession } from "../../../local/iam/identity.ts";
import {
  bucketPolicy,
  document,
  inline,
  managed,
  type Resources,
  read,
  setRole,
} from "./policy-resources.ts";

const roleArn = `arn:aws:iam::${account}:role/small-role`;

/** Whether the template lets its role read an object. */
function mayRead(edit: (resources: Resources) => void): boolean {
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
  test.each<[string, (resources: Resources) => void, boolean]>([
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
