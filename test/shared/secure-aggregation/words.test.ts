import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addInteger,
  addWords,
  firstDifference,
  integerAt,
  subtractWords,
  type Words,
  zeros,
} from "../../../shared/secure-aggregation/words.ts";

const integer = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const pairs = fc.array(fc.tuple(integer, integer), { maxLength: 20 });

const wordsOf = (integers: readonly bigint[]): Words =>
  new Uint32Array(BigUint64Array.from(integers).buffer.slice(0));
const integersOf = (words: Words) => Array.from({ length: words.length / 2 }, (_, i) => integerAt(words, i));

describe("integers modulo 2^64", () => {
  test("add and subtract as BigInt does", () => {
    fc.assert(
      fc.property(pairs, (some) => {
        const [ones, others] = [some.map(([one]) => one), some.map(([, other]) => other)];
        const sum = wordsOf(ones);
        addWords(sum, wordsOf(others));
        expect(integersOf(sum)).toEqual(some.map(([a, b]) => BigInt.asIntN(64, a + b)));
        const difference = wordsOf(ones);
        subtractWords(difference, wordsOf(others));
        expect(integersOf(difference)).toEqual(some.map(([a, b]) => BigInt.asIntN(64, a - b)));
      }),
    );
  });

  test("take fewer integers than the sum has: the others stay", () => {
    const sum = wordsOf([1n, 2n, 3n]);
    addWords(sum, wordsOf([10n]));
    expect(integersOf(sum)).toEqual([11n, 2n, 3n]);
  });

  test("take whole numbers of float64, carries and signs included", () => {
    const whole = fc.double({ noNaN: true, min: -(2 ** 63), max: 2 ** 63 - 1024 }).map(Math.trunc);
    fc.assert(
      fc.property(integer, whole, (before, added) => {
        const sum = wordsOf([5n, before]);
        addInteger(sum, 1, added);
        expect(integersOf(sum)).toEqual([5n, BigInt.asIntN(64, before + BigInt(added))]);
      }),
    );
  });

  test("tell where two vectors differ first", () => {
    expect(firstDifference(wordsOf([1n, 2n]), wordsOf([1n, 2n]))).toBeUndefined();
    expect(firstDifference(wordsOf([1n, 2n ** 40n]), wordsOf([1n, 2n ** 41n]))).toBe(1);
    expect(firstDifference(zeros(2), zeros(3))).toBe(2);
  });
});
