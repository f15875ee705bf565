import { chacha20 } from "@noble/ciphers/chacha.js";
import { type NodesCrypto, nodesCrypto } from "./nodes-crypto.ts";

/** A key's pseudorandom words, one after the other. */
export interface Keystream {
  /** The next so many words, uniform in [0, 2^32). @throws RangeError beyond the 2^36 words that a key has */
  words(count: number): Uint32Array<ArrayBuffer>;
  /** The same into words that are there, in place of what they were. */
  fill(words: Uint32Array<ArrayBuffer>): void;
}

const wordsOfBlock = 16;
const mostBlocks = 2 ** 32;
/** Blocks that are made ahead where few words are asked for at a time. */
const blocksAhead = 64;

/**
 * ChaCha20 (RFC 8439, section 2.4) as a source of words: the keystream with nonce 0 and the block counter from 0 on, as
 * 32-bit words, little-endian. Who asks for them in parts gets the words of one long answer.
 * @param key 32 bytes, for one purpose: of the same key the words are the same
 * @param blocksOf whose ChaCha20 makes them: Node's where there is one, which takes half the time of the package's
 */
export function keystream(key: Uint8Array, blocksOf: BlocksOf = fastest): Keystream {
  if (key.length !== 32) throw new RangeError(`a key has 32 bytes, and not ${key.length}`);
  const next = blocksOf(key);
  let blocks = 0;
  // what was made ahead, and nobody has taken yet
  let ahead = new Uint32Array(0);
  const make = (words: Uint32Array<ArrayBuffer>) => {
    blocks += words.length / wordsOfBlock;
    next(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  };
  const fill = (words: Uint32Array<ArrayBuffer>) => {
    const had = Math.min(ahead.length, words.length);
    const whole = Math.floor((words.length - had) / wordsOfBlock);
    const rest = words.length - had - whole * wordsOfBlock;
    if (blocks + whole + Math.sign(rest) > mostBlocks) throw new RangeError("a keystream has 2^36 words");
    words.set(ahead.subarray(0, had));
    ahead = ahead.subarray(had);
    if (whole > 0) make(words.subarray(had, words.length - rest));
    if (rest === 0) return;
    ahead = new Uint32Array(wordsOfBlock * Math.min(blocksAhead, mostBlocks - blocks));
    make(ahead);
    words.set(ahead.subarray(0, rest), words.length - rest);
    ahead = ahead.subarray(rest);
  };
  return {
    fill,
    words(count) {
      const words = new Uint32Array(count);
      fill(words);
      return words;
    },
  };
}

/** Of a key what writes its next blocks, as many as the bytes have. */
export type BlocksOf = (key: Uint8Array) => (bytes: Uint8Array) => void;

const nonceBytes = 12;

/** By @noble/ciphers, wherever there is JavaScript. */
export const nobleBlocks: BlocksOf = (key) => {
  const nonce = new Uint8Array(nonceBytes);
  let block = 0;
  return (bytes) => {
    // what it is added to
    bytes.fill(0);
    chacha20(key, nonce, bytes, bytes, block);
    block += bytes.length / (4 * wordsOfBlock);
  };
};

/** By OpenSSL, whose initial vector is the counter and the nonce. */
export const nodeBlocks: BlocksOf | undefined = nodesCrypto && blocksBy(nodesCrypto);

function blocksBy({ createCipheriv }: NodesCrypto): BlocksOf {
  return (key) => {
    const cipher = createCipheriv("chacha20", key, new Uint8Array(4 + nonceBytes));
    return (bytes) => {
      for (let at = 0; at < bytes.length; at += zeros.length) {
        bytes.set(cipher.update(zeros.subarray(0, bytes.length - at)), at);
      }
    };
  };
}

/** What a keystream is added to. */
const zeros = new Uint8Array(2 ** 14);

const fastest = nodeBlocks ?? nobleBlocks;
