/** What is taken of Node's own cryptography, whose types a page has not. */
export interface NodesCrypto {
  createCipheriv(
    name: string,
    key: Uint8Array,
    start: Uint8Array,
  ): { update(bytes: Uint8Array): ArrayLike<number> };
  hash(name: string, bytes: Uint8Array, encoding: "hex"): string;
  createPrivateKey(of: { key: Uint8Array; format: "der"; type: "pkcs8" }): PrivateKey;
  createPublicKey(of: PrivateKey | { key: Jwk; format: "jwk" }): PublicKey;
  diffieHellman(keys: { privateKey: PrivateKey; publicKey: PublicKey }): ArrayLike<number>;
}
interface PrivateKey {
  readonly type: "private";
}
interface PublicKey {
  export(as: { format: "jwk" }): Partial<Jwk>;
}
interface Jwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
}
interface MaybeNode {
  readonly process?: { getBuiltinModule?(name: string): NodesCrypto | undefined };
}

/** By OpenSSL and at once, where there is Node: without an import that a page could not have. */
export const nodesCrypto = (globalThis as MaybeNode).process?.getBuiltinModule?.("node:crypto");
