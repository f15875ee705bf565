import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawLayout, flatOf, type Layout, tensorsOf, zero } from "../../../shared/model/layout.ts";
import { lengthOf } from "../../../shared/model/vector-shape.ts";
import { randomStream } from "../../../shared/random.ts";
import type { Tensor } from "../../../shared/tensors/safetensors.ts";

/** Tensors of none to four dimensions, as those of a convolution are. */
const layouts: fc.Arbitrary<Layout> = fc
  .array(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((shapes) => shapes.map((shape, i) => ({ name: `tensor ${i}`, shape, initial: zero })));

const byName = (tensors: readonly Tensor[]) => new Map(tensors.map((tensor) => [tensor.name, tensor]));
const numbered = (length: number) => Float32Array.from({ length }, (_, i) => i + 1);

describe("a flat vector", () => {
  test("is its tensors one behind the other, which make it again in whatever order they come", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const flat = numbered(lengthOf(layout));
        const tensors = tensorsOf(layout, flat);
        expect(tensors.flatMap(({ data }) => [...data])).toEqual([...flat]);
        for (const { shape, data } of tensors) expect(data).toHaveLength(shape.reduce((a, b) => a * b, 1));
        expect(flatOf(layout, byName([...tensors].reverse()))).toEqual(flat);
      }),
    );
  });

  test("shares its memory with its tensors", () => {
    const flat = numbered(3);
    const [first] = tensorsOf([{ name: "w", shape: [3] }], flat);
    flat[2] = 7;
    expect(first?.data[2]).toBe(7);
  });
});

describe("tensors that are not the layout's are refused", () => {
  const layout: Layout = [
    { name: "w", shape: [2, 3], initial: zero },
    { name: "b", shape: [3], initial: zero },
  ];
  const whole = tensorsOf(layout, numbered(9));
  const [w, b] = whole as [Tensor, Tensor];
  test.each<[string, readonly Tensor[], RegExp]>([
    ["one is missing", [w], /no tensor b$/],
    ["one is transposed", [{ ...w, shape: [3, 2] }, b], /tensor w is \[3,2\], and has to be float32 \[2,3\]/],
    ["one holds integers", [w, { ...b, data: Int32Array.of(1, 2, 3) }], /tensor b is \[3\]/],
    ["one is too many", [w, b, { ...b, name: "c" }], /has 3 tensors instead of 2/],
  ])("%s", (_, tensors, message) => {
    expect(() => flatOf(layout, byName(tensors))).toThrow(message);
  });
});

test("a start draws tensor after tensor from the run's one stream, and nothing for a constant", () => {
  const unit = ({ unit }: { unit: () => number }) => unit();
  const drawn = drawLayout(
    [
      { name: "a", shape: [2], initial: unit },
      { name: "b", shape: [2, 1], initial: zero },
      { name: "c", shape: [], initial: unit },
    ],
    9,
  );
  const stream = randomStream(9, "start");
  const [first, second, third] = [stream.unit(), stream.unit(), stream.unit()];
  expect([...drawn]).toEqual([first, second, 0, 0, third]);
});
