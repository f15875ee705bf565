import type { Scaling } from "../shared/dataset/scaling.ts";
import { type ColumnEncoder, dateOf, encodersOf } from "../shared/schema/encode.ts";
import type { EmbeddedTable } from "./page/embedded.ts";

/**
 * What a form begins with, a text for each column: an example that is nobody's, from sums over all of the training examples.
 * A number and a date are the mean of those that are there, or what the schema fills gaps with where nothing was scaled; a
 * category is the most frequent one, or the first.
 */
export function startingExample(table: EmbeddedTable, scaling: Scaling | null): string[] {
  let at = 0;
  return encodersOf(table).map((encoder) => {
    const begin = at;
    at += encoder.features.length;
    const moments = scaling && {
      mean: scaling.mean.slice(begin, at),
      deviation: scaling.deviation[begin] ?? 1,
    };
    return startOf(encoder, moments, table.bytes);
  });
}

interface Moments {
  /** Of the column's features. */
  readonly mean: readonly number[];
  /** Of the first one. */
  readonly deviation: number;
}

function startOf({ column, gap, ranges }: ColumnEncoder, moments: Moments | null, bytes: boolean): string {
  const { type, categories = [], missing } = column;
  const [range] = ranges;
  if (type === "category") return mostFrequent(categories, moments?.mean ?? []);
  // the mean of those that are there is known of gaps that take it
  const fill = missing === "mean" ? undefined : gap?.[0];
  const value = moments ? meanOfThose(moments.mean, fill) : fill;
  if (type === "date") return dateOf(Math.round(value ?? 0));
  if (bytes) return String(Math.round(255 * (value ?? 0)));
  const [lowest, highest] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const middle = range ? (lowest + highest) / 2 : 0;
  const rounded = roundedTo(value ?? middle, moments?.deviation);
  return String(Math.min(highest, Math.max(lowest, rounded)));
}

/**
 * A column's mean is over its gaps, too, as they are filled: with the share s of gaps, mean = (1 - s) x + s fill for the mean x
 * of those that are there.
 */
function meanOfThose([mean = 0, share = 0]: readonly number[], fill: number | undefined): number {
  if (fill === undefined) return mean;
  return share < 1 ? (mean - share * fill) / (1 - share) : fill;
}

function mostFrequent(categories: readonly string[], shares: readonly number[]): string {
  const most = Math.max(...shares.slice(0, categories.length));
  return categories[Math.max(0, shares.indexOf(most))] ?? "";
}

/** To a tenth of the deviation or less, as people write numbers: 54.3217 with deviation 17 is 54. */
function roundedTo(value: number, deviation: number | undefined): number {
  if (deviation === undefined) return value;
  const places = Math.ceil(-Math.log10(deviation / 10));
  const rounded = places > 0 ? value.toFixed(Math.min(places, 100)) : String(Math.round(value));
  return Number(rounded);
}
