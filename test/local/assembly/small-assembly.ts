// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are CloudFormation's
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const code = "export const handler = async () => 'done';\n";

/** What a template says of the bundle that it deploys. */
export const bundleOf = (source: string) => ({
  "fedstep:bundle": {
    bytes: Buffer.byteLength(source),
    sha256: createHash("sha256").update(source).digest("hex"),
  },
});
const key = "0123.zip";

/** A stack of one function, in the form that the CDK writes. */
export const smallTemplate = () => ({
  Resources: {
    Objects0A1B2C3D: { Type: "AWS::S3::Bucket" },
    Train0A1B2C3D: {
      Type: "AWS::Lambda::Function",
      Metadata: bundleOf(code),
      Properties: {
        Code: { S3Bucket: { "Fn::Sub": "assets-${AWS::AccountId}-${AWS::Region}" }, S3Key: key },
        Environment: { Variables: { FEDSTEP_BUCKET: { Ref: "Objects0A1B2C3D" } } },
        FunctionName: { "Fn::Join": ["-", [{ Ref: "AWS::StackName" }, "Train"]] },
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Runtime: "nodejs24.x",
        Timeout: 60,
      } as Record<string, unknown>,
    },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: ["lambda.amazonaws.com", "states.amazonaws.com"] },
              Action: "sts:AssumeRole",
            },
          ],
        },
      } as Record<string, unknown>,
    },
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        DefinitionString: {
          "Fn::Join": [
            "",
            [
              '{"StartAt":"Train","States":{"Train":{"Type":"Task","End":true,"Resource":"',
              { "Fn::GetAtt": ["Train0A1B2C3D", "Arn"] },
              '"}}}',
            ],
          ],
        },
        RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
        StateMachineName: "small",
      } as Record<string, unknown>,
    },
  } as Record<string, { Type: string; Properties?: Record<string, unknown>; [field: string]: unknown }>,
});

export type SmallTemplate = ReturnType<typeof smallTemplate>;

/** @param source of every function's handler */
export function writeSmallAssembly(
  directory: string,
  template: Pick<SmallTemplate, "Resources"> & Readonly<Record<string, unknown>> = smallTemplate(),
  { stack = "small", source = code } = {},
): void {
  const write = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
  mkdirSync(join(directory, "asset.0123"), { recursive: true });
  writeFileSync(join(directory, "asset.0123", "index.mjs"), source);
  write(`${stack}.template.json`, template);
  write(`${stack}.assets.json`, {
    files: {
      "0123": {
        source: { path: "asset.0123", packaging: "zip" },
        destinations: { here: { objectKey: key } },
      },
      template: {
        source: { path: `${stack}.template.json`, packaging: "file" },
        destinations: { here: { objectKey: "template.json" } },
      },
    },
  });
  write("manifest.json", {
    artifacts: {
      [`${stack}.assets`]: { type: "cdk:asset-manifest", properties: { file: `${stack}.assets.json` } },
      [stack]: { type: "aws:cloudformation:stack", properties: { templateFile: `${stack}.template.json` } },
      "aws-cdk-lib/feature-flag-report": { type: "cdk:feature-flag-report" },
    },
  });
}
