import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { coordinatorAccount as account } from "../../../local/assembly/names.ts";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { AccessControl } from "../../../local/iam/access-control.ts";
import { CredentialStore, localCredentials } from "../../../local/iam/credential-store.ts";
import { roleSession } from "../../../local/iam/identity.ts";
import { noRights } from "../../../local/iam/rights.ts";
import type { Credentials } from "../../../local/iam/signature/signature.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { openS3 } from "../../../local/s3/s3.ts";
import { openSts } from "../../../local/sts/sts.ts";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { codeOfCall, hasModule, runPython } from "../python.ts";
import { policy, role } from "./policies.ts";

const Bucket = "objects";

const trainArn = `arn:aws:iam::${account}:role/Train`;
const ownerArn = `arn:aws:iam::${account}:role/Owner`;
const trainRole = role({
  account,
  arn: trainArn,
  policies: [
    policy("identity", {
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: `arn:aws:s3:::${Bucket}/updates/*`,
    }),
  ],
});
const ownerRole = role({
  account,
  arn: ownerArn,
  trust: policy("trust", {
    Principal: { AWS: account },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "sts:ExternalId": "machine" } },
  }),
});
const rights = {
  ...noRights,
  roles: new Map([
    [trainArn, trainRole],
    [ownerArn, ownerRole],
  ]),
};

let now = Date.now();
const keys = new CredentialStore(() => now);
let endpoint: LocalEndpoint;
let home = "";
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  const folder = await temporaryFolder();
  home = folder.path;
  const authenticator = new SignatureVerifier(keys, () => now);
  const access = new AccessControl();
  access.enforce(rights);
  endpoint = await startEndpoint(0);
  const s3 = openS3({ directory: `${home}/s3`, buckets: [Bucket], authenticator, access });
  const sts = await openSts({ authenticator, access, rights, keys });
  endpoint.serve("s3", s3.handle);
  endpoint.serve("sts", sts.handle);
  const folderGone = () => folder[Symbol.asyncDispose]();
  closers.push(() => endpoint.close(), sts.close, s3.close, folderGone);
});
afterAll(async () => {
  for (const close of closers) await close();
});

const run = (args: readonly string[], credentials?: Credentials) =>
  runPython(args, { url: endpoint.url, home, credentials });

/** With the names `s3`, `sts`, `code` (of a call's refusal, or "done") and `status` (of an address). */
const boto3 = (script: string, credentials?: Credentials) =>
  run(
    [
      "-c",
      `import boto3, urllib.request, urllib.error
from botocore.config import Config
${codeOfCall}
s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
sts = boto3.client("sts")
B = "${Bucket}"
def status(url, method="GET", body=None, headers={}):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method=method, headers=headers)) as answer:
            return f'{answer.status} {answer.read().decode()}'
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return f'{error.code} {text.split("<Code>")[1].split("</Code>")[0]}'
${script}`,
    ],
    credentials,
  );

const wrongSecret = { ...localCredentials, secretAccessKey: "other" };
const unknownKey = { ...localCredentials, accessKeyId: "AKIDEXAMPLE" };
const trainSession = () => keys.issue(roleSession(trainRole, "run"), 900);

describe.skipIf(!hasModule("boto3"))("boto3", () => {
  test("puts, gets and lists, whole and in parts, keys that have to be encoded too", async () => {
    const said = await boto3(`
import io
from boto3.s3.transfer import TransferConfig
for key in ["updates/a b+c=d&e~f'(g)*!.bin", "updates/äöü/%2F", "updates//x"]:
    s3.put_object(Bucket=B, Key=key, Body=b"bytes", Metadata={"round": "1"})
    assert s3.get_object(Bucket=B, Key=key)["Body"].read() == b"bytes"
big = bytes(range(251)) * 50000
s3.upload_fileobj(io.BytesIO(big), B, "updates/big", Config=TransferConfig(multipart_threshold=1, multipart_chunksize=5*2**20))
assert s3.get_object(Bucket=B, Key="updates/big")["Body"].read() == big
print(s3.list_objects_v2(Bucket=B, Prefix="updates/")["KeyCount"])`);
    expect(said).toBe("4");
  });

  test("hands on addresses, which hold for what they say and for their time", async () => {
    const said = await boto3(`
s3.put_object(Bucket=B, Key="updates/a", Body=b"bytes")
get = s3.generate_presigned_url("get_object", Params={"Bucket": B, "Key": "updates/a"}, ExpiresIn=60)
put = s3.generate_presigned_url("put_object", Params={"Bucket": B, "Key": "updates/b", "ContentType": "text/plain"}, ExpiresIn=60)
print(status(get))
print(status(get.replace("updates/a", "updates/b")))
print(status(get.replace("Expires=60", "Expires=600")))
print(status(put, "PUT", b"more", {"Content-Type": "text/plain"}))
print(status(put, "PUT", b"more", {"Content-Type": "text/html"}))
print(status(get.split("?")[0]))
old = boto3.client("s3", config=Config(signature_version="s3")).generate_presigned_url("get_object", Params={"Bucket": B, "Key": "updates/a"})
print(status(old))`);
    expect(said.split("\n")).toEqual([
      "200 bytes",
      "403 SignatureDoesNotMatch",
      "403 SignatureDoesNotMatch",
      "200 ",
      "403 SignatureDoesNotMatch",
      "403 AccessDenied",
      "400 InvalidRequest",
    ]);
  });

  test("finds an address that has expired", async () => {
    const url = await boto3(
      'print(s3.generate_presigned_url("get_object", Params={"Bucket": B, "Key": "updates/a"}, ExpiresIn=60))',
    );
    now = Date.now() + 90_000;
    expect(await boto3(`print(status("${url}"))`)).toBe("403 AccessDenied");
    now = Date.now();
  });

  const put = 'print(code(lambda: s3.put_object(Bucket=B, Key="updates/c", Body=b"1")))';
  const who = "print(code(sts.get_caller_identity))";
  test.each([
    ["a wrong secret", wrongSecret, "403 SignatureDoesNotMatch", "403 SignatureDoesNotMatch"],
    ["an unknown key", unknownKey, "403 InvalidAccessKeyId", "403 InvalidClientTokenId"],
    [
      "another token",
      { ...trainSession(), sessionToken: "other" },
      "400 InvalidToken",
      "403 InvalidClientTokenId",
    ],
  ])("is refused with %s", async (_, credentials, s3, sts) => {
    expect(await boto3(`${put}\n${who}`, credentials)).toBe(`${s3}\n${sts}`);
  });

  test("is refused with a clock that is off, and with credentials that have ended", async () => {
    const session = trainSession();
    now = Date.now() + 16 * 60_000;
    expect(await boto3(`${put}\n${who}`)).toBe("403 RequestTimeTooSkewed\n403 SignatureDoesNotMatch");
    expect(await boto3(`${put}\n${who}`, session)).toBe("400 ExpiredToken\n403 ExpiredToken");
    now = Date.now();
  });

  test("with a role's stolen credentials gets no other prefix", async () => {
    const said = await boto3(
      `
print(code(lambda: s3.put_object(Bucket=B, Key="updates/stolen", Body=b"1")))
print(code(lambda: s3.put_object(Bucket=B, Key="runs/stolen", Body=b"1")))
print(code(lambda: s3.get_object(Bucket=B, Key="shards/1")))
print(code(lambda: s3.delete_object(Bucket=B, Key="updates/stolen")))
print(status(s3.generate_presigned_url("get_object", Params={"Bucket": B, "Key": "shards/1"})))`,
      trainSession(),
    );
    expect(said.split("\n")).toEqual(["done", ...Array.from({ length: 4 }, () => "403 AccessDenied")]);
  });

  test("assumes another role with its external id alone", async () => {
    const assume = (more: string) =>
      `print(code(lambda: sts.assume_role(RoleArn="${ownerArn}", RoleSessionName="run"${more})))`;
    const said = await boto3(
      [assume(""), assume(', ExternalId="other"'), assume(', ExternalId="machine"')].join("\n"),
    );
    expect(said.split("\n")).toEqual(["403 AccessDenied", "403 AccessDenied", "done"]);
  });
});

describe.skipIf(!hasModule("awscli"))("the AWS CLI", () => {
  const aws = (args: readonly string[], credentials?: Credentials) =>
    run(["-m", "awscli", ...args], credentials);

  test("copies, and tells who it is", async () => {
    expect(await aws(["s3api", "put-object", "--bucket", Bucket, "--key", "updates/cli"])).toContain("ETag");
    expect(await aws(["s3", "ls", `s3://${Bucket}/updates/`])).toContain("cli");
    const who = JSON.parse(await aws(["sts", "get-caller-identity"], trainSession()));
    expect(who.Arn).toBe(`arn:aws:sts::${account}:assumed-role/Train/run`);
  });

  test.each([
    ["a wrong secret", wrongSecret, "SignatureDoesNotMatch"],
    ["an unknown key", unknownKey, "InvalidAccessKeyId"],
    ["a role that may not", trainSession(), "AccessDenied"],
  ])("is refused with %s", async (_, credentials, code) => {
    const said = await aws(
      ["s3api", "get-object", "--bucket", Bucket, "--key", "shards/1", "/dev/null"],
      credentials,
    );
    expect(said).toContain(`(${code}) when calling the GetObject operation`);
  });

  test("is refused another role without its external id", async () => {
    const said = await aws(["sts", "assume-role", "--role-arn", ownerArn, "--role-session-name", "run"]);
    expect(said).toContain("(AccessDenied) when calling the AssumeRole operation");
  });
});
