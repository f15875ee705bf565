import { GenerateMacCommand, KMSClient, type KMSClientConfig } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal } from "../s3/endpoint.ts";

export interface ServedKeys {
  readonly settings: KMSClientConfig;
  /** ARNs: of two keys of spec HMAC_256, and of one that encrypts. */
  readonly mac: string;
  readonly other: string;
  readonly symmetric: string;
}

/** What another KMS does otherwise, by the law's name, and why. */
export type Exceptions = Readonly<Record<string, string>>;

/** What holds of the MACs of every KMS, asked by the SDK. */
export function macLaws(open: () => ServedKeys, exceptions: Exceptions = {}): void {
  let keys: ServedKeys;
  let client: KMSClient;
  beforeAll(() => {
    keys = open();
    client = new KMSClient({ ...keys.settings, maxAttempts: 1 });
  });
  afterAll(() => client.destroy());
  const idOf = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);
  const generate = (
    KeyId: string,
    message: string,
    MacAlgorithm: "HMAC_SHA_256" | "HMAC_SHA_512" = "HMAC_SHA_256",
  ) => client.send(new GenerateMacCommand({ KeyId, Message: Buffer.from(message), MacAlgorithm }));
  const macOf = async (KeyId: string, message: string) =>
    Buffer.from((await generate(KeyId, message)).Mac ?? []).toString("hex");

  const laws: Readonly<Record<string, () => Promise<void>>> = {
    "a MAC has 32 bytes, and is the same for the same message and key": async () => {
      const mac = await macOf(keys.mac, "one");
      expect(mac).toMatch(/^[0-9a-f]{64}$/);
      expect(await macOf(keys.mac, "one")).toBe(mac);
      expect(await macOf(keys.mac, "two")).not.toBe(mac);
      expect(await macOf(keys.other, "one")).not.toBe(mac);
    },
    "a key is named by its id too": async () => {
      expect(await macOf(idOf(keys.mac), "one")).toBe(await macOf(keys.mac, "one"));
    },
    "the answer names key and algorithm": async () => {
      const { KeyId, MacAlgorithm } = await generate(idOf(keys.mac), "one");
      expect({ KeyId, MacAlgorithm }).toEqual({ KeyId: keys.mac, MacAlgorithm: "HMAC_SHA_256" });
    },
    "a message has 1 to 4096 bytes": async () => {
      expect(await macOf(keys.mac, "m".repeat(4096))).toMatch(/^[0-9a-f]{64}$/);
      for (const message of ["", "m".repeat(4097)]) {
        expect(await refusal(generate(keys.mac, message))).toMatchObject({
          name: "ValidationException",
          status: 400,
        });
      }
    },
    "a key that encrypts makes no MAC": async () => {
      expect(await refusal(generate(keys.symmetric, "one"))).toMatchObject({
        name: "InvalidKeyUsageException",
      });
    },
    "a key makes MACs of its own algorithm": async () => {
      const refused = await refusal(generate(keys.mac, "one", "HMAC_SHA_512"));
      expect(refused).toMatchObject({ name: "InvalidKeyUsageException" });
    },
    "a key that is not there is not found": async () => {
      const none = keys.mac.replace(idOf(keys.mac), "00000000-0000-0000-0000-000000000000");
      for (const KeyId of [none, idOf(none)]) {
        expect(await refusal(generate(KeyId, "one"))).toMatchObject({
          name: "NotFoundException",
          status: 400,
        });
      }
    },
  };

  describe("holds that", () => {
    for (const [law, check] of Object.entries(laws)) {
      const why = exceptions[law];
      if (why === undefined) test(law, check);
      // an exception that no longer is one has to go
      else test.fails(`${law} (not here: ${why})`, check);
    }
  });
  test("every exception is of a law", () => {
    expect(Object.keys(laws)).toEqual(expect.arrayContaining(Object.keys(exceptions)));
  });
}
