import type { ClippingOptions } from "./trainer.ts";

/** @throws RangeError where rows are not ascending, or none of so many; for a clip or a unit that a sum cannot be made by */
export function checkClipping(rows: Uint32Array, count: number, { clip, unit }: ClippingOptions): void {
  rows.forEach((row, i) => {
    if (row >= count) throw new RangeError(`there is no row ${row} in ${count} examples`);
    if (i > 0 && row <= (rows[i - 1] as number)) throw new RangeError("rows have to be in ascending order");
  });
  if (!(clip > 0 && clip <= 2 ** 64)) throw new RangeError(`clip ${clip} has to be above 0, at most 2^64`);
  if (!isPowerOfTwo(unit)) throw new RangeError(`unit ${unit} has to be a power of two, from 2^-100 to 2^64`);
  if (clip / unit > 2 ** 24) throw new RangeError(`unit ${unit} has to be at least 2^-24 of clip ${clip}`);
}

function isPowerOfTwo(number: number): boolean {
  if (!(number >= 2 ** -100 && number <= 2 ** 64)) return false;
  let mantissa = number;
  while (mantissa < 1) mantissa *= 2;
  while (mantissa >= 2) mantissa /= 2;
  return mantissa === 1;
}
