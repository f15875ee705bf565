import { chacha20 } from "@noble/ciphers/chacha.js";

/** A key's pseudorandom words, one after the other. */
export interface Keystream {
  /** The next so many words, uniform in [0, 2^32). @throws RangeError beyond the 2^36 words that a key has */
  words(count: number): Uint32Array<ArrayBuffer>;
}

const wordsOfBlock = 16;
const mostBlocks = 2 ** 32;

/**
 * ChaCha20 (RFC 8439, section 2.4) as a source of words: the keystream with nonce 0 and the block counter from 0 on, as
 * 32-bit words, little-endian. Who asks for them in parts gets the words of one long answer.
 * @param key 32 bytes, for one purpose: of the same key the words are the same
 */
export function keystream(key: Uint8Array): Keystream {
  if (key.length !== 32) throw new RangeError(`a key has 32 bytes, and not ${key.length}`);
  const nonce = new Uint8Array(12);
  let blocks = 0;
  // of the last block what nobody has taken yet
  let left = new Uint32Array(0);
  return {
    words(count) {
      const whole = Math.ceil(Math.max(0, count - left.length) / wordsOfBlock);
      if (blocks + whole > mostBlocks) throw new RangeError("a keystream has 2^36 words");
      const fresh = new Uint32Array(whole * wordsOfBlock);
      const bytes = new Uint8Array(fresh.buffer);
      chacha20(key, nonce, bytes, bytes, blocks);
      blocks += whole;
      const words = new Uint32Array(count);
      const had = Math.min(left.length, count);
      words.set(left.subarray(0, had));
      words.set(fresh.subarray(0, count - had), had);
      left = whole > 0 ? fresh.slice(count - had) : left.subarray(had);
      return words;
    },
  };
}
