import { expect, test } from "vitest";
import { skewSummary } from "../../report/skew.ts";
import { skewOf } from "../../shared/partition/skew.ts";

test("the summary of a skew is a line a measure: least, mean and most", () => {
  const text = skewSummary(
    skewOf([
      [10, 0],
      [15, 15],
    ]),
  );
  expect(text.split("\n").slice(0, 5)).toEqual([
    "                         least    mean    most",
    "label entropy, bits      0.000   0.750   1.000   of all 0.954",
    "distance to the whole    0.125   0.188   0.375   earth mover's, 1 between any two labels; 0 is the same mix",
    "labels                     1.0     1.8     2.0   that a client has",
    "size ratio               0.500   1.000   1.500   examples over the clients' mean",
  ]);
});
