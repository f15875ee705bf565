import { describe, expect, it } from "vitest";
import { openEmbeddedSample } from "../../../mnist/embedded-sample.ts";
import { centreDigit } from "../../../shared/dataset/centring.ts";

const side = 28;

/** A rectangle of full ink in an image of that size. */
function rectangle(width: number, height: number, [left, top, right, bottom]: readonly number[]) {
  const ink = Array.from({ length: width * height }, (_, i): number => {
    const [y, x] = [Math.floor(i / width), i % width];
    return x >= Number(left) && x < Number(right) && y >= Number(top) && y < Number(bottom) ? 255 : 0;
  });
  return { width, height, ink };
}

/** First and last row and column with ink, and the ink's total. */
function extent(image: Uint8Array) {
  const inked = [...image].flatMap((value, i) => (value > 0 ? [i] : []));
  const rows = inked.map((i) => Math.floor(i / side));
  const columns = inked.map((i) => i % side);
  return {
    rows: [Math.min(...rows), Math.max(...rows)],
    columns: [Math.min(...columns), Math.max(...columns)],
    ink: image.reduce((sum, value) => sum + value, 0),
  };
}

describe("centring a digit as MNIST does", () => {
  it("leaves the images of MNIST, which are centred, as they are", async () => {
    const { x, count } = (await openEmbeddedSample()).examples;
    const changed: number[] = [];
    for (let row = 0; row < count; row++) {
      const image = x.subarray(row * side * side, (row + 1) * side * side);
      const centred = centreDigit({ width: side, height: side, ink: image });
      if (!Buffer.from(image).equals(centred)) changed.push(row);
    }
    // a handful of the originals fill a box of 19 pixels only, so they are enlarged
    expect(changed.length).toBeLessThan(count / 1000);
  });

  it("takes no notice of where a digit was drawn", () => {
    const near = centreDigit(rectangle(90, 70, [3, 5, 20, 45]));
    expect(centreDigit(rectangle(200, 300, [150, 220, 167, 260]))).toEqual(near);
  });

  it("keeps the aspect in a box of 20, with the middle at row and column 14", () => {
    // 100 x 50 is 20 x 10 in the box; 20 pixels around 14 start at 4, since (4 + 23) / 2 is 13.5
    expect(extent(centreDigit(rectangle(300, 200, [10, 20, 110, 70])))).toEqual({
      rows: [9, 18],
      columns: [4, 23],
      ink: 20 * 10 * 255,
    });
    expect(extent(centreDigit(rectangle(200, 300, [20, 10, 70, 110])))).toMatchObject({
      rows: [4, 23],
      columns: [9, 18],
    });
  });

  it("enlarges what is smaller than the box", () => {
    expect(extent(centreDigit(rectangle(8, 8, [2, 2, 6, 4])))).toEqual({
      rows: [9, 18],
      columns: [4, 23],
      ink: 20 * 10 * 255,
    });
  });

  it("weighs the ink: a heavy foot is lifted towards the middle", () => {
    const { width, height, ink } = rectangle(100, 100, [48, 0, 52, 100]);
    for (let y = 80; y < 100; y++) ink.fill(255, y * width + 20, y * width + 80);
    const { rows } = extent(centreDigit({ width, height, ink }));
    // its centre of mass lies in the 16th of its 20 rows, so it goes up as far as the border lets it
    expect(rows).toEqual([0, 19]);
  });

  it("softens edges where it shrinks, as a mean over the pixels below", () => {
    // every second column: half the ink
    const { width, height, ink } = rectangle(200, 200, [0, 0, 200, 200]);
    const striped = ink.map((value, i) => ((i % width) % 2 === 0 ? value : 0));
    const centred = centreDigit({ width, height, ink: striped });
    expect(Math.abs(extent(centred).ink / (20 * 20 * 255) - 0.5)).toBeLessThan(0.01);
    expect(centred[14 * side + 14]).toBeGreaterThan(110);
    expect(centred[14 * side + 14]).toBeLessThan(145);
  });

  it("keeps all ink in the image, whose border no shift crosses", () => {
    const { width, height, ink } = rectangle(100, 100, [0, 0, 10, 100]);
    for (let x = 10; x < 100; x++) ink[99 * width + x] = 1;
    expect(extent(centreDigit({ width, height, ink })).columns[0]).toBe(8);
  });

  it("gives a blank image for no ink, and for no pixels", () => {
    expect(centreDigit(rectangle(10, 10, [0, 0, 0, 0]))).toEqual(new Uint8Array(784));
    expect(centreDigit({ width: 0, height: 0, ink: [] })).toEqual(new Uint8Array(784));
  });
});
