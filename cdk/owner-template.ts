import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App, CfnParameter } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import * as z from "zod";
import { appContext } from "./feature-flags.ts";
import { codeParameters } from "./outputs.ts";
import type { OwnerBundle } from "./owner-bundle.ts";
import { parseOwnerSettings } from "./owner-settings.ts";
import { OwnerStack } from "./owner-stack.ts";

const bootstrapped = z.looseObject({ Parameters: z.record(z.string(), z.unknown()), Rules: z.unknown() });

/**
 * The template of an owner's stack for who deploys it without the CDK: two more parameters say where the functions' code was
 * put. It asks for no bootstrap, and has no settings but its parameters.
 */
export function ownerTemplate(bundle: Pick<OwnerBundle, "handlers" | "training">): string {
  const outdir = mkdtempSync(join(tmpdir(), "fedstep-template-"));
  try {
    const app = new App({ ...appContext, outdir });
    const settings = parseOwnerSettings({});
    const stack = new OwnerStack(app, { settings, bundle, code: codeOfParameters });
    const { template } = app.synth().getStackByName(stack.stackName);
    // what the CDK asks for of its own bootstrap stack, from which nothing is taken here
    const { Rules: _, Parameters: parameters, ...rest } = bootstrapped.parse(template);
    const { BootstrapVersion: __, ...Parameters } = parameters;
    return `${JSON.stringify({ ...rest, Parameters }, null, 1)}\n`;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function codeOfParameters(scope: Construct): Code {
  const parameter = (name: string, description: string) =>
    new CfnParameter(scope, name, { type: "String", description });
  return Code.fromCfnParameters({
    bucketNameParam: parameter(
      codeParameters.bucket,
      "Bucket, in the stack's region, that function.zip was put into",
    ),
    objectKeyParam: parameter(codeParameters.key, "Key of function.zip there"),
  });
}
