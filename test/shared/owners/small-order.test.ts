import { createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { exchangeKey, signingKey, toBase64url } from "../../../shared/owners/identity.ts";
import { isSignedBy, openSigned } from "../../../shared/owners/signed.ts";

/** The field and the curve of RFC 8032, section 5.1, in affine coordinates. */
const p = 2n ** 255n - 19n;
const mod = (n: bigint) => ((n % p) + p) % p;
function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left > 0n; left >>= 1n, square = mod(square * square)) {
    if (left & 1n) result = mod(result * square);
  }
  return result;
}
const inverse = (n: bigint) => power(n, p - 2n);
const d = mod(-121665n * inverse(121666n));

type Point = readonly [x: bigint, y: bigint];
function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = mod(d * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + product)), mod((y1 * y2 + x1 * x2) * inverse(1n - product))];
}

/** The point's y, reduced, with an x that goes with it; undefined where none does. */
function pointOf(y: bigint): Point | undefined {
  const squared = mod((y * y - 1n) * inverse(d * y * y + 1n));
  const root = power(squared, (p + 3n) / 8n);
  const x = [root, mod(root * power(2n, (p - 1n) / 4n))].find((one) => mod(one * one) === squared);
  return x === undefined ? undefined : [x, mod(y)];
}

const hexOf = (n: bigint) => Buffer.from(n.toString(16).padStart(64, "0"), "hex").reverse().toString("hex");
const keyOf = (hex: string) => toBase64url(Uint8Array.from(Buffer.from(hex, "hex")));
const withSign = (hex: string) => hex.slice(0, -2) + (Number.parseInt(hex.slice(-2), 16) | 0x80).toString(16);

/** y of all points whose eightfold is the neutral one, made from the curve alone; and what decoders reduce to such. */
const ys = (() => {
  // twice a point of order eight has y = 0, so that x² = -y², and by the curve's equation d y⁴ + 2 y² - 1 = 0
  const order8 = [power(d + 1n, (p + 3n) / 8n)].flatMap((root) => {
    const turned = mod(root * power(2n, (p - 1n) / 4n));
    return [root, turned].filter((one) => mod(one * one) === mod(d + 1n));
  });
  const squares = order8.flatMap((root) => [root, mod(-root)]).map((root) => mod((root - 1n) * inverse(d)));
  const roots = squares.flatMap((square) => {
    const root = power(square, (p + 3n) / 8n);
    return [root, mod(root * power(2n, (p - 1n) / 4n))].filter((one) => mod(one * one) === square);
  });
  return [0n, 1n, p - 1n, ...new Set(roots.flatMap((root) => [root, mod(-root)]))];
})();
const encodings = [...ys, p, p + 1n].flatMap((y) => [hexOf(y), withSign(hexOf(y))]);

test("there are so many, and eight times each is the neutral point", () => {
  expect(encodings).toHaveLength(14);
  for (const y of ys) {
    const point = pointOf(y);
    if (!point) throw new Error(`${y} is no point's`);
    const twice = add(point, point);
    const four = add(twice, twice);
    expect(add(four, four), String(y)).toEqual([0n, 1n]);
  }
});

describe("a key of small order", () => {
  test.each(encodings)("%s is nobody's", (hex) => {
    expect(signingKey.safeParse(keyOf(hex)).error?.issues).toMatchObject([
      { message: "takes a key that is somebody's" },
    ]);
  });

  test("would let a signature that nobody made stand below what it likes", async () => {
    // R the neutral point, S zero
    const signature = keyOf(`01${"00".repeat(63)}`);
    const accepted: string[] = [];
    for (const key of encodings.map(keyOf)) {
      const content = { pay: "all" };
      const verifies = await isSignedBy(key, "door", content, signature).catch(() => false);
      if (verifies) accepted.push(key);
      const opened = openSigned("door", z.unknown(), { content, key, signature }, "request");
      await expect(opened).rejects.toThrow(expect.objectContaining({ name: "SignatureInvalid" }));
    }
    // else the test tries nothing
    expect(accepted).not.toHaveLength(0);
  });

  test("of X25519 is nobody's either: with it everybody shares the same secret, or Node refuses", () => {
    const { privateKey } = generateKeyPairSync("x25519");
    const refused = (hex: string) => {
      const x = keyOf(hex);
      const publicKey = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
      try {
        return diffieHellman({ privateKey, publicKey }).every((byte) => byte === 0);
      } catch {
        return true;
      }
    };
    // u of the points whose y is above: u = (1 + y) / (1 - y)
    const us = ys.filter((y) => y !== 1n).map((y) => mod((1n + y) * inverse(1n - y)));
    const all = [...us, 0n, p - 1n, p, p + 1n].flatMap((u) => [hexOf(u), withSign(hexOf(u))]);
    for (const hex of all) {
      expect(refused(hex), hex).toBe(true);
      expect(exchangeKey.safeParse(keyOf(hex)).success, hex).toBe(false);
    }
    expect(new Set(all).size).toBe(14);
  });

  test("is none that somebody has", () => {
    const ofSigning = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
    const ofExchange = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" });
    expect(signingKey.safeParse(ofSigning.x).success).toBe(true);
    expect(exchangeKey.safeParse(ofExchange.x).success).toBe(true);
  });
});
