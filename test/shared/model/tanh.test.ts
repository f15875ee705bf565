import { expect, test } from "vitest";
import { openPrimitives } from "../../../shared/model/kernel/primitives.ts";

const stride = 64;

/** What the kernel makes of values, as many as fit into whole rows. */
async function openTanh() {
  const primitives = await openPrimitives();
  const address = Math.ceil(primitives.firstFree() / 64) * 64;
  primitives.memory.grow(32);
  return (values: Float32Array): Float32Array => {
    const held = new Float32Array(primitives.memory.buffer, address, values.length);
    held.set(values);
    primitives.tanhRows(address, (4 * values.length) / stride, stride);
    return held.slice();
  };
}

/** Distance of the float32s about a value. */
function lastPlace(value: number): number {
  const exponent = (new Uint32Array(Float32Array.of(value).buffer)[0] as number) >>> 23;
  return 2 ** (Math.max(1, exponent & 255) - 150);
}

test("the kernel's tanh is within 1.5 units of the last place, and never beyond 1", async () => {
  const tanh = await openTanh();
  // every 8,161st positive float32, of all magnitudes, and as many where the answer is neither x nor 1
  const everywhere = Float32Array.from(
    new Float32Array(Uint32Array.from({ length: 2 ** 18 }, (_, i) => (i * 8_161) % 0x7f800000).buffer),
  );
  const bend = Float32Array.from({ length: 2 ** 18 }, (_, i) => (10 * i) / 2 ** 18);
  for (const values of [everywhere, bend, bend.map((x) => -x)]) {
    const made = tanh(values);
    let worst = 0;
    made.forEach((a, i) => {
      const exact = Math.tanh(values[i] as number);
      worst = Math.max(worst, Math.abs(a - exact) / lastPlace(exact));
    });
    expect(worst).toBeLessThan(1.5);
    expect(worst).toBeGreaterThan(0.2);
    expect(made.every((a) => Math.abs(a) <= 1)).toBe(true);
  }
});

test("the kernel's tanh is odd, and keeps zero, infinities and what is no number", async () => {
  const tanh = await openTanh();
  const values = Float32Array.from({ length: 1 << 16 }, (_, i) => 2 ** ((i % 200) - 140) * (1 + i / 2 ** 17));
  expect(tanh(values.map((x) => -x))).toEqual(tanh(values).map((a) => -a));
  const ends = new Float32Array(16);
  ends.set([0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 3e38, -3e38, 1e-45]);
  expect([...tanh(ends).subarray(0, 8)]).toEqual([0, 0, 1, -1, Number.NaN, 1, -1, Math.fround(1e-45)]);
});

test("the kernel's tanh has these bits on every machine", async () => {
  const tanh = await openTanh();
  const values = Float32Array.from({ length: 16 }, (_, i) => (i - 8) * 0.3);
  expect([...new Uint32Array(tanh(values).buffer)].map((bits) => bits.toString(16))).toMatchInlineSnapshot(`
    [
      "bf7bd21e",
      "bf786f8a",
      "bf7261e1",
      "bf67b7cc",
      "bf556a64",
      "bf375f4c",
      "bf097c15",
      "be9526ee",
      "0",
      "3e9526ee",
      "3f097c15",
      "3f375f4c",
      "3f556a64",
      "3f67b7cc",
      "3f7261e1",
      "3f786f8a",
    ]
  `);
});
