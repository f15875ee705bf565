import { describe, expect, test } from "vitest";
import { compareOpenings, type Opening } from "../../../shared/secure-aggregation/compare-openings.ts";
import { type HelperNumber, helperNumbers, seedsOf } from "../../../shared/secure-aggregation/seeds.ts";

const streams: Readonly<Record<HelperNumber, Uint32Array>> = {
  1: Uint32Array.of(1, 2, 3, 4),
  2: Uint32Array.of(5, 6, 7, 8),
  3: Uint32Array.of(9, 10, 11, 12),
};
const opening = (helper: HelperNumber, changed?: HelperNumber): Opening => ({
  helper,
  streams: new Map(
    seedsOf(helper).map((seed) => {
      const words = Uint32Array.from(streams[seed]);
      if (seed === changed) words[2] = (words[2] as number) ^ 1;
      return [seed, words];
    }),
  ),
});
const compare = (...openings: Opening[]) => compareOpenings(openings, "round 2 of run r");

describe("sums that helpers have opened", () => {
  test("of all three have two witnesses each", () => {
    expect(compare(opening(1), opening(2), opening(3))).toEqual({ streams, unchecked: [] });
  });

  test.each([
    [1, 2, [1, 2]],
    [1, 3, [1, 3]],
    [2, 3, [2, 3]],
  ] as const)(
    "of helpers %i and %i alone are enough, and two seeds have one witness",
    (one, other, unchecked) => {
      expect(compare(opening(one), opening(other))).toEqual({ streams, unchecked });
    },
  );

  test("of one helper, or of nobody, are too few, and a retry is what mends it", () => {
    expect(() => compare(opening(2))).toThrow(
      expect.objectContaining({
        name: "HelpersSilent",
        message: expect.stringMatching(/^round 2 of run r: 1 of 3 helpers has opened sums.*; resume the run/),
      }),
    );
    expect(() => compare()).toThrow(expect.objectContaining({ name: "HelpersSilent" }));
    expect(() => compare(opening(2), opening(2))).toThrow(/1 of 3 helpers has/);
  });

  test("that differ in one bit name the pair, the seed and the place, whoever of them it is", () => {
    for (const liar of helperNumbers) {
      for (const seed of seedsOf(liar)) {
        const other = helperNumbers.find((one) => one !== liar && one !== seed);
        const pair = [liar, other].sort().join(" and ");
        const told = helperNumbers.map((helper) => opening(helper, helper === liar ? seed : undefined));
        expect(() => compare(...told)).toThrow(
          expect.objectContaining({
            name: "HelpersDisagree",
            message: expect.stringContaining(`seeds: ${pair} (seed ${seed}, integer 1).`),
          }),
        );
      }
    }
  });

  test("that two helpers tell otherwise than each other end it too, where the third is silent", () => {
    expect(() => compare(opening(1), opening(2, 3))).toThrow(/1 and 2 \(seed 3, integer 1\)/);
  });
});
