import { describe, expect, test } from "vitest";
import { atEndpoint } from "../../../local/assembly/at-endpoint.ts";
import { coordinatorAccount as account } from "../../../local/assembly/names.ts";
import { everybodyMay } from "../../../local/iam/authorize.ts";
import { read } from "./read-small.ts";
import type { SmallTemplate } from "./small-assembly.ts";

const functionArn = { "Fn::GetAtt": ["Train0A1B2C3D", "Arn"] };
const arn = `arn:aws:lambda:us-east-1:${account}:function:small-Train`;

/** With a URL, and what it takes of the function's policy, as the CDK writes them. */
const withUrl =
  (properties: object = {}) =>
  (template: SmallTemplate) => {
    Object.assign(template.Resources, {
      Door: {
        Type: "AWS::Lambda::Url",
        Properties: { AuthType: "NONE", TargetFunctionArn: functionArn, ...properties },
      },
      ByUrl: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunctionUrl",
          FunctionName: functionArn,
          FunctionUrlAuthType: "NONE",
          Principal: "*",
        },
      },
      Invoked: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: functionArn,
          InvokedViaFunctionUrl: true,
          Principal: "*",
        },
      },
    });
    const url = { "Fn::GetAtt": ["Door", "FunctionUrl"] };
    Object.assign(template.Resources.Train0A1B2C3D?.Properties ?? {}, {
      Environment: { Variables: { DOOR: url } },
      ReservedConcurrentExecutions: 2,
    });
    Object.assign(template, {
      Outputs: { DoorUrl: { Value: url }, DoorOf: { Value: { "Fn::GetAtt": ["Door", "FunctionArn"] } } },
    });
  };

describe("a function's URL", () => {
  test("is known where the endpoint is, to outputs and to functions", () => {
    const assembly = atEndpoint(read(withUrl()), "http://127.0.0.1:4567");
    const url = `http://127.0.0.1:4567/lambda_url/${account}/small-Train/`;
    expect(assembly.stack.outputs).toEqual([
      { name: "DoorUrl", value: url },
      { name: "DoorOf", value: arn },
    ]);
    expect(assembly.functions).toMatchObject([
      { hasUrl: true, reservedConcurrency: 2, environment: { DOOR: url } },
    ]);
  });

  test("is nobody's without one, and leads nowhere until the endpoint is up", () => {
    expect(read().functions[0]?.hasUrl ?? false).toBe(false);
    expect(read(withUrl()).stack.outputs[0]?.value).toMatch(/^http:\/\/endpoint\.invalid\//);
  });

  test("is everybody's by both permissions, each by its condition alone", () => {
    const { rights } = read(withUrl());
    const may = (action: string, context: object) => everybodyMay(rights, { action, resource: arn, context });
    const url = { "lambda:FunctionUrlAuthType": "NONE", "lambda:InvokedViaFunctionUrl": "true" };
    expect(may("lambda:InvokeFunctionUrl", url)).toBe(true);
    expect(may("lambda:InvokeFunction", url)).toBe(true);
    expect(may("lambda:InvokeFunctionUrl", { ...url, "lambda:FunctionUrlAuthType": "AWS_IAM" })).toBe(false);
    expect(may("lambda:InvokeFunction", {})).toBe(false);
    expect(may("lambda:GetFunction", url)).toBe(false);
  });

  test.each<[object, string]>([
    [{ AuthType: "AWS_IAM" }, "Door.AuthType: the local run answers at URLs without a signature alone"],
    [{ InvokeMode: "RESPONSE_STREAM" }, "Door.InvokeMode"],
    [{ Cors: { AllowOrigins: ["*"] } }, "Door"],
    [{ TargetFunctionArn: `${arn}Other` }, `Door.TargetFunctionArn: ${arn}Other is not part of the stack`],
  ])("with %j is refused by name", (properties, why) => {
    expect(() => read(withUrl(properties))).toThrow(why);
  });
});
