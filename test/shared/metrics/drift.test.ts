import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driftOf } from "../../../shared/metrics/drift.ts";

const trained = (examples: number, ...values: number[]) => ({
  examples,
  parameters: Float32Array.from(values),
});

describe("the drift of a client", () => {
  it("by hand: updates (3, 0) and (0, 4) with weights 1 and 3 have the mean (0.75, 3)", () => {
    const global = Float32Array.from([1, 1]);
    const [a, b] = driftOf(global, [trained(1, 4, 1), trained(3, 1, 5)]);
    const mean = Math.hypot(0.75, 3);
    expect(a).toEqual({ norm: 3, cosine: expect.closeTo(0.75 / mean, 12) });
    expect(b).toEqual({ norm: 4, cosine: expect.closeTo(3 / mean, 12) });
  });

  it("of clients that agree is 1, of one that goes against all others negative", () => {
    const global = new Float32Array(2);
    expect(driftOf(global, [trained(5, 1, 2), trained(9, 1, 2)]).map(({ cosine }) => cosine)).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(1, 12),
    ]);
    expect(driftOf(global, [trained(5, 1, 2), trained(5, 1, 2), trained(5, -1, -2)])[2]?.cosine).toBeCloseTo(
      -1,
    );
  });

  it("is 0 without a direction", () => {
    const global = Float32Array.from([2, 3]);
    expect(driftOf(global, [trained(1, 2, 3), trained(1, 2, 4)])[0]).toEqual({ norm: 0, cosine: 0 });
  });

  it("has a cosine of -1 to 1, whatever the updates", () => {
    const value = fc.float({ min: -100, max: 100, noNaN: true });
    const client = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.array(value, { minLength: 3, maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(client, { minLength: 1, maxLength: 6 }), (clients) => {
        const drifts = driftOf(
          new Float32Array(3),
          clients.map(([examples, values]) => trained(examples, ...values)),
        );
        for (const { norm, cosine } of drifts) {
          expect(norm).toBeGreaterThanOrEqual(0);
          expect(Math.abs(cosine)).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });
});
