import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDecimal } from "../../../shared/dataset/decimal.ts";
import { decimalOf } from "../../../tables/csv/decimal-bytes.ts";

const read = (text: string) => {
  const bytes = Buffer.from(`<${text}>`);
  return decimalOf(bytes, 1, bytes.length - 1, ".".charCodeAt(0));
};

const spelled = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 22 }))
    .map(([v, n]) => v.toPrecision(n)),
  fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 21 }))
    .map(([v, n]) => v.toExponential(n)),
);
/** Halfway between two neighbouring float64, and a digit beside it. */
const midpoint = fc
  .tuple(
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 54n - 1n }),
    fc.constantFrom("", ".0", ".000", ".0001", "0e-1", "00e-2"),
  )
  .map(([odd, behind]) => `${2n * odd + 1n}${behind}`);

describe("a number read from bytes", () => {
  it("is the one that Number makes of the text, to the bit, or left to it", () => {
    let left = 0;
    const holds = (text: string) => {
      const value = read(text);
      if (Number.isNaN(value)) left++;
      else expect([text, value]).toEqual([text, Number(text)]);
    };
    fc.assert(fc.property(spelled, holds), { numRuns: 20_000 });
    expect(left).toBeLessThan(20_000);
    left = 0;
    const usual = fc
      .double({ min: -1e9, max: 1e9, noNaN: true })
      .filter((v) => v === 0 || Math.abs(v) > 1e-5);
    fc.assert(fc.property(usual.map(String), holds), { numRuns: 20_000 });
    // what people write takes no string
    expect(left).toBeLessThan(200);
    fc.assert(fc.property(midpoint, holds), { numRuns: 5_000 });
  });

  it("is none where the text is no decimal", () => {
    const character = fc.constantFrom(..."0123456789+-.eE x,");
    const text = fc.array(character, { maxLength: 12 }).map((all) => all.join(""));
    fc.assert(
      fc.property(text, (one) => {
        if (!isDecimal(one)) expect(read(one)).toBeNaN();
        else if (!Number.isNaN(read(one))) expect(read(one)).toBe(Number(one));
      }),
      { numRuns: 20_000 },
    );
  });
});
