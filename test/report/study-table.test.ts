import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { studyCsv } from "../../report/study-csv.ts";
import { studyMarkdown, studyTable } from "../../report/study-table.ts";
import { endedStudy } from "../shared/study/ended-study.ts";

const study = {
  name: "rates",
  preset: "smoke",
  vary: {
    "training.learningRate": [0.1, 0.2],
    kind: { label: "a|b", values: [{ label: "x|y", set: { "training.batchSize": 8 } }] },
  },
  seeds: [1, 2, 3],
  targetAccuracy: 0.925,
  reference: { "training.learningRate": "0.1" },
};

/** 0.90, 0.92, 0.94, and at the second rate 0.02 more: s = 0.02, and half the interval 0.02 x 4.302653 / sqrt(3). */
const results = endedStudy(study, ([rate], seed) => ({
  accuracies: [0.1, 0.88 + 0.02 * seed + (rate === "0.2" ? 0.03 : 0)],
  centralized: 0.98,
  seconds: 12.34,
}));

const cellsOf = (line = "") =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

describe("the Markdown table", () => {
  const [heading, rule, first, second, ...rest] = studyTable(results).split("\n");

  test("has a line for each cell: mean ± half of the interval (deviation)", () => {
    expect(rest).toEqual([]);
    expect(cellsOf(heading)).toEqual([
      "training.learningRate",
      "a\\|b",
      "n",
      "examples",
      "federated, %",
      "centralized, %",
      "over 0.1, points",
      "ratio",
      "rounds to 92.5 %",
      "seconds",
    ]);
    expect(cellsOf(rule).every((cell) => /^:-+$|^-+:$/.test(cell))).toBe(true);
    expect(cellsOf(first)).toEqual([
      "0.1",
      "x\\|y",
      "3",
      "1",
      "92.00 ± 4.97 (2.00)",
      "98.00 ± 0.00 (0.00)",
      "",
      "0.9388 ± 0.0507 (0.0204)",
      "1 of 3 reached it",
      "12.3 ± 0.0 (0.0)",
    ]);
    expect(cellsOf(second).slice(4, 9)).toEqual([
      "95.00 ± 4.97 (2.00)",
      "98.00 ± 0.00 (0.00)",
      "+3.00 ± 0.00 (0.00)",
      "0.9694 ± 0.0507 (0.0204)",
      "2.0 ± 0.0 (0.0)",
    ]);
  });

  test("leaves out what the study does not have", () => {
    const bare = endedStudy({ name: "bare", preset: "smoke", seeds: [1, 2] }, (_labels, seed) =>
      seed === 1 ? { accuracies: [0.5] } : { error: "run x failed: TrainingDiverged" },
    );
    const [heading, , line] = studyTable(bare).split("\n");
    expect(cellsOf(heading)).toEqual(["n", "examples", "federated, %", "seconds"]);
    expect(cellsOf(line)).toEqual(["1 of 2, 1 failed", "1", "50.00", "10.0"]);
    expect(studyMarkdown(bare)).toContain("1 of 2 runs finished");
    expect(studyMarkdown(bare)).toContain("- seed 2: run x failed: TrainingDiverged");
  });
});

test("the average of the last rounds has a column, and is what the difference is of", () => {
  const smooth = endedStudy({ ...study, lastRounds: 2 }, ([rate], seed) => ({
    accuracies: [0.1, 0.5, 0.7 + 0.02 * seed + (rate === "0.2" ? 0.02 : 0)],
  }));
  const [heading, , first, second] = studyTable(smooth).split("\n");
  expect(cellsOf(heading).slice(4, 7)).toEqual([
    "federated, %",
    "last 2 rounds, %",
    "last 2 rounds over 0.1, points",
  ]);
  expect(cellsOf(first)[5]).toBe("62.00 ± 2.48 (1.00)");
  expect(cellsOf(second)[6]).toBe("+1.00 ± 0.00 (0.00)");
  const [row] = parse(studyCsv(smooth), { columns: true }) as Record<string, string>[];
  expect(Number(row?.last_rounds_mean)).toBeCloseTo(0.62, 12);
});

test("the CSV has every figure in full, and nothing where there is none", () => {
  const [first, second, ...rest] = parse(studyCsv(results), { columns: true }) as Record<string, string>[];
  expect(rest).toEqual([]);
  expect(first).toMatchObject({
    "training.learningRate": "0.1",
    "a|b": "x|y",
    n: "3",
    failed: "0",
    difference_mean: "",
    reached_target: "1",
    rounds_to_target_mean: "",
    rounds_to_target_sd: "",
  });
  expect(Number(first?.federated_mean)).toBeCloseTo(0.92, 12);
  expect(Number(first?.federated_sd)).toBeCloseTo(0.02, 12);
  expect(Number(first?.federated_low)).toBeCloseTo(0.92 - (0.02 * 4.302653) / Math.sqrt(3), 7);
  expect(Number(first?.federated_high)).toBeCloseTo(0.92 + (0.02 * 4.302653) / Math.sqrt(3), 7);
  expect(Number(second?.difference_mean)).toBeCloseTo(0.03, 12);
  expect(second).toMatchObject({ reached_target: "3", rounds_to_target_mean: "2", rounds_to_target_sd: "0" });
});

describe("what the scores are over", () => {
  const over = (...evaluations: string[]) =>
    studyMarkdown(
      endedStudy(
        { name: "tests", preset: "smoke", vary: { "federation.evaluation": evaluations }, seeds: [1, 2] },
        () => ({
          accuracies: [0.1, 0.9],
          centralized: 0.98,
          seconds: 1,
        }),
      ),
    ).match(/^Accuracy is over .*$/m)?.[0];
  const heldOut = "what the clients of a run hold out, which another seed or partition makes other examples";

  test("is the test set where that evaluates, and else what clients hold out", () => {
    expect(over("test-set")).toBe("Accuracy is over the publisher's test set.");
    expect(over("all")).toBe(`Accuracy is over ${heldOut}.`);
    expect(over("test-set", "all")).toBe(`Accuracy is over the publisher's test set, or ${heldOut}.`);
  });
});
