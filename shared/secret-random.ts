import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { keystream } from "./keystream.ts";
import type { RandomStream } from "./random.ts";

/** Random numbers that are secret, and their words. All draws take the next words of one sequence. */
export interface SecretStream extends RandomStream {
  /** So many words, each uniform over its 32 bits. */
  words(count: number): Uint32Array<ArrayBuffer>;
}

/**
 * A stream that nobody can tell without the key, and that the same key, context and label give again: what a repeated
 * invocation sends must be the same bytes. The words of ChaCha20 (RFC 8439) under a key of the stream's own:
 * HKDF-SHA-256 (RFC 5869) of HMAC-SHA-256(key, context), without salt, for the label.
 * @param key 32 bytes
 * @param context all that the stream depends on; of two contexts the streams have nothing to do with each other
 */
export function secretStream(key: Uint8Array, context: string, label: string): SecretStream {
  const seed = hmac(sha256, key, utf8ToBytes(context));
  const { words } = keystream(hkdf(sha256, seed, undefined, utf8ToBytes(label), 32));
  const next = (): number => words(1)[0] as number;
  return {
    below(bound) {
      // words beyond the largest multiple of the bound would make small numbers more frequent
      const most = 2 ** 32 - (2 ** 32 % bound);
      let word = next();
      while (word >= most) word = next();
      return word % bound;
    },
    unit: () => (next() >>> 8) * 2 ** -24,
    words,
  };
}
