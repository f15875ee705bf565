import { boxInvalid } from "../errors.ts";
import { fromBase64url } from "../owners/identity.ts";

/** PKCS #8 before the 32 bytes of a private key, RFC 8410, section 7: version, X25519's object identifier, an octet string in one. */
const privateBegins = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];

type PrivateKey = Awaited<ReturnType<typeof importPrivate>>;

function importPrivate(key: Uint8Array) {
  const document = Uint8Array.from([...privateBegins, ...key]);
  return crypto.subtle.importKey("pkcs8", document, "X25519", true, ["deriveBits"]);
}

/**
 * Both keys of X25519 (RFC 7748). A private key is made ready once, which takes longer than all that is done with it; it is in no
 * field that could be printed.
 */
export class ExchangeKeys {
  /** As base64url. */
  readonly publicKey: string;
  readonly #own: PrivateKey;

  private constructor(publicKey: string, own: PrivateKey) {
    this.publicKey = publicKey;
    this.#own = own;
  }

  /** @param privateKey 32 bytes */
  static async of(privateKey: Uint8Array): Promise<ExchangeKeys> {
    const own = await importPrivate(privateKey);
    const { x = "" } = await crypto.subtle.exportKey("jwk", own);
    return new ExchangeKeys(x, own);
  }

  /**
   * What the holders of both keys come to, 32 bytes; nobody's key has been refused where it was read (shared/owners/small-order).
   * @param others public key, as base64url
   * @throws BoxInvalid where the other's key is none
   */
  async sharedSecret(others: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const other = await crypto.subtle.importKey("raw", fromBase64url(others), "X25519", false, []);
      return new Uint8Array(
        await crypto.subtle.deriveBits({ name: "X25519", public: other }, this.#own, 256),
      );
    } catch (cause) {
      throw boxInvalid("a box's key is no X25519 key that a secret can be shared with", { cause });
    }
  }
}
