import { expect, test } from "vitest";
import { authorize } from "../../../local/iam/authorize.ts";
import type { Context } from "../../../local/iam/condition-keys.ts";
import { explanation } from "../../../local/iam/explanation.ts";
import { noRights, type Rights } from "../../../local/iam/rights.ts";
import { here, policy, session } from "./policies.ts";

const bucket = "arn:aws:s3:::bucket";

function explained(action: string, resource: string, context: Context, rights: Rights = noRights): string {
  const identity = session();
  const decision = authorize(rights, { identity, action, resource, resourceAccount: here, context });
  if (decision.allowed) throw new Error("it is allowed");
  const { callerArn: caller } = identity;
  return explanation({ caller, action, resource, context, foreign: false, reason: decision.reason });
}

test("what is missing is a statement that would do", () => {
  const context = { "s3:prefix": "runs/a/plan.json", "s3:delimiter": undefined };
  expect(explained("s3:ListBucket", bucket, context)).toBe(
    [
      "denied: s3:ListBucket",
      `  who:  arn:aws:sts::${here}:assumed-role/Train/run`,
      "  what: arn:aws:s3:::bucket",
      "  with: s3:prefix = runs/a/plan.json",
      "  no identity-based policy allows it; the statement that is missing:",
      '    {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::bucket",' +
        '"Condition":{"StringLike":{"s3:prefix":"runs/a/plan.json"}}}',
    ].join("\n"),
  );
});

test("what denies is shown as it stands", () => {
  const denying = policy("resource", {
    Sid: "Plain",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: `${bucket}/*`,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  const rights = { ...noRights, resourcePolicies: new Map([[bucket, denying]]) };
  const text = explained("s3:GetObject", `${bucket}/a`, { "aws:SecureTransport": "false" }, rights);
  expect(text).toContain("denied by statement Plain of resource (resource-based policy):");
  expect(text).toContain('"Condition":[{"Bool":{"aws:SecureTransport":["false"]}}]');
});
