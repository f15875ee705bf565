import { describe, expect, test } from "vitest";
import { parseSettings } from "../../cdk/settings.ts";
import { InputError } from "../../shared/errors.ts";

test("without context the defaults hold", () => {
  expect(parseSettings({})).toEqual({
    stackName: "fedstep",
    removalPolicy: "retain",
    versioned: false,
    logRetentionDays: 30,
    monitoring: true,
    tfjs: false,
  });
});

test("the CDK's own context is not ours to judge", () => {
  const own = {
    "@aws-cdk/core:checkSecretUsage": true,
    "aws:cdk:bundling-stacks": ["**"],
    "cli-telemetry": false,
  };
  expect(parseSettings(own)).toEqual(parseSettings({}));
});

test("values from the command line are text", () => {
  expect(parseSettings({ tfjs: "true", versioned: "false", logRetentionDays: "90" })).toMatchObject({
    tfjs: true,
    versioned: false,
    logRetentionDays: 90,
  });
});

describe.each([
  ["an unknown entry", { stackname: "x" }, ["there is no stackname", "stackName"]],
  ["a name that no function could carry", { stackName: "my federation" }, ["stackName", "letters"]],
  ["a name that is too long", { stackName: "a".repeat(41) }, ["stackName", "39"]],
  ["a policy that there is not", { removalPolicy: "snapshot" }, ["removalPolicy", "retain", "destroy"]],
  ["a retention that CloudWatch refuses", { logRetentionDays: "31" }, ["logRetentionDays", "30, 60"]],
  ["no number", { logRetentionDays: "long" }, ["logRetentionDays"]],
  ["no flag", { tfjs: "maybe" }, ["tfjs"]],
  ["no address", { alarmEmail: "me" }, ["alarmEmail", "e-mail"]],
])("%s", (_, context, words) => {
  test("is refused by name, with what it takes", () => {
    expect(() => parseSettings(context)).toThrow(InputError);
    for (const word of words) expect(() => parseSettings(context)).toThrow(word);
  });
});
