import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EvaluationIntegers, FloatIntegers } from "../../../shared/secure-aggregation/evaluation-integers.ts";
import { addWords, zeros } from "../../../shared/secure-aggregation/words.ts";
import { taskKinds } from "../../../shared/task/kinds.ts";
import type { TaskKind } from "../../../shared/task/task-kind.ts";
import type { EvaluationSums } from "../../../shared/task/tasks.ts";

/** Any evaluation of a task's form: counts in lists, floats besides. */
function drawn(kind: TaskKind, outputs: number): fc.Arbitrary<EvaluationSums> {
  const count = fc.nat({ max: 100_000 });
  const float = fc.double({ noNaN: true, min: -1e20, max: 1e20 });
  const of = (shape: unknown, inList: boolean, name = ""): fc.Arbitrary<unknown> => {
    if (Array.isArray(shape)) return fc.tuple(...shape.map((inner) => of(inner, true)));
    if (typeof shape !== "object" || shape === null) return inList || name === "examples" ? count : float;
    return fc.record(
      Object.fromEntries(Object.entries(shape).map(([field, inner]) => [field, of(inner, inList, field)])),
    );
  };
  return of(kind.empty(outputs), false) as fc.Arbitrary<EvaluationSums>;
}

/** A float64 as a whole multiple of 2^-48, exact but for what lies below. */
function multiples(value: number): bigint {
  const whole = Math.trunc(value);
  return (BigInt(whole) << 48n) + BigInt(Math.round((value - whole) * 2 ** 48));
}

describe.each(taskKinds.map((kind) => [kind.name, kind as unknown as TaskKind] as const))("%s", (_, kind) => {
  const outputs = kind.name === "classification" ? 4 : kind.name === "binary" ? 2 : 1;
  const integers = new EvaluationIntegers(kind, outputs);

  test("adds up several clients' sums as merging does: counts exactly, floats to within 2^-48 of each", () => {
    fc.assert(
      fc.property(fc.array(drawn(kind, outputs), { minLength: 1, maxLength: 4 }), (all) => {
        const sum = zeros(integers.length + 1);
        for (const one of all) {
          expect(integers.problem(one)).toBeUndefined();
          const own = zeros(integers.length + 1);
          integers.add(own, 1, one);
          addWords(sum, own);
        }
        const read = integers.read(sum, 1);
        const leaves = (value: unknown): number[] =>
          typeof value === "number" ? [value] : Object.values(value as object).flatMap(leaves);
        const each = all.map(leaves);
        for (const [i, found] of leaves(read).entries()) {
          const exact = each.reduce((total, one) => total + multiples(one[i] ?? NaN), 0n);
          const distance = multiples(found) - exact;
          // rounding of the sum to float64, of each term to 2^-48, and of the test's own
          const slack = BigInt(Math.ceil(Math.abs(found) * 2 ** -52 * 2 ** 48)) + BigInt(2 * all.length);
          expect(distance <= slack && -distance <= slack).toBe(true);
        }
        expect(Object.keys(read)).toEqual(Object.keys(kind.empty(outputs)));
      }),
      { numRuns: 30 },
    );
  });

  test("of nothing is the evaluation over nothing", () => {
    expect(integers.read(zeros(integers.length), 0)).toEqual(kind.empty(outputs));
  });

  test("refuses what cannot be added up, by name", () => {
    const empty = kind.empty(outputs) as EvaluationSums;
    expect(integers.problem({ ...empty, lossSum: 2 ** 90 })).toMatch(/has lossSum 1\.23\S+, which cannot/);
    expect(integers.problem({ ...empty, lossSum: Number.NaN })).toMatch(/has lossSum NaN/);
    expect(integers.problem({ ...empty, examples: 1.5 })).toMatch(/has examples 1\.5/);
    expect(integers.problem({ ...empty, examples: -1 })).toMatch(/has examples -1/);
  });
});

test("a number of float64 comes back as it was where 2^-48 divides it, and else rounded to that", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -(2 ** 88), max: 2 ** 88 }), (value) => {
      const sum = zeros(3);
      FloatIntegers.add(sum, 0, value);
      const expected = Math.abs(value) >= 16 ? value : Math.round(value * 2 ** 48) / 2 ** 48;
      expect(FloatIntegers.read(sum, 0) === expected || Math.abs(value) < 16).toBe(true);
      expect(Math.abs(FloatIntegers.read(sum, 0) - value)).toBeLessThanOrEqual(2 ** -49);
    }),
  );
});
