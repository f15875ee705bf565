import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openOwnerBundle } from "../../cdk/owner-bundle.ts";
import { shipOwnerStack } from "../../scripts/ship-owner-stack.ts";
import { ownerFiles } from "../../shared/owners/stack-names.ts";
import { synthesizedOwner } from "../cdk/synthesized-owner.ts";

const folder = mkdtempSync(join(tmpdir(), "fedstep-ship-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shipped = (name: string, at = "first") => readFileSync(join(folder, at, name));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

beforeAll(() => {
  const bundle = mkdtempSync(join(folder, "bundle-"));
  for (const name of Object.values(ownerFiles)) writeFileSync(join(bundle, name), `// ${name}\n`.repeat(99));
  shipOwnerStack(openOwnerBundle(bundle), join(folder, "first"));
  shipOwnerStack(openOwnerBundle(bundle), join(folder, "second"));
});

test("the same bundle gives the same bytes", () => {
  const names = ["digests.json", "function.zip", "template.json"];
  expect(readdirSync(join(folder, "first")).sort()).toEqual(names);
  for (const name of names) expect(shipped(name).equals(shipped(name, "second")), name).toBe(true);
});

test("the zip holds the functions' files, and the digests are of what is shipped", () => {
  const files = unzipSync(shipped("function.zip"));
  expect(Object.keys(files).sort()).toEqual(Object.values(ownerFiles).sort());
  const training = files[ownerFiles.training] ?? new Uint8Array();
  expect(JSON.parse(shipped("digests.json").toString())).toEqual({
    TrainClient: sha256(training),
    Owner: sha256(files[ownerFiles.handlers] ?? new Uint8Array()),
    "function.zip": sha256(shipped("function.zip")),
    "template.json": sha256(shipped("template.json")),
  });
  const template = JSON.parse(shipped("template.json").toString());
  expect(template.Outputs.TrainingBundle.Value).toBe(sha256(training));
});

test("the template is the CDK's, but for where its code is, and asks for no bootstrap", async () => {
  const { Parameters, Resources, Rules } = JSON.parse(shipped("template.json").toString());
  const { BootstrapVersion: _, ...parameters } = (await synthesizedOwner()).toJSON().Parameters;
  expect(Rules).toBeUndefined();
  expect(Object.keys(Parameters).sort()).toEqual(
    [...Object.keys(parameters), "CodeBucket", "CodeKey"].sort(),
  );
  // CloudFormation takes a template of that size from a file, and a larger one only from a bucket
  expect(shipped("template.json").length).toBeLessThan(51_200);
  const code = (of: Record<string, { Type: string; Properties: { Code?: unknown } }>) =>
    Object.entries(of).map(([id, { Type, Properties }]) => [
      id,
      Type === "AWS::Lambda::Function" ? { ...Properties, Code: undefined } : Properties,
    ]);
  expect(code(Resources)).toEqual(code((await synthesizedOwner()).toJSON().Resources));
  for (const { Type, Properties } of Object.values<{ Type: string; Properties: { Code?: unknown } }>(
    Resources,
  )) {
    if (Type !== "AWS::Lambda::Function") continue;
    expect(Properties.Code).toEqual({ S3Bucket: { Ref: "CodeBucket" }, S3Key: { Ref: "CodeKey" } });
  }
});
