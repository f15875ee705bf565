import { boxInvalid } from "../errors.ts";
import { fromBase64url } from "../owners/identity.ts";

/** PKCS #8 before the 32 bytes of a private key, RFC 8410, section 7: version, X25519's object identifier, an octet string in one. */
const privateBegins = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];

function importPrivate(key: Uint8Array) {
  const document = Uint8Array.from([...privateBegins, ...key]);
  return crypto.subtle.importKey("pkcs8", document, "X25519", true, ["deriveBits"]);
}

/** The public key that belongs to a private one (RFC 7748), 32 bytes each. */
export async function publicKeyOf(key: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { x = "" } = await crypto.subtle.exportKey("jwk", await importPrivate(key));
  return fromBase64url(x);
}

/**
 * What the holders of both keys come to, 32 bytes; nobody's key has been refused where it was read (shared/owners/small-order).
 * @throws BoxInvalid where the other's key is none
 */
export async function sharedSecret(
  own: Uint8Array,
  others: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const other = await crypto.subtle.importKey("raw", others, "X25519", false, []);
    const secret = await crypto.subtle.deriveBits(
      { name: "X25519", public: other },
      await importPrivate(own),
      256,
    );
    return new Uint8Array(secret);
  } catch (cause) {
    throw boxInvalid("a box's key is no X25519 key that a secret can be shared with", { cause });
  }
}
