import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openOwnerBundle } from "../../cdk/owner-bundle.ts";
import { ownerTemplate } from "../../cdk/owner-template.ts";
import { ownerFiles } from "../../shared/owners/stack-names.ts";
import { synthesized } from "./synthesized.ts";
import { synthesizedOwner } from "./synthesized-owner.ts";

const hasLint = spawnSync("cfn-lint", ["--version"]).status === 0;

/** With all that can be asked for. */
const templates = {
  "an owner's stack": async () => (await synthesizedOwner({ kmsKey: true })).toJSON(),
  "the template that owners deploy without the CDK": async () => JSON.parse(shippedTemplate()),
  "the coordinator's stack, with a door, a key and an owner's account": async () => {
    const ownerAccounts = "clinics=111122223333/fedstep-owner";
    return (await synthesized({ door: true, encryptionKey: true, ownerAccounts })).toJSON();
  },
};

const wrong = { Resources: { Bucket: { Type: "AWS::S3::Bucket", Properties: { Versioned: true } } } };

/**
 * What cfn-lint finds wrong or doubtful in each template. One process lints them all, since reading its rules and schemas
 * takes it longer than a template. Its copy of CloudFormation's schema may be behind: dashboards do take tags
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html).
 */
function lint(all: readonly unknown[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "fedstep-lint-"));
  try {
    const files = all.map((template, index) => {
      const file = join(folder, `template-${index}.json`);
      writeFileSync(file, JSON.stringify(template));
      return file;
    });
    // the CDK names a function's role as a dependency beside the reference to it
    const options = ["--format", "parseable", "--regions", "us-east-1", "--ignore-checks", "W3005"];
    const { stdout } = spawnSync("cfn-lint", [...options, "--", ...files], { encoding: "utf8" });
    const behind = /E3002:.*'Tags' was unexpected/;
    const found = stdout.split("\n").filter((line) => line !== "" && !behind.test(line));
    const of = (line: string) => files.findIndex((file) => line.startsWith(`${file}:`));
    // what names no template is told with the first
    return files.map((_, index) => found.filter((line) => Math.max(0, of(line)) === index));
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

describe.skipIf(!hasLint)("cfn-lint", () => {
  const names = Object.keys(templates);
  let found: string[][];
  beforeAll(async () => {
    const made = await Promise.all(Object.values(templates).map((make) => make()));
    found = lint([...made, wrong]);
  });

  test.each(names)("finds nothing in %s", (name) => {
    expect(found[names.indexOf(name)]).toEqual([]);
  });

  test("says what is wrong where something is", () => {
    expect(found[names.length]?.join()).toContain("E3002");
  });
});
