// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
import { describe, expect, test } from "vitest";
import { change, read } from "./read-small.ts";

describe("intrinsic functions in a variable", () => {
  test.each<[string, unknown, string]>([
    ["Ref of a function", { Ref: "Train0A1B2C3D" }, "small-Train"],
    ["Ref of a role without a name", { Ref: "Role" }, "small-role"],
    [
      "Ref of a state machine",
      { Ref: "Machine" },
      "arn:aws:states:us-east-1:000000000000:stateMachine:small",
    ],
    [
      "an attribute of a bucket",
      { "Fn::GetAtt": ["Objects0A1B2C3D", "Arn"] },
      "arn:aws:s3:::fedstep-objects",
    ],
    [
      "an attribute of a role",
      { "Fn::GetAtt": ["Role", "Arn"] },
      "arn:aws:iam::000000000000:role/small-role",
    ],
    ["a pseudo parameter", { Ref: "AWS::URLSuffix" }, "amazonaws.com"],
    ["Join around others", { "Fn::Join": [":", ["a", { Ref: "AWS::Partition" }, ""]] }, "a:aws:"],
    [
      "Sub of all it takes",
      { "Fn::Sub": ["${v}/${!v}/${Role}/${Objects0A1B2C3D.Arn}", { v: { Ref: "AWS::Region" } }] },
      "us-east-1/${v}/small-role/arn:aws:s3:::fedstep-objects",
    ],
  ])("%s", (_, value, expected) => {
    const { functions } = read(change("Train0A1B2C3D", { Environment: { Variables: { VALUE: value } } }));
    expect(functions[0]?.environment.VALUE).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ["another function", { "Fn::Select": [0, ["a"]] }, "Fn::Select"],
    ["an import", { "Fn::ImportValue": "x" }, "Fn::ImportValue"],
    ["no resource", { Ref: "Nothing" }, "Nothing"],
    ["a parameter", { Ref: "AWS::NoValue" }, "AWS::NoValue"],
    [
      "an unknown attribute",
      { "Fn::GetAtt": ["Objects0A1B2C3D", "DomainName"] },
      "DomainName of Objects0A1B2C3D",
    ],
    ["an attribute in Sub", { "Fn::Sub": "${Role.RoleId}" }, "RoleId of Role"],
    ["arguments of another form", { "Fn::Join": "a" }, "Fn::Join"],
  ])("%s is an error that names the place", (_, value, what) => {
    const edit = change("Train0A1B2C3D", { Environment: { Variables: { VALUE: value } } });
    expect(() => read(edit)).toThrow(what);
    expect(() => read(edit)).toThrow("Train0A1B2C3D.Environment.Variables.VALUE");
    expect(() => read(edit)).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
  });
});
