import { expect, test } from "vitest";
import { roundTable } from "../../report/round-table.ts";
import type { TimedRound } from "../../shared/workflow/round-records.ts";

const round = (n: number): TimedRound => ({
  round: n,
  task: "train",
  evaluated: { round: n - 1, examples: 400, accuracy: n / 100, loss: 1 / n, confusion: [] },
  clients: Array.from({ length: 10 }, (_, client) => ({
    client,
    task: client === 9 ? "evaluate" : "train",
    examples: 40,
    accuracy: null,
    loss: null,
    // one of them has only evaluated
    trainingLoss: client === 9 ? null : 1,
    update: client === 9 ? null : { norm: 1, cosine: 1 },
  })),
  silent: n === 2 ? [{ client: 10, task: "train", error: "Sandbox.Timedout", cause: "" }] : [],
  updates: [],
  weightsSha256: null,
  stateSha256: null,
  chainSha256: "",
  seconds: 0.25,
  timing: { training: 0, aggregation: 0 },
  usage: { count: 11, cold: 0, billedMs: 1000 + n, gbSeconds: 1 },
});
const rounds = (count: number) => Array.from({ length: count }, (_, i) => round(i + 1));
const finished = (count: number): TimedRound[] => [
  ...rounds(count),
  { ...round(count + 1), task: "evaluate" },
];

/** The cells of the rows below the head. */
const cells = (table: string) =>
  table
    .split("\n")
    .filter((text) => text.startsWith("│"))
    .slice(1)
    .map((text) =>
      text
        .split("│")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

test("a round's model has the figures that the next round found", () => {
  expect(cells(roundTable(finished(2)))).toEqual([
    ["1", "2.00 %", "400", "0.5000", "9", "0", "0.25", "1001"],
    ["2", "3.00 %", "400", "0.3333", "9", "1", "0.25", "1002"],
  ]);
});

test("of a run that goes on, nobody has evaluated the last model yet", () => {
  expect(cells(roundTable(rounds(2))).at(-1)).toEqual(["2", "", "", "", "9", "1", "0.25", "1002"]);
});

test("a hundred rounds stay short, with the first and the last", () => {
  const rows = cells(roundTable(finished(100))).map(([n]) => Number(n));
  expect(rows).toHaveLength(12);
  expect([rows[0], rows.at(-1)]).toEqual([1, 100]);
  expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
});
