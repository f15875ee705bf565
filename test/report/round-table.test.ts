import { expect, test } from "vitest";
import { roundTable } from "../../report/round-table.ts";

const line = (round: number) => ({
  run: "r",
  strategy: "FedAvg",
  round,
  accuracy: round / 100,
  loss: 1 / round,
  clients: 10,
  failures: round === 2 ? 1 : 0,
  duration: 0.25,
  billedMs: 1000 + round,
});
const lines = (count: number) => Array.from({ length: count }, (_, i) => line(i + 1));

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
  expect(cells(roundTable(lines(3), true))).toEqual([
    ["1", "2.00 %", "0.5000", "10", "0", "0.25", "1001"],
    ["2", "3.00 %", "0.3333", "10", "1", "0.25", "1002"],
  ]);
});

test("of a run that goes on, nobody has evaluated the last model yet", () => {
  expect(cells(roundTable(lines(2), false)).at(-1)).toEqual(["2", "", "", "10", "1", "0.25", "1002"]);
});

test("a hundred rounds stay short, with the first and the last", () => {
  const rows = cells(roundTable(lines(101), true)).map(([round]) => Number(round));
  expect(rows).toHaveLength(12);
  expect([rows[0], rows.at(-1)]).toEqual([1, 100]);
  expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
});
