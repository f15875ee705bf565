import fc from "fast-check";
import { expect, test } from "vitest";
import { foldScaling } from "../../../../shared/model/export/fold-scaling.ts";
import { lossAndGradient } from "../reference.ts";
import { situations } from "../situation.ts";

const pair = fc.tuple(
  fc.double({ min: -20, max: 20, noNaN: true }),
  fc.double({ min: 0.05, max: 50, noNaN: true }),
);

test("the folded model says of raw values what the model says of scaled ones", () => {
  fc.assert(
    fc.property(situations, fc.infiniteStream(pair), ({ shape, start, examples }, pairs) => {
      const { features, count } = examples;
      const scaling = [...pairs.take(features)];
      const [mean, deviation] = [scaling.map(([m]) => m), scaling.map(([, d]) => d)];
      const scaled = Float32Array.from(examples.x, (value) => value / 100);
      const raw = scaled.map((value, i) => {
        const [m, d] = scaling[i % features] as [number, number];
        return value * d + m;
      });
      const rows = Array.from({ length: count }, (_, row) => row);
      const of = (parameters: Float32Array, x: Float32Array) =>
        lossAndGradient(shape, parameters, { ...examples, x }, rows).probabilities.flat();
      const expected = of(start, scaled);
      const found = of(foldScaling(shape, start, { mean, deviation }), raw);
      // raw values of some hundred standard deviations in float32 leave about four digits
      expect(Math.max(...found.map((p, i) => Math.abs(p - (expected[i] as number))))).toBeLessThan(2e-3);
    }),
    { numRuns: 100, seed: 4 },
  );
});

test("one feature by hand", () => {
  // 3 (x - 10) / 2 + 1 = 1.5 x - 14, -3 (x - 10) / 2 + 1 = -1.5 x + 16
  const folded = foldScaling({ features: 1, hidden: [], classes: 2 }, Float32Array.of(3, -3, 1, 1), {
    mean: [10],
    deviation: [2],
  });
  expect([...folded]).toEqual([1.5, -1.5, -14, 16]);
});

test("without scaling nothing changes, and a scaling of other features is refused", () => {
  const shape = { features: 2, hidden: [], classes: 2 };
  const start = new Float32Array(6).fill(0.5);
  expect(foldScaling(shape, start, null)).toEqual(start);
  expect(() => foldScaling(shape, start, { mean: [0], deviation: [1] })).toThrow(RangeError);
  expect(() => foldScaling(shape, start, { mean: [0, 0], deviation: [1, 0] })).toThrow(RangeError);
});
