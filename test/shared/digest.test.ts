import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { digestedAtOnce, sha256Hex, sha256HexAnywhere, weightsSha256 } from "../../shared/digest.ts";

/** By OpenSSL. */
const expected = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test.each([0, 1, 63, 64, digestedAtOnce, digestedAtOnce + 1, 2 ** 18])(
  "a digest is SHA-256 of %d bytes, wherever they lie in their buffer",
  async (length) => {
    const bytes = Uint8Array.from({ length: length + 8 }, (_, at) => (at * 31) & 255).subarray(4, length + 4);
    expect(await sha256Hex(bytes)).toBe(expected(bytes));
    expect(await sha256HexAnywhere(bytes)).toBe(expected(bytes));
  },
);

test.each([3, digestedAtOnce])(
  "a model's digest is that of its %d parameters' bytes alone",
  async (count) => {
    const parameters = Float32Array.from({ length: count + 2 }, (_, at) => at / 7).subarray(1, count + 1);
    const bytes = Buffer.alloc(4 * count);
    for (const [at, value] of parameters.entries()) bytes.writeFloatLE(value, 4 * at);
    expect(await weightsSha256(parameters)).toBe(expected(bytes));
  },
);
