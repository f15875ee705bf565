import { metricStore } from "../../local/emulator.ts";
import {
  metricsNamespace,
  type RoundLine,
  roundDimensions,
  roundLine,
} from "../../shared/metrics/round-line.ts";

/** What the rounds of a run published in this home, by round. Of a round that was aggregated again, the last counts. */
export async function publishedRounds(home: string, run: string): Promise<RoundLine[]> {
  const found = await metricStore(home).find(metricsNamespace, roundDimensions, { run });
  const lines = found.flatMap((content) => {
    const parsed = roundLine.safeParse(content);
    return parsed.success ? [parsed.data] : [];
  });
  const byRound = new Map(lines.map((line) => [line.round, line]));
  return [...byRound.values()].sort((a, b) => a.round - b.round);
}
