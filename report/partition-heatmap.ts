import pc from "picocolors";
import { visible } from "../shared/visible.ts";

interface HeatmapOptions {
  /** Block characters instead of ASCII. Default: on a terminal, and not where NO_COLOR is set. */
  readonly blocks?: boolean;
  /** Clients drawn at most; a line says how many were left out. */
  readonly most?: number;
  /** What the clients are called; default: their numbers. */
  readonly clientNames?: readonly string[] | undefined;
}

/** What is drawn for no example, and from little to all of a client's examples. */
const ramps = { ascii: " .:-=+*#%@", blocks: " ░▒▓█" } as const;

/** Columns of a terminal that the panels stand side by side in. */
const width = 100;
/** Below this many clients one panel is easier to read than several. */
const panelRows = 25;

/**
 * Clients by labels: each cell's darkness is the label's share of the client's own examples. Blank is none at all;
 * a single example already leaves a mark. Many clients stand in panels side by side.
 * @param labelCounts examples of each label, [client][label]
 */
export function partitionHeatmap(
  labelCounts: readonly (readonly number[])[],
  {
    blocks = process.stdout.isTTY ? pc.isColorSupported : false,
    most = 200,
    clientNames = [],
  }: HeatmapOptions = {},
): string {
  const ramp = blocks ? ramps.blocks : ramps.ascii;
  const shown = labelCounts.slice(0, most);
  const names = shown.map((_, client) => visible(clientNames[client] ?? String(client)));
  const nameWidth = Math.max(...["client", ...names].map((name) => name.length));
  const lines = shown.map((counts, client) => names[client]?.padStart(nameWidth) + row(counts, ramp));
  const head = header(labelCounts[0]?.length ?? 0, nameWidth);
  const left = labelCounts.length - shown.length;
  return [...inPanels(head, lines), legend(ramp), ...(left > 0 ? [`and ${left} more clients`] : [])].join(
    "\n",
  );
}

/** The last digit of each label, and above it the tens where there are any. */
function header(labels: number, name: number): string[] {
  const line = (title: string, digit: (label: number) => string) =>
    `${title.padStart(name)}  ${Array.from({ length: labels }, (_, label) => digit(label).repeat(cellWidth(labels))).join("")} `;
  const ones = line("client", (label) => `${label % 10}`);
  return labels > 10
    ? [line("", (label) => (label % 10 === 0 ? `${(label / 10) % 10}` : " ")), ones]
    : [ones];
}

/** Two characters are about as wide as a line is high; many labels get one. */
function cellWidth(labels: number): number {
  return labels <= 20 ? 2 : 1;
}

function row(counts: readonly number[], ramp: string): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cells = counts.map((count) => shade(count, total, ramp).repeat(cellWidth(counts.length)));
  return ` |${cells.join("")}|`;
}

/** The k-th mark of n stands for shares above (k - 1) / n, up to k / n; blank for none at all. */
function shade(count: number, total: number, ramp: string): string {
  return ramp[count === 0 ? 0 : Math.ceil(((ramp.length - 1) * count) / total)] as string;
}

function inPanels(head: readonly string[], lines: readonly string[]): string[] {
  const gap = "   ";
  const fits = Math.max(1, Math.floor((width + gap.length) / ((head[0]?.length ?? 0) + gap.length)));
  const panels = Math.min(fits, Math.ceil(lines.length / panelRows));
  const rows = Math.ceil(lines.length / panels);
  const beside = (cells: readonly string[]) => cells.join(gap).trimEnd();
  return [
    ...head.map((line) => beside(new Array<string>(panels).fill(line))),
    ...Array.from({ length: rows }, (_, at) => {
      return beside(Array.from({ length: panels }, (_, panel) => lines[panel * rows + at] ?? ""));
    }),
  ];
}

function legend(ramp: string): string {
  const steps = ramp.length - 1;
  const upTo = [...ramp.slice(1)].map((mark, i) => `${mark} ${Math.floor((100 * (i + 1)) / steps)}`);
  return `share of the client's examples, up to per cent: ${upTo.join("  ")}; blank: none`;
}
