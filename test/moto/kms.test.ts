import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe } from "vitest";
import { type Exceptions, macLaws, type ServedKeys } from "../local/kms/mac-laws.ts";
import { hasMoto, type Moto, startMoto } from "./moto.ts";

const exceptions: Exceptions = {
  "the answer names key and algorithm": "moto repeats how the key was named, where KMS tells its ARN",
  "a message has 1 to 4096 bytes": "moto takes any length",
  "a key makes MACs of its own algorithm": "moto takes any algorithm",
};

/** The laws that the local KMS is held to, asked of one that nobody here wrote. */
describe.skipIf(!hasMoto())("moto's KMS", () => {
  let moto: Moto;
  let keys: ServedKeys;
  beforeAll(async () => {
    moto = await startMoto();
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const settings = { endpoint: moto.endpoint.url, region: "us-east-1", credentials };
    const client = new KMSClient(settings);
    const make = async (kind: object) =>
      (await client.send(new CreateKeyCommand(kind))).KeyMetadata?.Arn ?? "";
    const hmac = { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" };
    keys = { settings, mac: await make(hmac), other: await make(hmac), symmetric: await make({}) };
    client.destroy();
  });
  afterAll(() => moto?.close());
  macLaws(() => keys, exceptions);
});
