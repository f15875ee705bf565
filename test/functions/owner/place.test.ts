import { createHash, createHmac } from "node:crypto";
import { GenerateMacCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, test } from "vitest";
import { OwnersPlace } from "../../../functions/owner/home.ts";
import { macInKms, ParameterKeys } from "../../../functions/owner/parameter-keys.ts";
import { newKeys, OwnerKeys, publicKeysOf } from "../../../owner/keys.ts";
import { MemoryBucket } from "../memory-bucket.ts";

const $metadata = {};
const region = { region: "us-east-1" };

/** The Systems Manager of one account: parameters by name. */
function systemsManager() {
  const client = new SSMClient(region);
  const mock = mockClient(client);
  const kept = new Map<string, string>();
  mock.on(PutParameterCommand).callsFake(({ Name, Value, Overwrite, Type }) => {
    expect([Overwrite, Type]).toEqual([false, "SecureString"]);
    if (kept.has(Name)) throw new ParameterAlreadyExists({ message: "there", $metadata });
    kept.set(Name, Value);
    return {};
  });
  mock.on(GetParameterCommand).callsFake(({ Name, WithDecryption }) => {
    expect(WithDecryption).toBe(true);
    const Value = kept.get(Name);
    if (Value === undefined) throw new ParameterNotFound({ message: "none", $metadata });
    return { Parameter: { Value } };
  });
  return { client, kept, mock };
}

describe("an owner's keys in a parameter", () => {
  test("are those that were there first, whoever else has made some", async () => {
    const { client, kept } = systemsManager();
    const [first, second] = [newKeys(), newKeys()];
    const one = new ParameterKeys(client, "/clinic/keys", undefined);
    const other = new ParameterKeys(client, "/clinic/keys", undefined);
    expect(await one.read()).toBeUndefined();
    expect(await one.keep(first)).toEqual(first);
    expect(await other.keep(second)).toEqual(first);
    expect([...kept.keys()]).toEqual(["/clinic/keys"]);
    await expect(one.replace()).rejects.toMatchObject({ name: "OwnerInvalid" });
  });

  test("are read once an invocation", async () => {
    const { client, mock } = systemsManager();
    const keys = new ParameterKeys(client, "/clinic/keys", undefined);
    await keys.keep(newKeys());
    await keys.read();
    await keys.read();
    expect(mock.commandCalls(GetParameterCommand)).toHaveLength(1);
  });

  test("that somebody has written over are refused by the parameter's name", async () => {
    const { client, kept } = systemsManager();
    kept.set("/clinic/keys", "{}");
    const keys = new ParameterKeys(client, "/clinic/keys", undefined);
    await expect(keys.read()).rejects.toMatchObject({
      name: "OwnerHomeInvalid",
      message: expect.stringContaining("/clinic/keys"),
    });
  });
});

test("codes of data by a key in KMS are HMAC-SHA256 over their digest, and the file of keys has none", async () => {
  const key = Buffer.alloc(32, 7);
  const client = new KMSClient(region);
  mockClient(client)
    .on(GenerateMacCommand)
    .callsFake(({ KeyId, MacAlgorithm, Message }) => {
      expect([KeyId, MacAlgorithm]).toEqual(["key-1", "HMAC_SHA_256"]);
      expect(Message.length).toBeLessThanOrEqual(4096);
      return { Mac: createHmac("sha256", key).update(Message).digest() };
    });
  const file = newKeys(false);
  expect(file.mac).toBeUndefined();
  const owner = { format: 1, name: "Seoul", ...publicKeysOf(file) } as const;
  const keys = new OwnerKeys(file, owner, macInKms(client, "key-1"));
  const examples = { x: new Float32Array(5000).fill(1), y: Int32Array.of(0), count: 1, features: 5000 };
  const parts = [
    Buffer.from("fedstep/data\n1 5000\n"),
    Buffer.from(examples.x.buffer),
    Buffer.from(examples.y.buffer),
  ];
  const digest = createHash("sha256").update(Buffer.concat(parts)).digest();
  const message = Buffer.concat([Buffer.from("fedstep/mac\n"), digest]);
  expect(await keys.macOf(examples)).toBe(createHmac("sha256", key).update(message).digest("hex"));
  expect(await keys.trainingKey()).not.toEqual(
    await new OwnerKeys(
      { ...file, ...newKeys(), signing: file.signing, exchange: file.exchange },
      owner,
    ).trainingKey(),
  );
});

describe("the table of an owner's stack", () => {
  const environment = {
    ...{ bucket: "bucket", coordinatorBucket: "coordinators", federation: "clinics", name: "Seoul" },
    ...{ stack: "clinic", data: "data/table.csv", macKey: undefined },
  };

  test.each<[string, Uint8Array | undefined, RegExp]>([
    ["is missing", undefined, /s3:\/\/bucket\/data\/table.csv is not there: copy the table to it/],
    [
      "is larger than the function can read",
      new Uint8Array(2 ** 24 + 1),
      /more than 16777216 bytes.*larger -c memoryMb/,
    ],
  ])("that %s is refused by what to do", async (_, bytes, message) => {
    const bucket = new MemoryBucket(true);
    if (bytes) bucket.contents.set("data/table.csv", bytes);
    await expect(new OwnersPlace(environment, 128).readTable()).rejects.toThrow(message);
  });

  test("is read as it is", async () => {
    const bucket = new MemoryBucket(true);
    bucket.contents.set("data/table.csv", new TextEncoder().encode("a,b\n1,2\n"));
    const { label, bytes } = await new OwnersPlace(environment, 128).readTable();
    expect([label, new TextDecoder().decode(bytes)]).toEqual(["s3://bucket/data/table.csv", "a,b\n1,2\n"]);
  });
});
