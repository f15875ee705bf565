import { describe, expect, test } from "vitest";
import { parseSettings } from "../../cdk/settings.ts";
import { InputError } from "../../shared/errors.ts";

const keyArn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

test("without context the defaults hold", () => {
  expect(parseSettings({})).toEqual({
    stackName: "fedstep",
    baseline: true,
    door: false,
    doorConcurrency: 2,
    removalPolicy: "retain",
    encryptionKey: false,
    versioned: false,
    updateRetentionDays: 30,
    logRetentionDays: 30,
    monitoring: true,
    tracing: true,
    tfjs: false,
    architecture: "arm64",
    functions: {
      PrepareRun: { memoryMb: 1769, timeoutMinutes: 5 },
      TrainClient: { memoryMb: 1769, timeoutMinutes: 15 },
      OpenSums: { memoryMb: 1769, timeoutMinutes: 2 },
      AggregateRound: { memoryMb: 1769, timeoutMinutes: 2 },
      TrainBaseline: { memoryMb: 1769, timeoutMinutes: 15 },
      FinishRun: { memoryMb: 1769, timeoutMinutes: 2 },
    },
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

test("each function has settings of its own", () => {
  const given = {
    "memoryMb.TrainClient": "3538",
    "timeoutMinutes.FinishRun": 1,
    "concurrency.TrainClient": "9",
  };
  expect(parseSettings(given).functions).toMatchObject({
    TrainClient: { memoryMb: 3538, timeoutMinutes: 15, concurrency: 9 },
    FinishRun: { memoryMb: 1769, timeoutMinutes: 1 },
  });
});

test.each([
  ["true", true],
  [false, false],
  [keyArn, keyArn],
])("the key %s is taken", (given, parsed) => {
  expect(parseSettings({ encryptionKey: given }).encryptionKey).toBe(parsed);
});

test("updates stay for the days that are asked for, or for good", () => {
  expect(parseSettings({ updateRetentionDays: "7" }).updateRetentionDays).toBe(7);
  expect(parseSettings({ updateRetentionDays: "never" }).updateRetentionDays).toBe("never");
});

describe.each([
  ["an unknown entry", { stackname: "x" }, ["there is no stackname", "stackName"]],
  ["a name that no function could carry", { stackName: "my federation" }, ["stackName", "letters"]],
  ["a name that is too long", { stackName: "a".repeat(41) }, ["stackName", "39"]],
  ["a policy that there is not", { removalPolicy: "snapshot" }, ["removalPolicy", "retain", "destroy"]],
  ["a retention that CloudWatch refuses", { logRetentionDays: "31" }, ["logRetentionDays", "30, 60"]],
  ["no number", { logRetentionDays: "long" }, ["logRetentionDays"]],
  ["no flag", { tfjs: "maybe" }, ["tfjs"]],
  ["no mirrors", { mnistMirrors: "ftp://a/, b" }, ["mnistMirrors", "URLs separated by commas"]],
  ["no address", { alarmEmail: "me" }, ["alarmEmail", "e-mail"]],
  ["the name of a key", { encryptionKey: "alias/mine" }, ["encryptionKey", "ARN"]],
  ["a key without an account", { encryptionKey: "arn:aws:kms:us-east-1::key/a" }, ["encryptionKey", "ARN"]],
  ["no days at all", { updateRetentionDays: "0" }, ["updateRetentionDays", "1 to 3650", "never"]],
  ["half a day", { updateRetentionDays: "0.5" }, ["updateRetentionDays", "whole"]],
  ["a processor that Lambda has not", { architecture: "riscv" }, ["architecture", "arm64", "x86_64"]],
  [
    "more memory than Lambda has",
    { "memoryMb.TrainClient": "10241" },
    ["memoryMb.TrainClient", "128 to 10240"],
  ],
  [
    "more time than Lambda gives",
    { "timeoutMinutes.FinishRun": 16 },
    ["timeoutMinutes.FinishRun", "1 to 15"],
  ],
  ["no invocation at once", { "concurrency.TrainClient": "0" }, ["concurrency.TrainClient", "1 to 10000"]],
  [
    "a function that there is not",
    { "memoryMb.Train": 512 },
    ["there is no memoryMb.Train", "memoryMb.TrainClient"],
  ],
  [
    "memory of a function that is left out",
    { baseline: false, "memoryMb.TrainBaseline": 512 },
    ["memoryMb.TrainBaseline", "baseline=false"],
  ],
  [
    "an address of alarms that are left out",
    { monitoring: false, alarmEmail: "a@b.org" },
    ["alarmEmail", "monitoring=false"],
  ],
])("%s", (_, context, words) => {
  test("is refused by name, with what it takes", () => {
    expect(() => parseSettings(context)).toThrow(InputError);
    for (const word of words) expect(() => parseSettings(context)).toThrow(word);
  });
});
