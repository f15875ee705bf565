import Table from "cli-table3";
import type { RoundLine } from "../shared/metrics/round-line.ts";
import { percent } from "./percent.ts";

/** Rows that still leave a terminal room for the rest. */
const mostRows = 12;

/**
 * What a run's rounds published, as a table: evenly chosen rounds where there are many, the first and the last among
 * them. A round's model is evaluated by the round after it, so that accuracy and loss come from the next line.
 * @param lines by round, ascending
 * @param finished whether the last line is the pass that only evaluates
 */
export function roundTable(lines: readonly RoundLine[], finished: boolean): string {
  const trained = lines.slice(0, finished ? -1 : undefined).map((line, i) => ({ line, next: lines[i + 1] }));
  const table = new Table({
    head: ["round", "accuracy", "loss", "clients", "failed", "seconds", "billed ms"],
    style: { head: [], border: [] },
    chars: oneRule,
    colAligns: ["right", "right", "right", "right", "right", "right", "right"],
  });
  for (const { line, next } of evenly(trained, mostRows)) {
    table.push([
      line.round,
      next ? percent(next.accuracy) : "",
      next ? next.loss.toFixed(4) : "",
      line.clients,
      line.failures,
      line.duration.toFixed(2),
      line.billedMs,
    ]);
  }
  return table.toString();
}

/** Without lines between the rows. */
const oneRule = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" } as const;

/** So many of the items at the most, in their order, both ends included. */
function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))] as T,
  );
}
