import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { parseSettings } from "../../cdk/settings.ts";
import { deploymentSchema } from "../../cloud/deployment.ts";
import { functionNames } from "../../functions/footprints.ts";
import { everybodyMay } from "../../local/iam/authorize.ts";
import { deployedRights } from "./deployed-rights.ts";
import { functionOf } from "./reach.ts";
import { arnOfFunction } from "./rights-probes.ts";
import { synthesized } from "./synthesized.ts";

let template: Template;
beforeAll(async () => {
  template = await synthesized({ door: "true" });
});

describe("the door", () => {
  test("is the smallest function, of which two run at once, and which neither traces nor logs what it is asked", () => {
    const { logGroup } = functionOf(template, "Door");
    template.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: "fedstep-Door",
      MemorySize: 128,
      Timeout: 10,
      ReservedConcurrentExecutions: 2,
      TracingConfig: Match.absent(),
      LoggingConfig: {
        LogGroup: { Ref: logGroup },
        LogFormat: "JSON",
        ApplicationLogLevel: "WARN",
        // else Lambda itself writes three lines of each request
        SystemLogLevel: "WARN",
      },
      // no price, no limit, no mirror: nothing that a request could have it tell
      Environment: { Variables: { FEDSTEP_BUCKET: Match.anyValue(), POWERTOOLS_SERVICE_NAME: "fedstep" } },
    });
  });

  test("has a URL that anybody may ask, by both permissions, and no other way in", () => {
    template.resourceCountIs("AWS::Lambda::Url", 1);
    template.hasResourceProperties("AWS::Lambda::Url", { AuthType: "NONE", Cors: Match.absent() });
    template.resourceCountIs("AWS::Lambda::Permission", 2);
    const rights = deployedRights(template);
    const resource = arnOfFunction("Door");
    const byUrl = { "lambda:FunctionUrlAuthType": "NONE", "lambda:InvokedViaFunctionUrl": "true" };
    const may = (action: string, context: object) =>
      everybodyMay(rights, { action, resource, context: { ...context } });
    expect(may("lambda:InvokeFunctionUrl", byUrl)).toBe(true);
    expect(may("lambda:InvokeFunction", byUrl)).toBe(true);
    expect(may("lambda:InvokeFunction", {})).toBe(false);
    expect(may("lambda:UpdateFunctionCode", byUrl)).toBe(false);
    const [url] = Object.keys(template.findResources("AWS::Lambda::Url"));
    template.hasOutput("DoorUrl", { Value: { "Fn::GetAtt": [url, "FunctionUrl"] } });
  });

  test("is part of a stack that asks for it, and of no other", async () => {
    const without = await synthesized();
    for (const type of ["AWS::Lambda::Url", "AWS::Lambda::Permission"]) without.resourceCountIs(type, 0);
    without.resourceCountIs("AWS::Lambda::Function", functionNames.length);
    const { Resources, Outputs } = without.toJSON();
    expect([...Object.keys(Resources), ...Object.keys(Outputs)].filter((id) => /^Door/.test(id))).toEqual([]);
    const said: string = template.toJSON().Outputs.Deployment.Value;
    expect(deploymentSchema(functionNames).parse(JSON.parse(said)).door).toBe(true);
  });

  test("answers as many at once as a setting says, which says nothing without it", async () => {
    const other = await synthesized({ door: "true", doorConcurrency: "7", monitoring: "false" });
    other.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: "fedstep-Door",
      ReservedConcurrentExecutions: 7,
    });
    other.resourceCountIs("AWS::CloudWatch::Alarm", 0);
    expect(() => parseSettings({ doorConcurrency: "7" })).toThrow(
      "doorConcurrency: there is no door with door=false",
    );
    for (const doorConcurrency of ["0", "1.5", "many"]) {
      expect(() => parseSettings({ door: "true", doorConcurrency })).toThrow(
        "doorConcurrency: takes a whole number",
      );
    }
  });

  test("has a flood and failures told, and the stack no more alarms than an account has free", () => {
    const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm"));
    expect(alarms).toHaveLength(5);
    const [lambda] = Object.entries(template.findResources("AWS::Lambda::Function")).flatMap(
      ([id, { Properties }]) => (Properties.FunctionName === "fedstep-Door" ? [id] : []),
    );
    for (const [name, MetricName, Threshold] of [
      ["DoorFlooded", "Throttles", 1000],
      ["DoorFailed", "Url5xxCount", 5],
    ]) {
      template.hasResourceProperties("AWS::CloudWatch::Alarm", {
        AlarmName: `fedstep-${name}`,
        MetricName,
        Threshold,
        Namespace: "AWS/Lambda",
        Statistic: "Sum",
        Dimensions: [{ Name: "FunctionName", Value: { Ref: lambda } }],
      });
    }
  });
});
