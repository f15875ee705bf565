import { describe, expect, test } from "vitest";
import { change, read } from "./read-small.ts";
import type { SmallTemplate } from "./small-assembly.ts";

describe("what the endpoints have no stand-in for is named", () => {
  test.each<[string, (template: SmallTemplate) => void, string[]]>([
    [
      "a type of resource",
      ({ Resources }) => {
        Resources.Table = { Type: "AWS::DynamoDB::Table" };
      },
      ["Table", "AWS::DynamoDB::Table"],
    ],
    ["a property of a function", change("Train0A1B2C3D", { Layers: ["arn"] }), ["Train0A1B2C3D", "Layers"]],
    [
      "another runtime",
      change("Train0A1B2C3D", { Runtime: "python3.13" }),
      ["Train0A1B2C3D.Runtime", "nodejs"],
    ],
    [
      "a variable that is no text",
      change("Train0A1B2C3D", { Environment: { Variables: { N: 1 } } }),
      ["Train0A1B2C3D.Environment.Variables.N"],
    ],
    [
      "an express state machine",
      change("Machine", { StateMachineType: "EXPRESS" }),
      ["Machine.StateMachineType", "STANDARD"],
    ],
    [
      "substitutions in the definition",
      change("Machine", { DefinitionSubstitutions: {} }),
      ["Machine", "DefinitionSubstitutions"],
    ],
    [
      "a definition that is not JSON",
      change("Machine", { DefinitionString: "{" }),
      ["Machine.DefinitionString", "JSON"],
    ],
    [
      "an asset that the manifest does not list",
      change("Train0A1B2C3D", { Code: { S3Bucket: "b", S3Key: "9.zip" } }),
      ["Train0A1B2C3D.Code.S3Key", "9.zip"],
    ],
    [
      "a key of MACs that is used otherwise",
      ({ Resources }) => {
        const Statement = { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" };
        const KeyPolicy = { Version: "2012-10-17", Statement };
        Resources.Mac = { Type: "AWS::KMS::Key", Properties: { KeyPolicy, KeySpec: "HMAC_256" } };
      },
      ["Mac.KeyUsage", "ENCRYPT_DECRYPT is incompatible with KeySpec HMAC_256"],
    ],
    [
      "a second bucket",
      ({ Resources }) => {
        Resources.Other = { Type: "AWS::S3::Bucket" };
      },
      ["AWS::S3::Bucket", "2"],
    ],
    [
      "no state machine",
      ({ Resources }) => {
        delete Resources.Machine;
      },
      ["AWS::StepFunctions::StateMachine", "0"],
    ],
    [
      "a resource under a condition",
      ({ Resources }) => {
        Object.assign(Resources.Role ?? {}, { Condition: "IsProd" });
      },
      ["Role.Condition", "IsProd"],
    ],
    [
      "a function without its bundle's digest",
      ({ Resources }) => {
        delete Resources.Train0A1B2C3D?.Metadata;
      },
      ["Train0A1B2C3D.Metadata"],
    ],
  ])("%s", (_, edit, words) => {
    for (const word of words) expect(() => read(edit)).toThrow(word);
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
  });
});
