// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are IAM's
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileArnPattern, compilePattern } from "../../../local/iam/pattern.ts";

const refuse = (what: string) => new Error(what);
const matches = (pattern: string, text: string, context = {}) =>
  compilePattern(pattern, refuse).matches(text, context);
const arnMatches = (pattern: string, arn: string, context = {}) =>
  compileArnPattern(pattern, refuse).matches(arn, context);

test.each([
  ["runs/*/config.json", "runs/a/b/config.json", true],
  ["runs/*/config.json", "runs/a/configXjson", false],
  ["shards/*", "shards/", true],
  ["shards/*", "datasets/shards/a", false],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["*", "", true],
  ["", "", true],
  ["a", "A", false],
  ["*ab", "aab", true],
  ["a*b*c", "abcbc", true],
  ["a*b*c", "abcb", false],
])("%s and %s", (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test("wildcards match what a regular expression would, whatever the characters", () => {
  const characters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "/", ".", "\n"), maxLength: 12 });
  fc.assert(
    fc.property(characters, characters, (pattern, text) => {
      const source = pattern.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
      expect(matches(pattern, text)).toBe(new RegExp(`^${source}$`, "s").test(text));
    }),
  );
});

test("a pattern of many wildcards does not take for ever", () => {
  expect(matches("*a".repeat(200), "a".repeat(1_000).concat("b"))).toBe(false);
});

describe("variables", () => {
  test("stand for what the request says, literally", () => {
    const context = { "aws:PrincipalAccount": "111111111111", "aws:userid": "a*" };
    expect(matches("owners/${aws:principalaccount}/*", "owners/111111111111/x", context)).toBe(true);
    expect(matches("owners/${aws:PrincipalAccount}/*", "owners/222222222222/x", context)).toBe(false);
    expect(matches("${aws:userid}", "a*", context)).toBe(true);
    expect(matches("${aws:userid}", "ab", context)).toBe(false);
  });

  test("match nothing where the request says nothing", () => {
    expect(matches("${aws:userid}", "")).toBe(false);
    expect(matches("*${aws:userid}", "anything")).toBe(false);
  });

  test("of *, ? and $ stand for these", () => {
    expect(matches("${*}${?}${$}", "*?$")).toBe(true);
    expect(matches("${*}", "a")).toBe(false);
  });

  test("that are not known are refused by name, with a default too", () => {
    for (const name of ["${aws:username}", "${aws:PrincipalTag/team}", "${aws:userid, 'nobody'}"]) {
      expect(() => matches(name, "")).toThrow(`the policy variable ${name}`);
    }
  });
});

describe("ARNs", () => {
  test("are compared part by part", () => {
    const arn = "arn:aws:states:us-east-1:111111111111:execution:fedstep:run";
    expect(arnMatches("*", arn)).toBe(true);
    expect(arnMatches("arn:aws:states:*:*:execution:fedstep:*", arn)).toBe(true);
    expect(arnMatches("arn:aws:states:us-east-1:111111111111:*", arn)).toBe(true);
    // would reach into the next part
    expect(arnMatches("arn:aws:*:execution:fedstep:run", arn)).toBe(false);
    expect(arnMatches("arn:aws:s3:::bucket/a:b", "arn:aws:s3:::bucket/a:b")).toBe(true);
  });

  test("may hold variables", () => {
    const pattern = "arn:aws:s3:::bucket/${aws:PrincipalAccount}/${aws:userid}";
    const context = { "aws:PrincipalAccount": "111111111111", "aws:userid": "AROA:run" };
    expect(arnMatches(pattern, "arn:aws:s3:::bucket/111111111111/AROA:run", context)).toBe(true);
    expect(arnMatches(pattern, "arn:aws:s3:::bucket/111111111111/AROA:other", context)).toBe(false);
  });

  test("that are not whole are refused", () => {
    for (const text of ["bucket/*", "arn:aws:s3", "*:*:*:*:*:*"]) {
      expect(() => arnMatches(text, "arn:aws:s3:::bucket")).toThrow(`${text}, which is no whole ARN`);
    }
  });
});
