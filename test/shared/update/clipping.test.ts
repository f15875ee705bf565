import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clipping } from "../../../shared/update/stages/clipping.ts";
import { someRandom } from "../client/some-random.ts";
import { flatLayout, update } from "../strategy/rounds.ts";

const open = (norm: number) => clipping.open({ stage: "clipping", norm });
const startOf = (global: readonly number[]) => ({
  global: Float32Array.from(global),
  layout: flatLayout(global.length),
});
const lengthOf = (to: ArrayLike<number>, from: ArrayLike<number>) =>
  Math.hypot(...Array.from(to, (value, i) => value - (from[i] ?? NaN)));

/** Of a model, of any magnitude. */
const value = fc.float({
  noNaN: true,
  noDefaultInfinity: true,
  min: Math.fround(-1e6),
  max: Math.fround(1e6),
});
const models = fc
  .integer({ min: 1, max: 40 })
  .chain((length) =>
    fc.tuple(...[0, 1].map(() => fc.array(value, { minLength: length, maxLength: length }))),
  );
const norms = fc.double({ min: 1e-9, max: 1e7, noNaN: true });

describe("clipping", () => {
  test("by hand: a change of (3, 4) to half of it, and one of that length not at all", () => {
    const { parameters } = open(2.5).client(update(0, [4, 6]), startOf([1, 2]), someRandom);
    expect([...parameters]).toEqual([2.5, 4]);
    const short = update(0, [4, 6]);
    expect(open(5).client(short, startOf([1, 2]), someRandom)).toBe(short);
  });

  test("leaves the direction, and no more than the bound, as the server recomputes it", () => {
    fc.assert(
      fc.property(models, norms, ([from = [], to = []], norm) => {
        const [stage, start, sent] = [open(norm), startOf(from), update(0, to)];
        const clipped = stage.client(sent, start, someRandom);
        expect(stage.refute?.(clipped, start)).toBeUndefined();
        const length = lengthOf(sent.parameters, start.global);
        const share = Math.min(1, norm / length);
        clipped.parameters.forEach((w, i) => {
          const [a, b] = [start.global[i] as number, sent.parameters[i] as number];
          const expected = length > norm ? a + share * (b - a) : b;
          expect(Math.abs(w - expected)).toBeLessThanOrEqual(2 ** -24 * Math.abs(expected) + 2 ** -149);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("is refuted as soon as a change is longer than rounding makes it", () => {
    fc.assert(
      fc.property(models, norms, ([from = [], to = []], norm) => {
        const [start, { parameters }] = [startOf(from), update(0, to)];
        const length = lengthOf(parameters, start.global);
        const slack =
          2 ** -22 *
          (lengthOf(
            parameters,
            parameters.map(() => 0),
          ) +
            norm);
        fc.pre(length > norm + slack && length > 1e-30);
        expect(open(norm).refute?.(update(0, to), start)).toMatch(/has norm .* clipping leaves at most/);
      }),
      { numRuns: 300 },
    );
  });

  test("writes to nothing that goes in", () => {
    const [start, sent] = [startOf([1, 2]), update(0, [40, 60])];
    const before = structuredClone([start, sent]);
    open(1).client(sent, start, someRandom);
    expect([start, sent]).toEqual(before);
  });
});
