import Table from "cli-table3";
import pc from "picocolors";
import { visible } from "../shared/visible.ts";

interface PartitionTableOptions {
  /** Default: only on a terminal, and not where NO_COLOR is set. */
  readonly colors?: boolean;
  /** What clients and labels are called; default: their numbers. */
  readonly clientNames?: readonly string[] | undefined;
  readonly labelNames?: readonly string[] | undefined;
}

/**
 * The label table of a partition: for each client and for all of them a line of examples by label, and below it
 * their shares of the client's own examples in per cent. Ten labels fit into 100 columns.
 * @param labelCounts examples of each label, [client][label]
 */
export function partitionTable(
  labelCounts: readonly (readonly number[])[],
  {
    colors = process.stdout.isTTY ? pc.isColorSupported : false,
    clientNames = [],
    labelNames = [],
  }: PartitionTableOptions = {},
): string {
  const { bold, dim } = pc.createColors(colors);
  const classes = labelCounts[0]?.length ?? 0;
  const labels = Array.from({ length: classes }, (_, label) => label);
  const table = new Table({
    head: ["client", ...labels.map((label) => visible(labelNames[label] ?? String(label))), "total"].map(
      bold,
    ),
    colAligns: ["left", ...labels.map(() => "right" as const), "right"],
    // colours come from picocolors alone
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: borderless,
  });
  const add = (name: string, counts: readonly number[]) => {
    const total = sum(counts);
    const largest = Math.max(...counts);
    table.push(
      [name, ...counts.map((count) => (count === largest ? bold(count) : count)), total],
      ["", ...counts.map((count) => dim(percent(count, total))), dim(percent(total, total))],
    );
  };
  labelCounts.forEach((counts, client) => {
    add(visible(clientNames[client] ?? String(client)), counts);
  });
  add(
    "all",
    labels.map((label) => sum(labelCounts.map((counts) => counts[label] ?? 0))),
  );
  return table.toString();
}

/** Blanks only: the lines paste into a paper or a spreadsheet as they are. */
const borderless = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function percent(part: number, total: number): string {
  return total === 0 ? "-" : `${((100 * part) / total).toFixed(1)}%`;
}
