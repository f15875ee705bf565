import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driftFrom } from "../../../shared/metrics/drift.ts";

const model = (...values: number[]) => Float32Array.from(values);

describe("the drift of a client", () => {
  it("by hand: update (3, 0) after a step of (0.75, 3)", () => {
    const drift = driftFrom(model(1, 1), model(0.25, -2));
    expect(drift(model(4, 1))).toEqual({ norm: 3, cosine: expect.closeTo(0.75 / Math.hypot(0.75, 3), 12) });
    expect(drift(model(1, 5))).toEqual({ norm: 4, cosine: expect.closeTo(3 / Math.hypot(0.75, 3), 12) });
  });

  it("goes on where the federation went, or against it", () => {
    const drift = driftFrom(model(0, 0), model(-1, -2));
    expect(drift(model(2, 4)).cosine).toBeCloseTo(1, 12);
    expect(drift(model(-1, -2)).cosine).toBeCloseTo(-1, 12);
    expect(drift(model(-2, 1)).cosine).toBeCloseTo(0, 12);
  });

  it("is 0 without a direction, and has none where no step came before", () => {
    expect(driftFrom(model(2, 3), model(1, 1))(model(2, 3))).toEqual({ norm: 0, cosine: 0 });
    expect(driftFrom(model(2, 3), model(2, 3))(model(5, 7))).toEqual({ norm: 5, cosine: 0 });
    expect(driftFrom(model(2, 3), null)(model(5, 7))).toEqual({ norm: 5, cosine: null });
  });

  it("has a cosine of -1 to 1, whatever the update", () => {
    const vector = fc
      .array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 3 })
      .map((values) => model(...values));
    fc.assert(
      fc.property(vector, vector, vector, (global, previous, parameters) => {
        const { norm, cosine } = driftFrom(global, previous)(parameters);
        expect(norm).toBeGreaterThanOrEqual(0);
        expect(Math.abs(cosine ?? NaN)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });
});
