import { isDecimal } from "../../shared/dataset/decimal.ts";

/** Columns of a row of MNIST without a header: the label, and 28 x 28 pixels. */
const headlessColumns = 1 + 28 * 28;

/**
 * The side of the square images that a CSV file has as Kaggle's MNIST has it: a column "label", then "pixel0", "pixel1" and
 * so on, or "1x1", "1x2" and so on; or no header and 785 columns. undefined where it is another table.
 */
export function pixelSide(first: readonly string[]): { side: number; headless: boolean } | undefined {
  if (first.length === headlessColumns && first.every(isDecimal)) return { side: 28, headless: true };
  const [label, ...names] = first;
  const side = Math.sqrt(names.length);
  if (label !== "label" || names.length === 0 || !Number.isInteger(side)) return undefined;
  const numbered = [0, 1].some((from) => names.every((name, i) => name === `pixel${i + from}`));
  const placed = names.every((name, i) => name === `${Math.floor(i / side) + 1}x${(i % side) + 1}`);
  return numbered || placed ? { side, headless: false } : undefined;
}

/** Pixels as bytes, or undefined where some are not whole numbers from 0 to 255. */
export function asBytes(values: Float32Array): Uint8Array | undefined {
  const bytes = Uint8Array.from(values);
  return values.every((value, i) => value === bytes[i]) ? bytes : undefined;
}
