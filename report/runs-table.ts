import { scores } from "../shared/task/tasks.ts";
import { visible } from "../shared/visible.ts";
import { shownAs } from "./measure.ts";
import { wholeNumber } from "./numbers.ts";
import { textTable } from "./text-table.ts";

/** What the list of runs tells of one. */
export interface ListedRun {
  readonly run: string;
  readonly createdAt: string;
  readonly preset: string;
  readonly seed: number | null;
  readonly finished: boolean;
  /** What it is judged by, as records call it; null where nothing tells. */
  readonly score: string | null;
  /** Of its models. */
  readonly federated: number | null;
  readonly baseline: number | null;
  readonly ratio: number | null;
  /** What whoever knows nothing of an example scores on those of the federated model. */
  readonly trivial: number | null;
  /** That the federated model was evaluated on, and the centralized one. */
  readonly examples: number | null;
  readonly baselineExamples: number | null;
  /** Why what it has left cannot be read, one line for each object. */
  readonly damaged: readonly string[];
}

interface Column {
  readonly title: string;
  readonly of: (run: ListedRun) => string;
}

function shown({ score }: ListedRun, value: number | null): string {
  const scale = scores.find(({ name }) => name === score)?.scale ?? "number";
  return value === null ? "" : shownAs(scale)(value);
}

function federatedOf(run: ListedRun): string {
  if (run.finished) return shown(run, run.federated);
  return run.damaged.length > 0 ? "unreadable" : "unfinished";
}

/** Where not all runs are judged by the accuracy, what each is judged by. */
const judged: Column = {
  title: "by",
  of: ({ score }) => scores.find(({ name }) => name === score)?.noun ?? "",
};

function columnsOf(runs: readonly ListedRun[]): readonly Column[] {
  const alike = runs.every(({ score }) => score === null || score === "accuracy");
  return alike ? columns : columns.toSpliced(1, 0, judged);
}

/** The most important first: where a terminal is narrow, the last ones are left out. */
const columns: readonly Column[] = [
  { title: "run", of: ({ run }) => run },
  { title: "federated", of: federatedOf },
  { title: "centralized", of: (run) => shown(run, run.baseline) },
  { title: "ratio", of: ({ ratio }) => ratio?.toFixed(4) ?? "" },
  // of accuracies the majority line
  { title: "knows nothing", of: (run) => shown(run, run.trivial) },
  { title: "examples", of: ({ examples }) => (examples === null ? "" : wholeNumber(examples)) },
  { title: "started", of: ({ createdAt }) => createdAt.replace("T", " ").slice(0, 19) },
  { title: "preset", of: ({ preset }) => preset },
  { title: "seed", of: ({ seed }) => String(seed ?? "") },
];

/** The name and what the run came to are shown however narrow the terminal is. */
const fewestColumns = 2;

/**
 * Below the table stands what cannot be read of the runs, and why.
 * @param width characters of a line, where the reader has so many
 */
export function runsTable(runs: readonly ListedRun[], width = Number.POSITIVE_INFINITY): string {
  const all = columnsOf(runs);
  const shown = all.slice(0, fitting(all, runs, width));
  const table = textTable(
    shown.map(({ title }) => title),
    runs.map((run) => shown.map(({ of }) => of(run))),
  );
  const reasons = runs.flatMap(({ run, damaged }) => damaged.map((reason) => `${run}: ${reason}`));
  return reasons.length === 0 ? table : `${table}\n\n${reasons.map(visible).join("\n")}`;
}

/** How many columns fit: each takes its longest cell, a blank on both sides and a rule. */
function fitting(columns: readonly Column[], runs: readonly ListedRun[], width: number): number {
  const widths = columns.map(
    ({ title, of }) => 3 + Math.max(title.length, ...runs.map((run) => visible(of(run)).length)),
  );
  let count = columns.length;
  const total = () => widths.slice(0, count).reduce((sum, one) => sum + one, 1);
  while (count > fewestColumns && total() > width) count--;
  return count;
}
