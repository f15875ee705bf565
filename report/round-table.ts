import { roundFigures } from "../shared/metrics/round-line.ts";
import { type Scored, scoreIn } from "../shared/task/tasks.ts";
import type { TimedRound } from "../shared/workflow/round-records.ts";
import { shownAs } from "./measure.ts";
import { wholeNumber } from "./numbers.ts";
import { oneRule, textTable } from "./text-table.ts";

/** Rows that still leave a terminal room for the rest. */
const mostRows = 12;

/**
 * A run's rounds as a table: evenly chosen ones where there are many, the first and the last among them. A round's
 * model is evaluated by the round after it, so that score and loss come from the next one.
 * @param rounds ascending; of a finished run the pass too that only evaluates
 */
export function roundTable(rounds: readonly TimedRound[]): string {
  const trained = rounds
    .filter(({ task }) => task === "train")
    .map((metrics, i) => ({
      round: metrics.round,
      model: rounds[i + 1]?.evaluated,
      figures: roundFigures(metrics),
    }));
  const rows = evenly(trained, mostRows).map(({ round, model, figures }) => [
    round,
    model ? scoreShown(model) : "",
    model ? wholeNumber(model.examples) : "",
    model ? model.loss.toFixed(4) : "",
    figures.clients,
    figures.failures,
    figures.duration.toFixed(2),
    figures.billedMs,
  ]);
  const [first] = rounds;
  const noun = first ? scoreIn(first.evaluated).score.noun : "score";
  const head = ["round", noun, "examples", "loss", "clients", "failed", "seconds", "billed ms"];
  return textTable(head, rows, { chars: oneRule, colAligns: head.map(() => "right") });
}

function scoreShown(figures: Scored): string {
  const { score, value } = scoreIn(figures);
  return shownAs(score.scale)(value);
}

/** So many of the items at the most, in their order, both ends included. */
function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as T,
  );
}
