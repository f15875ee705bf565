import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { RandomStream } from "./random.ts";

/**
 * A stream that nobody can tell without the key, and that the same key, context and label give again: what a repeated
 * invocation sends must be the same bytes. HMAC-SHA-256 as a pseudorandom function in counter mode (NIST SP 800-108r1,
 * section 4.1): words of the blocks HMAC(HMAC(key, context), counter || label), both integers big-endian, 32 bits.
 * @param key 32 bytes
 * @param context all that the stream depends on; of two contexts the streams have nothing to do with each other
 */
export function secretStream(key: Uint8Array, context: string, label: string): RandomStream {
  const seed = hmac(sha256, key, utf8ToBytes(context));
  const message = new Uint8Array([0, 0, 0, 0, ...utf8ToBytes(label)]);
  const counter = new DataView(message.buffer);
  let [blocks, at] = [0, wordsOfBlock];
  let block = new DataView(new ArrayBuffer(0));
  const next = (): number => {
    if (at === wordsOfBlock) {
      if (blocks === 2 ** 32) throw new RangeError("a secret stream has 2^32 blocks");
      counter.setUint32(0, blocks++);
      const bytes = hmac(sha256, seed, message);
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      at = 0;
    }
    return block.getUint32(4 * at++);
  };
  return {
    below(bound) {
      // words beyond the largest multiple of the bound would make small numbers more frequent
      const most = 2 ** 32 - (2 ** 32 % bound);
      let word = next();
      while (word >= most) word = next();
      return word % bound;
    },
    unit: () => (next() >>> 8) * 2 ** -24,
  };
}

const wordsOfBlock = 8;
