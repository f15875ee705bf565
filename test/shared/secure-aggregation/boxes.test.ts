import { createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../../../shared/canonical-json.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { fromBase64url, toBase64url } from "../../../shared/owners/identity.ts";
import {
  type BoxesRecord,
  boxesRecord,
  openBox,
  sealBoxes,
} from "../../../shared/secure-aggregation/boxes.ts";
import {
  coordinatorsKey,
  coordinatorsKeys,
  sealingKeys,
} from "../../../shared/secure-aggregation/helper-keys.ts";
import { contextSha256 } from "../../../shared/secure-aggregation/round-context.ts";
import {
  type HelperNumber,
  helperNumbers,
  maskSecrets,
  seedsOf,
} from "../../../shared/secure-aggregation/seeds.ts";
import { ExchangeKeys, nodesX25519, webX25519 } from "../../../shared/secure-aggregation/x25519.ts";

const context = {
  run: "r",
  attempt: 1,
  round: 2,
  plan: "1".repeat(64),
  chainSha256: "2".repeat(64),
  globalSha256: "3".repeat(64),
};
const update = { client: 5, task: "train", updateSha256: "4".repeat(64) } as const;
const secrets = maskSecrets(new Uint8Array(32).fill(1), {
  roundSha256: contextSha256(context),
  client: 5,
  task: "train",
  examplesSha256: "5".repeat(64),
});
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

let keys: Awaited<ReturnType<typeof sealingKeys>>;
let sealed: BoxesRecord;
beforeAll(async () => {
  keys = await sealingKeys({ config: resolveConfig({ set: ["seed=1"] }) });
  sealed = await sealBoxes(context, update, secrets, keys);
});
const open = async (record: BoxesRecord, helper: HelperNumber, of: HelperNumber = helper) =>
  openBox(record, helper, (await coordinatorsKeys(1))[of]);

describe.each([
  ["WebCrypto's", webX25519],
  ["Node's", nodesX25519],
])("%s X25519", (_, by) => {
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
  const alice = bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const bob = bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");

  test("comes to RFC 7748's public key and shared secret (section 6.1)", async () => {
    const [own, other] = [await ExchangeKeys.of(alice, by), await ExchangeKeys.of(bob, by)];
    expect(Buffer.from(own.publicKey, "base64url").toString("hex")).toBe(
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    );
    expect(hex(await own.sharedSecret(other.publicKey))).toBe(
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    );
  });

  test.each([
    ["too short", 31, 9],
    ["too long", 33, 9],
    ["of small order", 32, 0],
  ])("refuses another's key that is %s, by name", async (_what, length, first) => {
    const others = Buffer.from([first, ...new Array<number>(length - 1).fill(0)]).toString("base64url");
    const own = await ExchangeKeys.of(alice, by);
    await expect(own.sharedSecret(others)).rejects.toMatchObject({ name: "BoxInvalid" });
  });
});

describe("a client's boxes", () => {
  test("have for each helper the seeds of the other two", async () => {
    for (const helper of helperNumbers) {
      const opened = await open(sealed, helper);
      expect([...opened].map(([seed, bytes]) => [seed, hex(bytes)])).toEqual(
        seedsOf(helper).map((seed) => [seed, hex(secrets.seeds[seed])]),
      );
    }
  });

  test("are the same bytes when they are sealed again, and are what their schema says", async () => {
    expect(await sealBoxes(context, update, secrets, keys)).toEqual(sealed);
    expect(boxesRecord.parse(sealed)).toEqual(sealed);
  });

  test("open by node's own crypto: X25519, HKDF and AES-256-GCM as they are described", async () => {
    const jwk = { kty: "OKP", crv: "X25519", x: keys[2], d: toBase64url(coordinatorsKey(1, 2)) };
    const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
    const publicKey = createPublicKey({
      key: { kty: "OKP", crv: "X25519", x: sealed.ephemeral },
      format: "jwk",
    });
    const secret = diffieHellman({ privateKey, publicKey });
    const bound = Buffer.from(
      canonicalJson({
        ...{ context: contextSha256(context), ...update, helper: 2 },
        ...{ ephemeral: sealed.ephemeral, key: keys[2] },
      }),
    );
    const salt = Buffer.from(await sha256Hex(bound), "hex");
    const drawn = Buffer.from(hkdfSync("sha256", secret, salt, "fedstep masks/box", 44));
    const box = Buffer.from(sealed.boxes[2], "base64url");
    const decipher = createDecipheriv("aes-256-gcm", drawn.subarray(0, 32), drawn.subarray(32));
    decipher.setAAD(bound);
    decipher.setAuthTag(box.subarray(64));
    const text = Buffer.concat([decipher.update(box.subarray(0, 64)), decipher.final()]);
    expect(text.toString("hex")).toBe(hex(secrets.seeds[1]) + hex(secrets.seeds[3]));
  });

  test("open for nobody else: another helper's key, or another helper's box", async () => {
    await expect(open(sealed, 1, 2)).rejects.toMatchObject({ name: "BoxInvalid" });
    const swapped = { ...sealed, boxes: { ...sealed.boxes, 1: sealed.boxes[2] } };
    await expect(open(swapped, 1)).rejects.toMatchObject({
      name: "BoxInvalid",
      message: expect.stringMatching(/^the box of client 5 for helper 1 in round 2 of run r is not what/),
    });
  });

  test.each([
    ["the run", { context: { ...context, run: "s" } }],
    ["the execution", { context: { ...context, attempt: 2 } }],
    ["the round", { context: { ...context, round: 3 } }],
    ["the plan", { context: { ...context, plan: `${"1".repeat(63)}0` } }],
    ["the chain", { context: { ...context, chainSha256: `${"2".repeat(63)}3` } }],
    ["the model", { context: { ...context, globalSha256: `${"3".repeat(63)}2` } }],
    ["the client", { client: 4 }],
    ["the task", { task: "evaluate" as const }],
    ["the update", { updateSha256: `${"4".repeat(63)}5` }],
  ])("are refused with another bit in %s", async (_, change) => {
    for (const helper of helperNumbers) {
      await expect(open({ ...sealed, ...change }, helper)).rejects.toMatchObject({ name: "BoxInvalid" });
    }
  });

  test("are refused with any bit of the box or of the ephemeral key altered", async () => {
    const bytes = fromBase64url(sealed.boxes[3]);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const other = Uint8Array.from(bytes);
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      const changed = { ...sealed, boxes: { ...sealed.boxes, 3: toBase64url(other) } };
      await expect(open(changed, 3)).rejects.toMatchObject({ name: "BoxInvalid" });
    }
    const ephemeral = fromBase64url(sealed.ephemeral);
    for (let bit = 0; bit < 256; bit++) {
      const other = Uint8Array.from(ephemeral);
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      await expect(open({ ...sealed, ephemeral: toBase64url(other) }, 1)).rejects.toMatchObject({
        name: "BoxInvalid",
      });
    }
  });
});

test("public keys are those of node's own crypto, and secrets are shared", async () => {
  const { 1: own, 2: other } = await coordinatorsKeys(9);
  const jwk = { kty: "OKP", crv: "X25519", x: own.publicKey, d: toBase64url(coordinatorsKey(9, 1)) };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  expect(createPublicKey(key).export({ format: "jwk" }).x).toBe(jwk.x);
  expect(await own.sharedSecret(other.publicKey)).toEqual(await other.sharedSecret(own.publicKey));
});

test("a helper's keys are another run's for another seed, and made once for the same", async () => {
  const first = coordinatorsKeys(3);
  expect(coordinatorsKeys(3)).toBe(first);
  expect((await coordinatorsKeys(4))[1].publicKey).not.toBe((await first)[1].publicKey);
  expect((await coordinatorsKeys(3))[1].publicKey).toBe((await first)[1].publicKey);
});
