import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import type { Examples } from "../shared/dataset/examples.ts";
import { ownerHomeInvalid } from "../shared/errors.ts";
import { fingerprintOf, fromBase64url, toBase64url } from "../shared/owners/identity.ts";
import type { Signer } from "../shared/owners/signed.ts";
import { type BoxesRecord, type OpenedSeeds, openBox } from "../shared/secure-aggregation/boxes.ts";
import type { HelperNumber } from "../shared/secure-aggregation/seeds.ts";
import { ExchangeKeys } from "../shared/secure-aggregation/x25519.ts";
import type { OwnerRecord } from "./home-files.ts";
import type { KeyFile, Mac } from "./key-file.ts";

/** HMAC-SHA256 (RFC 2104). */
function hmacBy(key: Uint8Array): Mac {
  return async (parts) => {
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  };
}

/** @param withMac whether the key that makes codes is part of the file */
export function newKeys(withMac = true): KeyFile {
  return {
    format: 1,
    signing: privatePart(generateKeyPairSync("ed25519").privateKey),
    exchange: privatePart(generateKeyPairSync("x25519").privateKey),
    ...(withMac && { mac: toBase64url(randomBytes(32)) }),
  };
}

/** The public keys that belong to the private ones. */
export function publicKeysOf({
  signing,
  exchange,
}: Pick<KeyFile, "signing" | "exchange">): Pick<OwnerRecord, "signingKey" | "exchangeKey"> {
  return {
    signingKey: publicPart(privateKey("Ed25519", signing)),
    exchangeKey: publicPart(privateKey("X25519", exchange)),
  };
}

/** What an owner's keys do. The private parts are in no field that could be printed. */
export class OwnerKeys implements Signer {
  readonly key: string;
  readonly exchangeKey: string;
  readonly fingerprint: string;
  readonly #signing: KeyObject;
  readonly #exchange: string;
  /** The same, once something was to be opened. */
  #pair: Promise<ExchangeKeys> | undefined;
  readonly #mac: Mac;

  /**
   * @param mac where another than the file's
   * @throws OwnerHomeInvalid where they are another owner's
   */
  constructor(file: KeyFile, { name, ...owner }: OwnerRecord, mac?: Mac) {
    const { signingKey, exchangeKey } = publicKeysOf(file);
    if (signingKey !== owner.signingKey || exchangeKey !== owner.exchangeKey) {
      throw ownerHomeInvalid(
        `keys.json holds other keys than owner.json says of ${name}: bring back the whole home from a backup`,
      );
    }
    this.key = signingKey;
    this.exchangeKey = exchangeKey;
    this.fingerprint = fingerprintOf(signingKey);
    this.#signing = privateKey("Ed25519", file.signing);
    this.#exchange = file.exchange;
    if (!mac && file.mac === undefined) {
      throw ownerHomeInvalid(
        "keys.json has no key for codes of data: bring back the whole home from a backup",
      );
    }
    this.#mac = mac ?? hmacBy(fromBase64url(file.mac ?? ""));
  }

  async sign(text: Uint8Array): Promise<Uint8Array> {
    return sign(null, text, this.#signing);
  }

  /** The seeds that a client has sealed for this owner, as one of three helpers. @throws BoxInvalid */
  async openBox(record: BoxesRecord, helper: HelperNumber): Promise<OpenedSeeds> {
    this.#pair ??= ExchangeKeys.of(fromBase64url(this.#exchange));
    return openBox(record, helper, await this.#pair);
  }

  /** What the secret draws of a training come from, 32 bytes: a key of its own, so that what trains has no other. */
  trainingKey(): Promise<Uint8Array> {
    return this.#mac([utf8("fedstep/training")]);
  }

  /** Whether a thing is among a share of all, drawn by this key: nobody else can tell, and asked again it is the same. */
  async draws(share: number, thing: string): Promise<boolean> {
    const code = await this.#mac([utf8(`fedstep/draw\n${thing}`)]);
    const bytes = 6;
    return Buffer.from(code).readUIntBE(0, bytes) / 2 ** (8 * bytes) < share;
  }

  /** A code of examples, as lower-case hex: the same for the same data, and without the key nobody can tell which. */
  async macOf({ x, y, count, features }: Examples): Promise<string> {
    const code = await this.#mac([utf8(`fedstep/data\n${count} ${features}\n`), bytesOf(x), bytesOf(y)]);
    return Buffer.from(code).toString("hex");
  }
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

function privatePart(key: KeyObject): string {
  const { d } = key.export({ format: "jwk" });
  if (d === undefined) throw new TypeError("a private key has no private part");
  return d;
}

function publicPart(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  if (x === undefined) throw new TypeError("a key has no public part");
  return x;
}

/** PKCS #8 before the 32 bytes, RFC 8410, section 7: version, the curve's object identifier, an octet string in one. */
const prefixes = {
  Ed25519: [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20],
  X25519: [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20],
} as const;

function privateKey(curve: keyof typeof prefixes, part: string): KeyObject {
  const key = Buffer.from([...prefixes[curve], ...fromBase64url(part)]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}
