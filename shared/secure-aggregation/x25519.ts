import { boxInvalid } from "../errors.ts";
import { type NodesCrypto, nodesCrypto } from "../nodes-crypto.ts";
import { fromBase64url } from "../owners/identity.ts";

/** PKCS #8 before the 32 bytes of a private key, RFC 8410, section 7: version, X25519's object identifier, an octet string in one. */
const privateBegins = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];

/** A private key that was made ready. */
interface ReadyKey {
  /** As base64url. */
  readonly publicKey: string;
  /** @param others public key, as base64url */
  secretWith(others: string): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
}

/** Makes a private key ready, of the 32 bytes that it has as PKCS #8. */
export type X25519 = (document: Uint8Array<ArrayBuffer>) => ReadyKey | Promise<ReadyKey>;

/** By WebCrypto, wherever there is JavaScript. */
export const webX25519: X25519 = async (document) => {
  const own = await crypto.subtle.importKey("pkcs8", document, "X25519", true, ["deriveBits"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", own);
  return {
    publicKey: x,
    async secretWith(others) {
      const other = await crypto.subtle.importKey("raw", fromBase64url(others), "X25519", false, []);
      return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: other }, own, 256));
    },
  };
};

/** By OpenSSL at once: WebCrypto's way to a thread of its own and back takes four times as long as the secret. */
export const nodesX25519: X25519 | undefined = nodesCrypto && x25519Of(nodesCrypto);

function x25519Of({ createPrivateKey, createPublicKey, diffieHellman }: NodesCrypto): X25519 {
  return (document) => {
    const privateKey = createPrivateKey({ key: document, format: "der", type: "pkcs8" });
    return {
      publicKey: createPublicKey(privateKey).export({ format: "jwk" }).x ?? "",
      secretWith(others) {
        const key = { kty: "OKP", crv: "X25519", x: others } as const;
        const publicKey = createPublicKey({ key, format: "jwk" });
        return Uint8Array.from(diffieHellman({ privateKey, publicKey }));
      },
    };
  };
}

const fastest = nodesX25519 ?? webX25519;

/**
 * Both keys of X25519 (RFC 7748). A private key is made ready once, which takes longer than all that is done with it; it is in no
 * field that could be printed.
 */
export class ExchangeKeys {
  /** As base64url. */
  readonly publicKey: string;
  readonly #own: ReadyKey;

  private constructor(own: ReadyKey) {
    this.publicKey = own.publicKey;
    this.#own = own;
  }

  /**
   * @param privateKey 32 bytes
   * @param by whose X25519: Node's where there is one
   */
  static async of(privateKey: Uint8Array, by: X25519 = fastest): Promise<ExchangeKeys> {
    return new ExchangeKeys(await by(Uint8Array.from([...privateBegins, ...privateKey])));
  }

  /**
   * What the holders of both keys come to, 32 bytes; nobody's key has been refused where it was read (shared/owners/small-order).
   * @param others public key, as base64url
   * @throws BoxInvalid where the other's key is none
   */
  async sharedSecret(others: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.#own.secretWith(others);
    } catch (cause) {
      throw boxInvalid("a box's key is no X25519 key that a secret can be shared with", { cause });
    }
  }
}
