import { describe, expect, it } from "vitest";
import { type ListedRun, runsTable } from "../../report/runs-table.ts";

const finished: ListedRun = {
  run: "paper-20261128-224200",
  createdAt: "2026-11-28T22:42:00.000Z",
  preset: "paper",
  seed: 1,
  finished: true,
  score: "accuracy",
  federated: 0.8548,
  baseline: 0.899,
  ratio: 0.9508,
  trivial: 0.1135,
  examples: 14_000,
  baselineExamples: 14_000,
  damaged: [],
};
const cutOff: ListedRun = {
  ...finished,
  run: "cut",
  finished: false,
  federated: null,
  baseline: null,
  ratio: null,
  trivial: null,
  examples: null,
  baselineExamples: null,
};

const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("the list of runs", () => {
  it("has every column where there is room", () => {
    const text = runsTable([finished, cutOff]);
    for (const cell of [
      "85.48 %",
      "89.90 %",
      "0.9508",
      "knows nothing",
      "11.35 %",
      "2026-11-28 22:42:00",
      "paper",
      "unfinished",
    ]) {
      expect(text).toContain(cell);
    }
  });

  it.each([60, 66, 80, 100])("keeps the accuracies and stays within %i columns", (width) => {
    const text = runsTable([finished, cutOff], width);
    expect(widest(text)).toBeLessThanOrEqual(width);
    for (const cell of [finished.run, "85.48 %", "89.90 %"]) expect(text).toContain(cell);
  });

  it("shows name and accuracy whole on the narrowest terminal", () => {
    const text = runsTable([finished], 20);
    expect(text).toContain(finished.run);
    expect(text).toContain("85.48 %");
    expect(text).not.toContain("centralized");
  });
});
