import { expect, test } from "vitest";
import { compileConditions } from "../../../local/iam/condition.ts";
import type { Context } from "../../../local/iam/condition-keys.ts";

const arn = "arn:aws:iam::111111111111:role/Train";

/** Operator, key, values of the policy, what the request says, whether it holds. */
test.each<[string, keyof Context, string[], string | undefined, boolean]>([
  ["StringEquals", "s3:prefix", ["a", "b"], "b", true],
  ["StringEquals", "s3:prefix", ["a"], "A", false],
  ["StringEquals", "s3:prefix", ["*"], "a", false],
  ["StringEquals", "s3:prefix", ["*"], "*", true],
  ["StringEquals", "s3:prefix", [""], undefined, false],
  ["StringEqualsIfExists", "s3:prefix", ["a"], undefined, true],
  ["StringEqualsIfExists", "s3:prefix", ["a"], "b", false],
  ["StringNotEquals", "s3:prefix", ["a", "b"], "b", false],
  ["StringNotEquals", "s3:prefix", ["a", "b"], "c", true],
  ["StringNotEquals", "s3:prefix", ["a"], undefined, true],
  ["StringLike", "s3:prefix", ["runs/*"], "runs/a/b", true],
  ["StringLike", "s3:prefix", ["runs/*"], "shards/a", false],
  ["StringLike", "s3:prefix", ["*"], undefined, false],
  ["StringNotLike", "s3:prefix", ["runs/*"], "shards/a", true],
  ["ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/T*"], arn, true],
  ["ArnLike", "aws:PrincipalArn", ["arn:aws:*::role/Train:*"], arn, false],
  ["ArnEquals", "aws:PrincipalArn", ["arn:aws:iam::*:role/Train"], arn, true],
  ["ArnNotEquals", "aws:PrincipalArn", [arn], arn, false],
  ["ArnNotLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/X*"], arn, true],
  ["Bool", "aws:SecureTransport", ["false"], "false", true],
  ["Bool", "aws:SecureTransport", ["false"], "true", false],
  ["Bool", "aws:SecureTransport", ["False"], undefined, false],
  ["BoolIfExists", "aws:SecureTransport", ["false"], undefined, true],
  ["Null", "s3:if-none-match", ["false"], "*", true],
  ["Null", "s3:if-none-match", ["false"], undefined, false],
  ["Null", "s3:if-none-match", ["true"], undefined, true],
  ["Null", "s3:if-none-match", ["true"], "*", false],
])("%s of %s and %j where it is %s: %s", (operator, key, values, actual, expected) => {
  const [condition] = compileConditions({ [operator]: { [key]: values } }, (what) => new Error(what));
  expect(condition?.holds(actual === undefined ? {} : { [key]: actual })).toBe(expected);
});

test("keys are known without regard to case", () => {
  const conditions = compileConditions(
    { Bool: { "AWS:securetransport": ["true"] } },
    (what) => new Error(what),
  );
  expect(conditions[0]?.holds({ "aws:SecureTransport": "true" })).toBe(true);
});
