import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalDecimal, compareDecimals, isWhole } from "../../../shared/dataset/decimal.ts";

/** units x 10^scale as text, with zeros and signs that change nothing. */
const written = fc.record({
  units: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  scale: fc.integer({ min: -40, max: 400 }),
  zeros: fc.integer({ min: 0, max: 4 }),
});

function spellings(units: bigint, scale: number, zeros: number): string[] {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units);
  return [
    `${sign}${digits}e${scale}`,
    `${sign}${"0".repeat(zeros)}${digits}${"0".repeat(zeros)}E${scale - zeros}`,
    `${sign}${digits}.${"0".repeat(zeros)}e${scale}`,
    `${sign}.${digits}e${scale + digits.length}`,
  ];
}

describe("a decimal number", () => {
  it("has one spelling, whatever zeros and exponents it was written with", () => {
    fc.assert(
      fc.property(written, ({ units, scale, zeros }) => {
        expect(new Set(spellings(units, scale, zeros).map(canonicalDecimal)).size).toBe(1);
      }),
    );
  });

  it("is told from every other one, and compared with it, as integers are", () => {
    fc.assert(
      fc.property(written, written, (a, b) => {
        const lowest = Math.min(a.scale, b.scale);
        const exact = ({ units, scale }: typeof a) => units * 10n ** BigInt(scale - lowest);
        const [left, right] = [`${a.units}e${a.scale}`, `${b.units}e${b.scale}`];
        const order = exact(a) < exact(b) ? -1 : exact(a) > exact(b) ? 1 : 0;
        expect(Math.sign(compareDecimals(left, right))).toBe(order);
        expect(canonicalDecimal(left) === canonicalDecimal(right)).toBe(order === 0);
      }),
    );
  });

  it("keeps JavaScript's spelling where that is exact", () => {
    for (const [text, expected] of [
      ["1.0", "1"],
      ["-0", "0"],
      ["0e5", "0"],
      ["+10", "10"],
      ["0.10", "0.1"],
      ["9007199254740993", "9007199254740993"],
      ["1e400", "1e400"],
      ["1e-400", "1e-400"],
    ] as const) {
      expect(canonicalDecimal(text)).toBe(expected);
    }
  });

  it("is whole where nothing stands behind the point", () => {
    expect(["1", "1.0", "1e400", "10e-1", "-3"].map(isWhole)).toEqual([true, true, true, true, true]);
    expect(["1.5", "1e-1", "x", ""].map(isWhole)).toEqual([false, false, false, false]);
  });

  it("is no name, no blank and no hexadecimal", () => {
    for (const text of ["", "a", "0x10", "1 ", "1,5", "nan", "Infinity", "1e", "."]) {
      expect(canonicalDecimal(text)).toBeUndefined();
    }
  });

  it("takes milliseconds where a field is very long", () => {
    // the processor's time, which is the same on a busy machine
    const start = process.cpuUsage();
    canonicalDecimal(`${"1".repeat(200_000)}.${"0".repeat(200_000)}`);
    // whatever follows, the digits are read once
    canonicalDecimal(`${"1".repeat(200_000)}x`);
    expect(process.cpuUsage(start).user).toBeLessThan(4_000_000);
  });
});
