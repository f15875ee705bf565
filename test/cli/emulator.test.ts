import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { localBucket } from "../../local/assembly/names.ts";
import { administratorCredentials } from "../../local/iam/credential-store.ts";
import { smallTemplate, writeSmallAssembly } from "../local/assembly/small-assembly.ts";
import { settingsFor } from "../local/signing.ts";
import { fedstep, sharedHome } from "./terminal.ts";

test("fedstep emulator tells its one address, and how to get there", async () => {
  const interrupt = new AbortController();
  // it stands up, says so, and leaves again
  const answer = await fedstep(["emulator", "--home", sharedHome(), "--port", "0"], {
    signal: interrupt.signal,
    onPrinted: () => interrupt.abort(),
  });
  expect(answer.code).toBe(130);
  const [, url] =
    /^S3, Lambda, Step Functions, CloudFormation, STS, SSM and KMS at (.*)$/m.exec(answer.output) ?? [];
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const exported = answer.output.matchAll(/(AWS_\w+)=(\S+)/g);
  expect(Object.fromEntries([...exported].map(([, name, value]) => [name, value]))).toEqual({
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  expect(answer.output).toContain("aws s3 ls s3://fedstep-objects/runs/");
  expect(answer.output).toMatch(/--state-machine-arn arn:aws:states:us-east-1:\d+:stateMachine:fedstep$/m);
});

test("fedstep emulator --explain says of a denied request who asked, and which statement denied it", async () => {
  const interrupt = new AbortController();
  let printed = "";
  let denied: Promise<string> | undefined;
  const answer = await fedstep(["emulator", "--home", sharedHome(), "--port", "0", "--explain"], {
    signal: interrupt.signal,
    onPrinted(text) {
      printed += text;
      const [, url] = /AWS_ENDPOINT_URL=(\S+)/.exec(printed) ?? [];
      if (url !== undefined) denied ??= writtenOver(url).finally(() => interrupt.abort());
    },
  });
  expect(await denied).toBe("AccessDenied");
  expect(answer.said).toContain("denied: s3:PutObject\n  who:  arn:aws:iam::000000000000:root\n");
  expect(answer.said).toContain("  what: arn:aws:s3:::fedstep-objects/runs/r/plan.json\n");
  expect(answer.said).toMatch(
    /denied by statement WrittenOnce of ObjectsBucketPolicy\w+ \(resource-based policy\):/,
  );
});

/** Writes a stack that is told whose it is, and puts that out. */
function writeOwner(): string {
  const folder = mkdtempSync(join(sharedHome(), "owner-"));
  const template = smallTemplate();
  delete template.Resources.Machine;
  const Parameters = { OwnerName: { Type: "String", AllowedPattern: "[a-z]+" } };
  const Outputs = { Owner: { Value: { Ref: "OwnerName" } } };
  writeSmallAssembly(folder, { ...template, Parameters, Outputs }, { stack: "owner" });
  return folder;
}

test("fedstep emulator --deploy tells of each account's administrator, and gives each its parameters", async () => {
  const folder = writeOwner();
  const interrupt = new AbortController();
  let printed = "";
  let who: Promise<string> | undefined;
  const accounts = ["111122223333", "444455556666"];
  const deploy = accounts.flatMap((account) => ["--deploy", `${account}=${folder}`]);
  const parameters = ["hospital", "clinic"].flatMap((name, i) => [
    "--parameter",
    `${accounts[i]}.OwnerName=${name}`,
  ]);
  const answer = await fedstep(
    ["emulator", "--home", sharedHome(), "--port", "0", ...deploy, ...parameters],
    {
      signal: interrupt.signal,
      onPrinted(text) {
        printed += text;
        const [, url] = /AWS_ENDPOINT_URL=(\S+)/.exec(printed) ?? [];
        if (url !== undefined) who ??= stackOf(url, accounts[1] ?? "").finally(() => interrupt.abort());
      },
    },
  );
  expect(answer.code).toBe(130);
  for (const account of accounts) {
    expect(answer.output).toContain(
      `as the administrator of account ${account}, with owner:\n` +
        `  export AWS_ACCESS_KEY_ID=${account} AWS_SECRET_ACCESS_KEY=local\n`,
    );
  }
  expect(await who).toBe("arn:aws:cloudformation:us-east-1:444455556666:stack/owner/local of clinic");
});

test.each<[string, string]>([
  ["owner=cdk.out", "takes an account of 12 digits and a folder"],
  ["111122223333", "takes an account of 12 digits and a folder"],
  ["111122223333=/nowhere", "/nowhere holds no cloud assembly"],
])("fedstep emulator --deploy %s is bad input", async (given, why) => {
  const { code, said } = await fedstep([
    "emulator",
    "--home",
    sharedHome(),
    "--port",
    "0",
    "--deploy",
    given,
  ]);
  expect(code).toBe(2);
  expect(said).toContain(why);
});

test.each<[string, readonly string[], string]>([
  ["OwnerName=hospital", [], "takes account, name and value"],
  ["111122223333.OwnerName", [], "takes account, name and value"],
  ["111122223333.OwnerName=a", [], "--deploy puts no stack into that account"],
  ["111122223333.OwnerName=a", ["111122223333", "111122223333"], "--deploy puts 2 stacks into that account"],
  ["111122223333.OwnerName=A", ["111122223333"], 'the parameter OwnerName cannot be "A"'],
  ["111122223333.Owner=a", ["111122223333"], "the template has no parameter Owner; it has OwnerName"],
])("fedstep emulator --parameter %s with stacks in %j is bad input", async (given, accounts, why) => {
  const folder = writeOwner();
  const deploy = accounts.flatMap((account) => ["--deploy", `${account}=${folder}`]);
  const args = ["emulator", "--home", sharedHome(), "--port", "0", ...deploy, "--parameter", given];
  const { code, said } = await fedstep(args);
  expect(code).toBe(2);
  expect(said).toContain(why);
});

test("fedstep emulator --parameter is given once", async () => {
  const args = [
    "emulator",
    "--home",
    sharedHome(),
    "--port",
    "0",
    "--deploy",
    `111122223333=${writeOwner()}`,
  ];
  const twice = ["a", "b"].flatMap((value) => ["--parameter", `111122223333.OwnerName=${value}`]);
  const { code, said } = await fedstep([...args, ...twice]);
  expect(code).toBe(2);
  expect(said).toContain("--parameter 111122223333.OwnerName is given twice");
});

/** What an account's administrator is told of its only stack, and whose that is. */
async function stackOf(endpoint: string, account: string): Promise<string> {
  const credentials = administratorCredentials(account);
  const client = new CloudFormationClient({ ...settingsFor(endpoint), credentials });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  client.destroy();
  return Stacks.map(({ StackId, Outputs }) => `${StackId} of ${Outputs?.[0]?.OutputValue}`).join();
}

/** Writes where something might be, which not even the administrator may. */
async function writtenOver(url: string): Promise<string> {
  const s3 = new S3Client({ ...settingsFor(url), forcePathStyle: true });
  const put = new PutObjectCommand({ Bucket: localBucket, Key: "runs/r/plan.json", Body: "{}" });
  try {
    await s3.send(put);
    return "written";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  } finally {
    s3.destroy();
  }
}
