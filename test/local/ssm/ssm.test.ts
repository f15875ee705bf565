import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { localCredentials } from "../../../local/iam/credential-store.ts";
import { openSsm } from "../../../local/ssm/ssm.ts";
import { enforced, own } from "../iam/enforced.ts";
import { elsewhere, type GivenStatement } from "../iam/policies.ts";
import { refusal, temporaryDirectory } from "../s3/endpoint.ts";
import { settingsFor, signed } from "../signing.ts";
import { parameterLaws } from "./parameter-laws.ts";

const { access, authenticator, settingsOf } = enforced({});
const home = temporaryDirectory();
let endpoint: LocalEndpoint;
const closers: (() => unknown)[] = [];
/** One more emulator's, over the same home or another one. */
async function serve(at: string): Promise<LocalEndpoint> {
  const served = await startEndpoint(0);
  const ssm = await openSsm({ access, authenticator, home: at });
  served.serve("ssm", ssm.handle);
  closers.push(
    () => served.close(),
    () => ssm.close(),
  );
  return served;
}
beforeAll(async () => {
  endpoint = await serve(home);
});
afterAll(async () => {
  for (const close of closers) await close();
});

parameterLaws(() => settingsFor(endpoint.url));

const clientFor = (account: string, ...statements: GivenStatement[]) =>
  new SSMClient(settingsOf(endpoint.url, account, ...statements));
const put = (client: SSMClient, Name: string, more: Partial<PutParameterCommandInput> = {}) =>
  client.send(new PutParameterCommand({ Name, Value: "secret", Type: "SecureString", ...more }));
const read = async (client: SSMClient, Name: string) =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter?.Value;

test("who may not overwrite makes one, and no other in its place", async () => {
  const Condition = { StringNotEquals: { "ssm:Overwrite": "true" } };
  const client = clientFor(own, { Action: "ssm:PutParameter", Resource: "*", Condition });
  await put(client, "/first/keys");
  const again = { Overwrite: true };
  expect(await refusal(put(client, "/first/keys", again))).toMatchObject({ name: "AccessDeniedException" });
  expect(await refusal(put(client, "/first/keys"))).toMatchObject({ name: "ParameterAlreadyExists" });
});

describe("a parameter is its account's", () => {
  const all = { Action: "ssm:*", Resource: "*" };

  test("and nobody else's of the same name", async () => {
    const [mine, theirs] = [clientFor(own, all), clientFor(elsewhere, all)];
    await put(mine, "/both/keys", { Value: "mine" });
    expect(await refusal(read(theirs, "/both/keys"))).toMatchObject({ name: "ParameterNotFound" });
    await put(theirs, "/both/keys", { Value: "theirs" });
    expect(await read(mine, "/both/keys")).toBe("mine");
    expect(await read(theirs, "/both/keys")).toBe("theirs");
  });

  test("lies apart, for this user alone, whatever the process' umask", async () => {
    const before = process.umask(0);
    try {
      await put(clientFor(elsewhere, all), "/apart/keys", { Value: "the value of one" });
    } finally {
      process.umask(before);
    }
    const folder = join(home, "accounts", elsewhere, "parameters");
    const files = readdirSync(folder).map((name) => join(folder, name));
    const holding = files.filter((path) => readFileSync(path, "utf8").includes("the value of one"));
    expect(holding).toHaveLength(1);
    for (const path of files) expect(statSync(path).mode & 0o777).toBe(0o600);
    const besides = readdirSync(join(home, "parameters")).map((name) => join(home, "parameters", name));
    for (const path of besides) expect(readFileSync(path, "utf8")).not.toContain("the value of one");
  });

  test("lasts, and is one for all emulators of a home", async () => {
    const client = clientFor(own, all);
    await put(client, "/lasting/keys");
    const second = new SSMClient(settingsFor((await serve(home)).url));
    expect(await read(second, "/lasting/keys")).toBe("secret");
    expect(await refusal(put(second, "/lasting/keys"))).toMatchObject({ name: "ParameterAlreadyExists" });
    const other = new SSMClient(settingsFor((await serve(temporaryDirectory())).url));
    expect(await refusal(read(other, "/lasting/keys"))).toMatchObject({ name: "ParameterNotFound" });
  });
});

describe("rights", () => {
  const arn = (name: string) => `arn:aws:ssm:us-east-1:${own}:parameter${name}`;
  const denied = (action: string, name: string) => ({
    name: "AccessDeniedException",
    message: expect.stringContaining(
      `is not authorized to perform: ${action} on resource: ${arn(name)} because`,
    ),
  });

  test("are asked for each operation, on the parameter's ARN", async () => {
    await put(new SSMClient(settingsFor(endpoint.url)), "/rights/keys");
    const reader = clientFor(own, { Action: "ssm:GetParameter", Resource: arn("/rights/keys") });
    expect(await read(reader, "/rights/keys")).toBe("secret");
    expect(await refusal(read(reader, "/rights/others"))).toMatchObject(
      denied("ssm:GetParameter", "/rights/others"),
    );
    const overwrite = put(reader, "/rights/keys", { Overwrite: true });
    expect(await refusal(overwrite)).toMatchObject(denied("ssm:PutParameter", "/rights/keys"));
    const writer = clientFor(own, { Action: "ssm:PutParameter", Resource: arn("/rights/new") });
    await put(writer, "/rights/new");
    expect(await refusal(put(writer, "/rights/newer"))).toMatchObject(
      denied("ssm:PutParameter", "/rights/newer"),
    );
    expect(await refusal(read(writer, "/rights/new"))).toMatchObject(
      denied("ssm:GetParameter", "/rights/new"),
    );
  });

  test("of the account's administrator are none in another account", async () => {
    const theirs = { Name: `arn:aws:ssm:us-east-1:${elsewhere}:parameter/both/keys`, WithDecryption: true };
    const asked = new SSMClient(settingsFor(endpoint.url)).send(new GetParameterCommand(theirs));
    expect(await refusal(asked)).toMatchObject({ name: "ValidationException" });
  });

  test("are asked before it is told whether something is there", async () => {
    const nobody = clientFor(own);
    for (const name of ["/rights/keys", "/rights/none"]) {
      expect(await refusal(read(nobody, name))).toMatchObject(denied("ssm:GetParameter", name));
    }
  });
});

describe("refused by name", () => {
  test("other operations, in the SDK's words", async () => {
    const client = new SSMClient(settingsFor(endpoint.url));
    expect(await refusal(client.send(new DescribeParametersCommand({})))).toMatchObject({
      name: "UnknownOperationException",
      message: "AmazonSSM.DescribeParameters is not one of PutParameter, GetParameter",
    });
  });

  test.each<[string, Partial<PutParameterCommandInput>]>([
    ["Tags", { Tags: [{ Key: "a", Value: "b" }] }],
    ["Tier", { Tier: "Advanced" }],
    ["KeyId", { KeyId: "alias/own" }],
    ["Type", { Type: "StringList" }],
    ["AllowedPattern", { AllowedPattern: "a" }],
  ])("%s of another kind", async (field, more) => {
    const client = new SSMClient(settingsFor(endpoint.url));
    expect(await refusal(put(client, "/refused/keys", more))).toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(field),
    });
    expect(await refusal(read(client, "/refused/keys"))).toMatchObject({ name: "ParameterNotFound" });
  });

  test.each([
    ["AmazonSSM.constructor", "{}", "UnknownOperationException"],
    ["AmazonSSM.GetParameter", "{", "SerializationException"],
    ["AmazonSSM.GetParameter", "[]", "ValidationException"],
    ["AmazonSSM.GetParameter", "{}", "ValidationException"],
  ])("%s of %s", async (target, body, name) => {
    const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" };
    const answer = await signed(`${endpoint.url}/`, "ssm", { headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: name });
  });

  test("an unsigned request, and one that is signed for another service", async () => {
    const headers = { "x-amz-target": "AmazonSSM.GetParameter" };
    const unsigned = await fetch(endpoint.url, { method: "POST", headers, body: "{}" });
    expect(unsigned.status).toBe(400);
    expect(await unsigned.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
    const credentials = { ...localCredentials, secretAccessKey: "other" };
    const forged = await signed(`${endpoint.url}/`, "ssm", { headers, body: "{}", credentials });
    expect(await forged.json()).toMatchObject({ __type: "InvalidSignatureException" });
  });
});
