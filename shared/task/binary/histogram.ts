import { ln } from "../../partition/elementary.ts";

/**
 * How many examples have which probability of the positive class: bin b counts those from b / 1,000 to below
 * (b + 1) / 1,000, and the last one those of 1 too. Counts of several clients add up without anybody seeing an example.
 */
export const bins = 1_000;

export type Histogram = readonly number[];

export const emptyHistogram = (): number[] => new Array<number>(bins).fill(0);

/** ln(p / (1 - p)) at p = 1 / 1,000 ... 999 / 1,000. */
const edges = Float64Array.from({ length: bins - 1 }, (_, i) => ln((i + 1) / (bins - 1 - i)));

/**
 * The bin of a probability by its log odds, so that no exponential decides it.
 * @param logOdds the positive class' output minus the other's
 */
export function binOf(logOdds: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= logOdds) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function addHistograms(one: Histogram, other: Histogram): number[] {
  return one.map((count, bin) => count + (other[bin] ?? 0));
}

export function countOf(histogram: Histogram): number {
  return histogram.reduce((sum, count) => sum + count, 0);
}

/** In a record: "37:2 38:5", the bins that have any, each with its count. */
export function writeHistogram(histogram: Histogram): string {
  return histogram.flatMap((count, bin) => (count > 0 ? [`${bin}:${count}`] : [])).join(" ");
}

/** @returns undefined where the text is none that writeHistogram makes */
export function readHistogram(text: string): number[] | undefined {
  if (!/^(\d{1,3}:\d{1,15}( (?=\d)|$))*$/.test(text)) return undefined;
  const histogram = emptyHistogram();
  for (const pair of text === "" ? [] : text.split(" ")) {
    const [bin = "", count = ""] = pair.split(":");
    histogram[Number(bin)] = Number(count);
  }
  return writeHistogram(histogram) === text ? histogram : undefined;
}
