// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
import { describe, expect, test } from "vitest";
import { checkBesides, readStack } from "../../../local/assembly/other-stacks.ts";
import { newDirectory } from "./read-small.ts";
import { smallTemplate, writeSmallAssembly } from "./small-assembly.ts";

const hospital = "111122223333";
const clinic = "444455556666";

/** As the CDK adds them to every template. */
const ofCdk = {
  Parameters: {
    BootstrapVersion: {
      Type: "AWS::SSM::Parameter::Value<String>",
      Default: "/cdk-bootstrap/hnb659fds/version",
      Description: "Version of the CDK Bootstrap resources in this environment",
    },
  },
  Rules: {
    CheckBootstrapVersion: {
      Assertions: [
        {
          Assert: { "Fn::Not": [{ "Fn::Contains": [["1", "2"], { Ref: "BootstrapVersion" }] }] },
          AssertDescription: "CDK bootstrap stack version 6 required",
        },
      ],
    },
  },
};

const name = { Type: "String", AllowedPattern: "[a-z]+" };
const bucket = { Type: "String", Default: "none" };

/** Writes a stack whose function is told the values of parameters. */
function assembly(variables: object, parameters: object): string {
  const directory = newDirectory();
  const { Resources } = smallTemplate();
  delete Resources.Machine;
  Object.assign(Resources.Train0A1B2C3D?.Properties ?? {}, { Environment: { Variables: variables } });
  const Parameters = { ...ofCdk.Parameters, ...parameters };
  writeSmallAssembly(directory, { Resources, ...ofCdk, Parameters }, { stack: "owner" });
  return directory;
}

function told(variables: object, parameters: object, given?: Record<string, string>) {
  const directory = assembly(variables, parameters);
  const { functions } = readStack({ account: hospital, directory, ...(given && { parameters: given }) });
  return functions[0]?.environment;
}

describe("a parameter of a template", () => {
  test("stands for what it is given, by Ref and in Sub", () => {
    const variables = {
      NAME: { Ref: "OwnerName" },
      ARN: { "Fn::Sub": "arn:${AWS::Partition}:s3:::${Bucket}/${!Bucket}/${OwnerName}" },
    };
    const given = { OwnerName: "hospital", Bucket: "theirs" };
    expect(told(variables, { OwnerName: name, Bucket: bucket }, given)).toEqual({
      NAME: "hospital",
      ARN: "arn:aws:s3:::theirs/${Bucket}/hospital",
    });
  });

  test("stands for its default where it is given nothing, and may be given an empty text", () => {
    const variables = { BUCKET: { Ref: "Bucket" } };
    expect(told(variables, { Bucket: bucket })).toEqual({ BUCKET: "none" });
    expect(told(variables, { Bucket: bucket }, { Bucket: "" })).toEqual({ BUCKET: "" });
  });

  test("has the value that each stack of the same assembly was given", () => {
    const variables = { NAME: { Ref: "OwnerName" }, BUCKET: { Ref: "Objects0A1B2C3D" } };
    const directory = assembly(variables, { OwnerName: name });
    const stackOf = (account: string, OwnerName: string) =>
      readStack({ account, directory, parameters: { OwnerName } });
    const stacks = [stackOf(hospital, "hospital"), stackOf(clinic, "clinic")];
    expect(() => checkBesides(stacks)).not.toThrow();
    expect(stacks.map(({ functions }) => functions[0]?.environment)).toEqual([
      { NAME: "hospital", BUCKET: stacks[0]?.buckets[0] },
      { NAME: "clinic", BUCKET: stacks[1]?.buckets[0] },
    ]);
  });

  const bounded = (bounds: object) => ({ OwnerName: { Type: "String", ...bounds } });
  test.each<[string, object, Record<string, string>, string]>([
    ["without a value", { OwnerName: name }, {}, "OwnerName has no default: give it a value"],
    ["that is not there", { Bucket: bucket }, { Buckets: "b" }, "no parameter Buckets; it has Bucket"],
    [
      "of another name of the language",
      {},
      { constructor: "b" },
      "the template has no parameter constructor",
    ],
    [
      "whose pattern matches a part of the value",
      { OwnerName: name },
      { OwnerName: "hospital-1" },
      'the parameter OwnerName cannot be "hospital-1": it must match [a-z]+',
    ],
    [
      "one of whose patterns matches a part",
      bounded({ AllowedPattern: "a|b" }),
      { OwnerName: "ac" },
      "it must match a|b",
    ],
    [
      "whose default does not match",
      { OwnerName: { ...name, Default: "-", ConstraintDescription: "small letters" } },
      {},
      'cannot be "-": small letters',
    ],
    ["of few values", bounded({ AllowedValues: ["a", "b"] }), { OwnerName: "c" }, "it must be one of a, b"],
    ["that is too short", bounded({ MinLength: "2" }), { OwnerName: "c" }, "at least 2 characters"],
    ["that is too long", bounded({ MaxLength: 2 }), { OwnerName: "ccc" }, "at most 2 characters"],
    ["of another type", {}, { BootstrapVersion: "30" }, "of type AWS::SSM::Parameter::Value<String>"],
  ])("%s is refused by name", (_, parameters, given, why) => {
    const reading = () => told({}, parameters, given);
    expect(reading).toThrow(expect.objectContaining({ name: "ConfigInvalid" }));
    expect(reading).toThrow(why);
  });

  test("that is no text is refused where something asks for it", () => {
    const reading = () => told({ VERSION: { Ref: "BootstrapVersion" } }, {});
    expect(reading).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
    expect(reading).toThrow("Variables.VERSION: the local run has no value for BootstrapVersion");
  });

  test("with a pattern that this language does not read is refused", () => {
    const reading = () => told({}, bounded({ AllowedPattern: "\\p{Alnum}+" }), { OwnerName: "a" });
    expect(reading).toThrow(expect.objectContaining({ name: "AssemblyUnsupported" }));
    expect(reading).toThrow("Parameters.OwnerName.AllowedPattern: \\p{Alnum}+ is not understood");
  });
});
