import type { ColumnEncoder } from "../../shared/schema/encode.ts";

/** What a field of the form holds: what was written, or which option was chosen. */
export type Entry =
  | {
      readonly written: string;
      /** What is there is no whole date. */
      readonly partial?: boolean;
    }
  | { readonly chosen: number };

/** A column's values in the model's input, or what is wrong with the field in words that follow its name. */
export type ReadEntry = readonly number[] | { readonly fault: string };

/**
 * Reads a field as a cell of a table is read.
 * @param bytes whether numbers are bytes
 */
export function readEntry(encoder: ColumnEncoder, entry: Entry, bytes: boolean): ReadEntry {
  if ("chosen" in entry) return readChoice(encoder, entry.chosen);
  if (entry.partial) return { fault: "is no whole date yet" };
  const written = entry.written.trim();
  if (written === "") return absent(encoder);
  const read = encoder.encode(written);
  if ("fault" in read) return { fault: read.fault };
  const [value = 0] = read;
  const isByte = Number.isInteger(value) && value >= 0 && value <= 255;
  return bytes && !isByte
    ? { fault: `is ${written}, and the models take whole numbers from 0 to 255` }
    : read;
}

/** The options are the categories in their order, then any other value, then none. */
function readChoice(encoder: ColumnEncoder, chosen: number): ReadEntry {
  const { categories = [] } = encoder.column;
  const category = categories[chosen];
  if (category !== undefined) return encoder.encode(category);
  return chosen === categories.length && encoder.other ? encoder.other : absent(encoder);
}

function absent({ absent }: ColumnEncoder): ReadEntry {
  return "fault" in absent ? { fault: "is empty, and the models take no gaps here" } : absent;
}
