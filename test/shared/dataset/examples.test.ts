import { describe, expect, it } from "vitest";
import { poolExamples, takeExamples } from "../../../shared/dataset/examples.ts";

const bytes = { x: Uint8Array.of(1, 2, 3, 4, 5, 6), y: Int32Array.of(7, 8, 9), count: 3, features: 2 };
const floats = { x: Float32Array.of(0.5, -2), y: Int32Array.of(1), count: 1, features: 2 };

describe("examples", () => {
  it("are taken in the order of the rows, repeated ones included, as copies", () => {
    const taken = takeExamples(bytes, [2, 0, 2]);
    expect(taken).toEqual({
      x: Uint8Array.of(5, 6, 1, 2, 5, 6),
      y: Int32Array.of(9, 7, 9),
      count: 3,
      features: 2,
    });
    taken.x[0] = 0;
    expect(bytes.x[4]).toBe(5);
  });

  it("pool one part after the other, bytes staying bytes", () => {
    expect(poolExamples([bytes, takeExamples(bytes, [1])])).toEqual({
      x: Uint8Array.of(1, 2, 3, 4, 5, 6, 3, 4),
      y: Int32Array.of(7, 8, 9, 8),
      count: 4,
      features: 2,
    });
  });

  it("pool bytes with floats as the values that the bytes stand for", () => {
    const { x } = poolExamples([
      floats,
      takeExamples({ ...bytes, x: Uint8Array.of(255, 51, 0, 0, 0, 0) }, [0]),
    ]);
    expect(x).toEqual(Float32Array.of(0.5, -2, 1, 0.2));
  });
});
