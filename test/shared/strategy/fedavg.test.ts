import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fedAvg } from "../../../shared/strategy/fedavg.ts";

const global = Float32Array.of(9, 9);

describe("FedAvg", () => {
  test("weights the models by their examples: by hand", () => {
    const updates = [
      { client: 0, examples: 1, parameters: Float32Array.of(1, -2) },
      { client: 1, examples: 3, parameters: Float32Array.of(5, 2) },
    ];
    // (1*1 + 3*5) / 4 and (1*-2 + 3*2) / 4
    expect([...fedAvg.aggregate(global, updates)]).toEqual([4, 1]);
  });

  test("a client counted twice is a client with twice the examples", () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 });
    fc.assert(
      fc.property(
        value,
        value,
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        (a, b, n, m) => {
          const one = { client: 0, examples: n, parameters: Float32Array.of(a) };
          const other = { client: 1, examples: m, parameters: Float32Array.of(b) };
          const twice = fedAvg.aggregate(global.subarray(0, 1), [one, { ...one, client: 2 }, other]);
          const double = fedAvg.aggregate(global.subarray(0, 1), [{ ...one, examples: 2 * n }, other]);
          expect(twice[0]).toBeCloseTo(double[0] as number, 5);
        },
      ),
    );
  });
});
