import { readFileSync, writeFileSync } from "node:fs";
import { betweenMarkers } from "../report/between-markers.ts";
import { type Case, shapeName } from "./case.ts";
import type { Contender } from "./contender.ts";
import type { Measurement } from "./measure.ts";

/** A row per case, a column per contender: milliseconds, and how many times the first contender's that is. */
export function markdownTable(
  contenders: readonly Contender[],
  results: readonly { readonly one: Case; readonly measurements: readonly Measurement[] }[],
): string {
  const names = contenders.map(({ name }) => name);
  const rows = results.map(({ one, measurements }) => {
    const reference = measurements[0]?.milliseconds ?? Number.NaN;
    const cells = names.map((name, i) => {
      const found = measurements.find(({ contender }) => contender === name);
      if (!found) return "";
      const time = found.milliseconds.toFixed(found.milliseconds < 100 ? 1 : 0);
      return i === 0 ? time : `${time} (${(found.milliseconds / reference).toFixed(1)}x)`;
    });
    return [shapeName(one), String(one.batchSize), one.data, ...cells];
  });
  const heading = ["model", "batch", "input", ...names];
  const rule = heading.map((_, i) => (i < 1 || i === 2 ? "---" : "---:"));
  return markdownRows([heading, rule, ...rows]);
}

export function markdownRows(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in a file. */
export function writeBetweenMarkers(file: string, name: string, text: string): void {
  writeFileSync(file, betweenMarkers(readFileSync(file, "utf8"), name, text));
}
