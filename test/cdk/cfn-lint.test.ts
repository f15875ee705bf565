import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openOwnerBundle } from "../../cdk/owner-bundle.ts";
import { ownerTemplate } from "../../cdk/owner-template.ts";
import { ownerFiles } from "../../shared/owners/account.ts";
import { synthesized } from "./synthesized.ts";
import { synthesizedOwner } from "./synthesized-owner.ts";

const hasLint = spawnSync("cfn-lint", ["--version"]).status === 0;

/**
 * What cfn-lint finds wrong or doubtful in a template. Its copy of CloudFormation's schema may be behind: dashboards do take
 * tags (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html).
 */
function lint(template: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-lint-"));
  try {
    const file = join(folder, "template.json");
    writeFileSync(file, template);
    // the CDK names a function's role as a dependency beside the reference to it
    const options = ["--format", "parseable", "--regions", "us-east-1", "--ignore-checks", "W3005"];
    const { stdout } = spawnSync("cfn-lint", [...options, "--", file], { encoding: "utf8" });
    const behind = /E3002:.*'Tags' was unexpected/;
    return stdout.split("\n").filter((line) => line !== "" && !behind.test(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function shippedTemplate(): string {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-lint-"));
  try {
    for (const name of Object.values(ownerFiles)) writeFileSync(join(folder, name), name);
    return ownerTemplate(openOwnerBundle(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!hasLint)("cfn-lint finds nothing", () => {
  test("in an owner's stack, with all that can be asked for", async () => {
    const template = await synthesizedOwner({ kmsKey: true });
    expect(lint(JSON.stringify(template.toJSON()))).toEqual([]);
  }, 120_000);

  test("in the template that owners deploy without the CDK", () => {
    expect(lint(shippedTemplate())).toEqual([]);
  }, 120_000);

  test("in the coordinator's stack, with a door, a key and an owner's account", async () => {
    const ownerAccounts = "clinics=111122223333/fedstep-owner";
    const template = await synthesized({ door: true, encryptionKey: true, ownerAccounts });
    expect(lint(JSON.stringify(template.toJSON()))).toEqual([]);
  }, 120_000);

  test("and says what is wrong where something is", () => {
    const wrong = { Resources: { Bucket: { Type: "AWS::S3::Bucket", Properties: { Versioned: true } } } };
    expect(lint(JSON.stringify(wrong)).join()).toContain("E3002");
  });
});
