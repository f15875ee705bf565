import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DescribeKeyCommand, GenerateMacCommand, KMSClient } from "@aws-sdk/client-kms";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalKey } from "../../../local/assembly/assembly.ts";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { openKms } from "../../../local/kms/kms.ts";
import { enforced, own } from "../iam/enforced.ts";
import { elsewhere, type GivenStatement, policy } from "../iam/policies.ts";
import { refusal, temporaryDirectory } from "../s3/endpoint.ts";
import { settingsFor } from "../signing.ts";
import { macLaws } from "./mac-laws.ts";

const arnOf = (id: string, account = own) => `arn:aws:kms:us-east-1:${account}:key/${id}`;
const key = (id: string, account = own, spec = "HMAC_256", usage = "GENERATE_VERIFY_MAC"): LocalKey => ({
  id,
  arn: arnOf(id, account),
  spec,
  usage,
});
const keys = [
  key("mac"),
  key("other"),
  key("closed"),
  key("theirs", elsewhere),
  key("long", own, "HMAC_512"),
  key("plain", own, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
];
/** As the CDK has every key leave it to the account's IAM. */
const leaving = (account: string) =>
  policy("resource", { Principal: { AWS: account }, Action: "kms:*", Resource: "*" });
const { access, authenticator, settingsOf } = enforced({
  resourcePolicies: new Map([
    ...["mac", "other", "plain", "long"].map((id) => [arnOf(id), leaving(own)] as const),
    [arnOf("closed"), policy("resource", { Principal: { AWS: elsewhere }, Action: "kms:*", Resource: "*" })],
    [arnOf("theirs", elsewhere), leaving(elsewhere)],
  ]),
});
const home = temporaryDirectory();
let endpoint: LocalEndpoint;
const closers: (() => unknown)[] = [];
/** One more emulator's, over the same home or another one. */
async function serve(at: string): Promise<LocalEndpoint> {
  const served = await startEndpoint(0);
  const kms = await openKms({ access, authenticator, home: at, keys });
  served.serve("kms", kms.handle);
  closers.push(
    () => served.close(),
    () => kms.close(),
  );
  return served;
}
beforeAll(async () => {
  endpoint = await serve(home);
});
afterAll(async () => {
  for (const close of closers) await close();
});

macLaws(() => ({
  settings: settingsFor(endpoint.url),
  mac: arnOf("mac"),
  other: arnOf("other"),
  symmetric: arnOf("plain"),
}));

const administrator = (at = endpoint) => new KMSClient(settingsFor(at.url));
const clientFor = (account: string, ...statements: GivenStatement[]) =>
  new KMSClient(settingsOf(endpoint.url, account, ...statements));
async function macOf(client: KMSClient, KeyId: string, message = "one") {
  const Message = Buffer.from(message);
  const { Mac } = await client.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm: "HMAC_SHA_256" }));
  return Buffer.from(Mac ?? []).toString("hex");
}

describe("a key's material", () => {
  test("is 32 bytes, by which another implementation comes to the same MAC", async () => {
    const mac = await macOf(administrator(), "mac");
    const material = Buffer.from(readFileSync(join(home, "keys", "mac.hex"), "utf8").trim(), "hex");
    expect(material).toHaveLength(32);
    expect(mac).toBe(Buffer.from(hmac(sha256, material, Buffer.from("one"))).toString("hex"));
  });

  test("lasts, and is another one in another home", async () => {
    const mac = await macOf(administrator(), "mac");
    expect(await macOf(administrator(await serve(home)), "mac")).toBe(mac);
    expect(await macOf(administrator(await serve(temporaryDirectory())), "mac")).not.toBe(mac);
  });

  test("lies below its account, for this user alone", async () => {
    await macOf(clientFor(elsewhere, { Action: "kms:GenerateMac", Resource: "*" }), "theirs");
    const path = join(home, "accounts", elsewhere, "keys", "theirs.hex");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    mkdirSync(join(home, "keys"), { recursive: true });
    expect(readdirSync(join(home, "keys"))).not.toContain("theirs.hex");
  });
});

describe("rights", () => {
  const denied = (arn: string, type: string) => ({
    name: "AccessDeniedException",
    message: expect.stringContaining(
      `is not authorized to perform: kms:GenerateMac on resource: ${arn} because no ${type} policy allows`,
    ),
  });

  test("are asked of who asks, on the key's ARN", async () => {
    const client = clientFor(own, { Action: "kms:GenerateMac", Resource: arnOf("mac") });
    expect(await macOf(client, "mac")).toHaveLength(64);
    expect(await refusal(macOf(client, "other"))).toMatchObject(denied(arnOf("other"), "identity-based"));
    expect(await refusal(macOf(clientFor(own), "mac"))).toMatchObject(denied(arnOf("mac"), "identity-based"));
  });

  test("are asked of the key, whose policy alone lets the account in", async () => {
    const all = { Action: "kms:*", Resource: "*" };
    for (const client of [clientFor(own, all), administrator()]) {
      expect(await refusal(macOf(client, "closed"))).toMatchObject(denied(arnOf("closed"), "resource-based"));
      const theirs = arnOf("theirs", elsewhere);
      expect(await refusal(macOf(client, theirs))).toMatchObject(denied(theirs, "resource-based"));
      // whether it is there or not
      const none = arnOf("none", elsewhere);
      expect(await refusal(macOf(client, none))).toMatchObject(denied(none, "resource-based"));
    }
    expect(await macOf(clientFor(elsewhere, all), arnOf("closed"))).toHaveLength(64);
  });

  test("may hang on the algorithm", async () => {
    const only = (algorithm: string) => ({
      Action: "kms:GenerateMac",
      Resource: "*",
      Condition: { StringEquals: { "kms:MacAlgorithm": algorithm } },
    });
    expect(await macOf(clientFor(own, only("HMAC_SHA_256")), "mac")).toHaveLength(64);
    const other = macOf(clientFor(own, only("HMAC_SHA_512")), "mac");
    expect(await refusal(other)).toMatchObject(denied(arnOf("mac"), "identity-based"));
  });
});

describe("refused by name", () => {
  test("another operation, a longer key, and an alias", async () => {
    expect(await refusal(administrator().send(new DescribeKeyCommand({ KeyId: "mac" })))).toMatchObject({
      name: "UnknownOperationException",
      message: "TrentService.DescribeKey is not one of GenerateMac",
    });
    expect(await refusal(macOf(administrator(), "long"))).toMatchObject({ name: "InvalidKeyUsageException" });
    for (const alias of ["alias/mac", arnOf("x").replace("key/x", "alias/mac")]) {
      expect(await refusal(macOf(administrator(), alias))).toMatchObject({
        name: "ValidationException",
        message: expect.stringContaining(`not its alias ${alias}`),
      });
    }
  });

  test("a grant", async () => {
    const asked = { KeyId: "mac", Message: Buffer.from("one"), MacAlgorithm: "HMAC_SHA_256" as const };
    const granted = administrator().send(new GenerateMacCommand({ ...asked, GrantTokens: ["token"] }));
    expect(await refusal(granted)).toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("GrantTokens"),
    });
  });
});
