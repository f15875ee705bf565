// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are IAM's
import { expect, test } from "vitest";
import { type PolicyKind, readPolicy } from "../../../local/iam/read-policy.ts";

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };

const read = (document: unknown, kind: PolicyKind = "identity") =>
  readPolicy(document, { name: "Policy", kind, refuse: (what) => new Error(`refused ${what}`) });
const readStatement = (changes: Record<string, unknown>, kind?: PolicyKind) =>
  read({ Version: "2012-10-17", Statement: [statement, { ...statement, ...changes }] }, kind);

test("a policy is read with the texts that it has, one or many", () => {
  const { statements } = readStatement({ Sid: "Second", Action: ["s3:*", "s3:PutObject"] });
  expect(statements.map(({ name }) => name)).toEqual(["0", "Second"]);
  expect(statements[1]?.actions.texts).toEqual(["s3:*", "s3:PutObject"]);
  expect(read({ Version: "2012-10-17", Statement: statement }).statements).toHaveLength(1);
});

test.each<[string, Record<string, unknown>, string]>([
  ["NotAction", { NotAction: "s3:*" }, "NotAction"],
  ["NotResource", { NotResource: "*" }, "NotResource"],
  ["NotPrincipal", { NotPrincipal: "*" }, "NotPrincipal"],
  ["an element of another service", { Whatever: 1 }, "Whatever"],
  ["another effect", { Effect: "Audit" }, "Statement.1.Effect"],
  ["no action", { Action: [] }, "Statement.1.Action"],
  ["an action without a service", { Action: "GetObject" }, "Statement.1: the action GetObject"],
  ["a wildcard for the service", { Action: "s*:GetObject" }, "the action s*:GetObject"],
  ["no resource", { Resource: undefined }, "a statement without Resource"],
  ["part of an ARN", { Resource: "bucket" }, "bucket, which is no whole ARN,"],
  ["a principal", { Principal: "*" }, "a principal in an identity's policy"],
  [
    "a condition key",
    { Condition: { StringEquals: { "aws:SourceIp": "1.2.3.4" } } },
    "the condition key aws:SourceIp is not evaluated",
  ],
  [
    "an operator",
    { Condition: { NumericLessThan: { "s3:max-keys": "10" } } },
    "the condition operator NumericLessThan",
  ],
  [
    "an operator on sets",
    { Condition: { "ForAnyValue:StringEquals": { "s3:prefix": "a" } } },
    "ForAnyValue:StringEquals",
  ],
  ["a truth", { Condition: { Bool: { "aws:SecureTransport": "yes" } } }, '"yes" where true or false belongs'],
  ["a null", { Condition: { Null: { "s3:prefix": "no" } } }, '"no" where true or false belongs'],
  ["a variable", { Resource: "arn:aws:s3:::bucket/${aws:username}" }, "the policy variable ${aws:username}"],
])("%s that is not evaluated is refused by name", (_, changes, what) => {
  expect(() => readStatement(changes)).toThrow("refused ");
  expect(() => readStatement(changes)).toThrow(what);
});

test.each([
  [{ Federated: "cognito-identity.amazonaws.com" }, "Federated"],
  [{ CanonicalUser: "79a5" }, "CanonicalUser"],
  [{ AWS: "arn:aws:iam::111111111111:user/bob" }, "the principal arn:aws:iam::111111111111:user/bob"],
  [{ AWS: "arn:aws:iam::111111111111:role/*" }, "the principal arn:aws:iam::111111111111:role/*"],
  [undefined, "a statement without Principal"],
])("the principal %j is refused by name", (Principal, what) => {
  const document = { Version: "2012-10-17", Statement: { ...statement, Principal } };
  expect(() => read(document, "resource")).toThrow(what);
});

test("documents of the older version, whose variables stand for themselves, are refused", () => {
  expect(() => read({ Version: "2008-10-17", Statement: statement })).toThrow("Version");
  expect(() => read({ Statement: statement })).toThrow("Version");
});

test("a trust policy has no resource", () => {
  const Principal = { Service: "lambda.amazonaws.com" };
  const trust = { Effect: "Allow", Principal, Action: "sts:AssumeRole" };
  expect(read({ Version: "2012-10-17", Statement: trust }, "trust").statements[0]?.resources).toBeUndefined();
  const withResource = { ...trust, Resource: "*" };
  expect(() => read({ Version: "2012-10-17", Statement: withResource }, "trust")).toThrow("a resource");
});
