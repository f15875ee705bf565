import type { Skew, Spread } from "../shared/partition/skew.ts";

/** The skew of a partition in a few lines. */
export function skewSummary(skew: Skew): string {
  const { entropy, entropyOfAll, distance, sizeRatio, labels } = skew;
  const line = (name: string, { least, mean, most }: Spread, digits: number, note: string) =>
    `${name.padEnd(22)}${[least, mean, most].map((value) => value.toFixed(digits).padStart(8)).join("")}   ${note}`;
  return [
    `${"".padEnd(22)}${["least", "mean", "most"].map((title) => title.padStart(8)).join("")}`,
    line("label entropy, bits", entropy, 3, `of all ${entropyOfAll.toFixed(3)}`),
    line("distance to the whole", distance, 3, "earth mover's, 1 between any two labels; 0 is the same mix"),
    line("labels", labels, 1, "that a client has"),
    line("size ratio", sizeRatio, 3, "examples over the clients' mean"),
    "means are weighted by examples, that of the size ratio is not",
  ].join("\n");
}
