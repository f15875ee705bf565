import type * as z from "zod";
import type { Pooling } from "../pooling.ts";
import { rocAuc, type Scores } from "./curves.ts";
import { type BinarySums, scoresIn, writtenScores } from "./evaluation.ts";
import { addHistograms, countOf, emptyHistogram, writeHistogram } from "./histogram.ts";

/** Histograms of clients add up to that of all, of which the area is. */
export const binaryPooling: Pooling<BinarySums, z.output<typeof writtenScores>> = {
  told: writtenScores,
  toldOf: ({ positive, negative }) => ({
    positive: writeHistogram(positive),
    negative: writeHistogram(negative),
  }),
  scoreOf(parts) {
    const all = parts
      .map((scores) => scoresIn({ scores }))
      .reduce<Scores>(
        (sum, one) => ({
          positive: addHistograms(sum.positive, one.positive),
          negative: addHistograms(sum.negative, one.negative),
        }),
        { positive: emptyHistogram(), negative: emptyHistogram() },
      );
    const told = countOf(all.positive) > 0 && countOf(all.negative) > 0;
    return told ? rocAuc(all).area : undefined;
  },
};
