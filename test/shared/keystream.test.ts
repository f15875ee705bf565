import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keystream, nobleBlocks, nodeBlocks } from "../../shared/keystream.ts";

const hexOf = (words: Uint32Array) =>
  Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString("hex");
const key = (begins: readonly number[], last = 0) => {
  const bytes = new Uint8Array(32);
  bytes.set(begins);
  if (last > 0) bytes[31] = last;
  return bytes;
};

/** OpenSSL's ChaCha20, whose initial vector is the counter, little-endian, and the nonce. */
function byNode(secret: Uint8Array, words: number): Uint32Array {
  const cipher = createCipheriv("chacha20", secret, Buffer.alloc(16));
  return new Uint32Array(Uint8Array.from(cipher.update(Buffer.alloc(4 * words))).buffer);
}

describe("a key's words", () => {
  // RFC 8439, appendix A.1, test vectors 1 to 4: all of nonce 0, of the first three blocks
  test.each([
    [
      key([]),
      0,
      "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
    ],
    [
      key([]),
      1,
      "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
    ],
    [
      key([], 1),
      1,
      "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
    ],
    [
      key([0, 0xff]),
      2,
      "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
    ],
  ])("are RFC 8439's: vector %#", (secret, block, expected) => {
    const words = keystream(secret).words(16 * (block + 1));
    expect(hexOf(words.slice(16 * block))).toBe(expected);
  });

  test.each([
    ["the package", nobleBlocks],
    ["Node", nodeBlocks],
  ])("by %s are those of OpenSSL, however many are asked for at a time", (_, blocksOf) => {
    const someWords = fc.oneof(fc.nat({ max: 70 }), fc.nat({ max: 9000 }));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.array(someWords, { maxLength: 12 }),
        (secret, parts) => {
          expect(blocksOf).toBeDefined();
          const stream = keystream(secret, blocksOf);
          const words = parts.flatMap((count) => [...stream.words(count)]);
          expect(words).toEqual([...byNode(secret, words.length)]);
        },
      ),
    );
  });

  test("are independent of those of a key that differs in one bit", () => {
    const [one, other] = [key([]), key([], 1)].map((secret) => keystream(secret).words(4096));
    const same = one?.filter((word, i) => word === other?.[i]).length;
    expect(same).toBe(0);
  });

  test("take a key of 32 bytes", () => {
    expect(() => keystream(new Uint8Array(31))).toThrow(/32 bytes, and not 31/);
  });
});
