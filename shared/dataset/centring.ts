/** An image of one channel, row after row: 0 is paper, 255 is full ink. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** height x width */
  readonly ink: ArrayLike<number>;
}

/** Rows and columns of an MNIST image. */
export const mnistSide = 28;

/** The longer side of a digit's box. */
const boxSide = 20;
/** Row and column that the centre of mass goes to; in every MNIST test image it lies in [13.5, 14.5). */
const middle = mnistSide / 2;

/**
 * A digit of any size as MNIST has its digits (https://yann.lecun.org/exdb/mnist): the box around its ink is scaled
 * into 20 x 20 with its aspect kept and its edges anti-aliased, and moved by whole pixels until the ink's centre of
 * mass is in the middle of 28 x 28. An image of MNIST stays what it is. A shift that would push ink over the border
 * ends there. Any ink counts, so a noisy background has to be cleared before.
 * @returns 784 bytes, row after row; all 0 where there is no ink
 */
export function centreDigit(image: GreyImage): Uint8Array {
  const centred = new Uint8Array(mnistSide * mnistSide);
  const box = inkBox(image);
  if (!box) return centred;
  const digit = scaleIntoBox(box);
  const { row, column } = centreOfMass(digit);
  const top = place(row, digit.height);
  const left = place(column, digit.width);
  for (let y = 0; y < digit.height; y++) {
    const line = digit.ink.subarray(y * digit.width, (y + 1) * digit.width);
    // stored by rounding; Uint8Array itself would cut off
    centred.set(line.map(Math.round), (top + y) * mnistSide + left);
  }
  return centred;
}

/** First row or column of the digit such that its centre of mass comes to the middle. */
function place(centre: number, extent: number): number {
  return Math.min(Math.max(0, Math.ceil(middle - 0.5 - centre)), mnistSide - extent);
}

interface Digit {
  readonly width: number;
  readonly height: number;
  readonly ink: Float64Array;
}

/** The smallest part of the image with all of its ink. */
function inkBox({ width, height, ink }: GreyImage): Digit | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!((ink[y * width + x] as number) > 0)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  const box = { width: right - left + 1, height: bottom - top + 1 };
  return {
    ...box,
    ink: Float64Array.from({ length: box.width * box.height }, (_, i) => {
      const [y, x] = [Math.floor(i / box.width), i % box.width];
      return ink[(top + y) * width + left + x] as number;
    }),
  };
}

function scaleIntoBox(digit: Digit): Digit {
  const scale = boxSide / Math.max(digit.width, digit.height);
  const wide = resample(digit, Math.max(1, Math.round(digit.width * scale)));
  return transpose(resample(transpose(wide), Math.max(1, Math.round(digit.height * scale))));
}

/**
 * Every row in so many columns, by the triangle filter whose radius is one pixel of the coarser of both grids:
 * linear interpolation where it grows, a weighted mean of all pixels below where it shrinks.
 */
function resample({ width, height, ink }: Digit, columns: number): Digit {
  const step = width / columns;
  const radius = Math.max(1, step);
  const resampled = new Float64Array(height * columns);
  for (let column = 0; column < columns; column++) {
    const centre = (column + 0.5) * step - 0.5;
    const first = Math.max(0, Math.ceil(centre - radius));
    const last = Math.min(width - 1, Math.floor(centre + radius));
    let total = 0;
    for (let x = first; x <= last; x++) {
      const weight = 1 - Math.abs(x - centre) / radius;
      total += weight;
      for (let y = 0; y < height; y++) {
        resampled[y * columns + column] =
          (resampled[y * columns + column] as number) + weight * (ink[y * width + x] as number);
      }
    }
    for (let y = 0; y < height; y++) {
      resampled[y * columns + column] = (resampled[y * columns + column] as number) / total;
    }
  }
  return { width: columns, height, ink: resampled };
}

function transpose({ width, height, ink }: Digit): Digit {
  return {
    width: height,
    height: width,
    ink: ink.map((_, i) => ink[(i % height) * width + Math.floor(i / height)] as number),
  };
}

/** Ink-weighted mean row and column. */
function centreOfMass({ width, ink }: Digit): { row: number; column: number } {
  let [total, row, column] = [0, 0, 0];
  ink.forEach((value, i) => {
    total += value;
    row += value * Math.floor(i / width);
    column += value * (i % width);
  });
  return { row: row / total, column: column / total };
}
