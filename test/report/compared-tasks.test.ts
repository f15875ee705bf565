import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { comparisonInJson } from "../../report/comparison-json.ts";
import { comparisonPage } from "../../report/comparison-page.ts";
import { comparisonText } from "../../report/comparison-text.ts";
import { compareRuns } from "../../report/run-comparison.ts";
import { type BinarySums, BinaryTally } from "../../shared/task/binary/evaluation.ts";
import { PoissonTally } from "../../shared/task/poisson/evaluation.ts";
import { RegressionTally } from "../../shared/task/regression/evaluation.ts";
import type { EvaluationSums } from "../../shared/task/tasks.ts";
import { toldTask } from "./told-task.ts";

/** Examples of the class "yes" and of "no" by the probability of yes. */
function binarySums(yes: readonly number[], no: readonly number[]): BinarySums {
  const tally = new BinaryTally();
  const logOdds = (p: number) => Math.log(p / (1 - p));
  for (const p of yes) tally.add(logOdds(p), true);
  for (const p of no) tally.add(logOdds(p), false);
  return tally.sums({ examples: yes.length + no.length, lossSum: 1 });
}

/** Three of five found at 0.5, two of 15 named falsely. */
const apart = binarySums([0.9, 0.8, 0.7, 0.3, 0.2], [0.6, 0.65, ...new Array<number>(13).fill(0.1)]);
const idle = binarySums(new Array<number>(5).fill(0.2501), new Array<number>(15).fill(0.2501));

function numbers(targets: readonly number[], errors: readonly number[]): EvaluationSums {
  const tally = new RegressionTally(10);
  let lossSum = 0;
  targets.forEach((target, i) => {
    const error = errors[i] ?? 0;
    lossSum += error ** 2;
    tally.add(error, target);
  });
  return tally.sums({ examples: targets.length, lossSum }) as EvaluationSums;
}

const cells = (line = "") =>
  line
    .split("│")
    .slice(1, -1)
    .map((cell) => cell.trim());

function rowsOf(text: string): Map<string, string[]> {
  return new Map(
    text
      .split("\n")
      .filter((line) => line.startsWith("│"))
      .map((line) => {
        const [name = "", ...values] = cells(line);
        return [name, values];
      }),
  );
}

describe("runs of two classes beside each other", () => {
  const results = [
    toldTask("first", "binary", { federated: apart as EvaluationSums, centralized: idle as EvaluationSums }),
    toldTask("second", "binary", { federated: idle as EvaluationSums }, { set: ["threshold=f1"] }),
  ];
  const comparison = compareRuns(results);

  test("show in the terminal what suits two classes, for each federated model", () => {
    const rows = rowsOf(comparisonText(comparison));
    // ROC AUC: each of 0.9, 0.8 and 0.7 is above all 15, 0.3 and 0.2 above 13
    expect(rows.get("first")?.slice(0, 2)).toEqual(["0.9467", "0.5"]);
    expect(rows.get("majority line")).toEqual(["75.00 %", "75.00 %"]);
    // youden: all five found from 0.2 on, two of 15 falsely; f1 of one probability for all names everybody
    expect(rows.get("threshold")).toEqual(["0.2", "0.25"]);
    expect(rows.get("sensitivity")).toEqual(["100.00 %", "100.00 %"]);
    expect(rows.get("specificity")).toEqual(["86.67 %", "0.00 %"]);
    expect(rows.get("F1")).toEqual(["0.8333", "0.4"]);
    expect(rows.get("balanced accuracy")).toEqual(["93.33 %", "50.00 %"]);
    // (3 + 4/6 + 5/7) / 5
    expect(rows.get("PR AUC")).toEqual(["0.8762", "0.25"]);
    const brier = (0.01 + 0.04 + 0.09 + 0.49 + 0.64 + 0.36 + 0.65 ** 2 + 13 * 0.01) / 20;
    expect(Number(rows.get("Brier score")?.[0])).toBeCloseTo(brier, 3);
    // a quarter was promised, and is positive; each tenth at the middle of its thousandth
    expect(Number(rows.get("calibration error")?.[1])).toBeCloseTo(0.0005, 6);
    expect(comparisonText(comparison)).toContain("\nchance 0.5: knows nothing of an example\n");
    expect(comparisonText(comparison)).toContain("warning: second: the federated model hardly recognizes");
  });

  test("stand in several tables where there are more than a line has room for", () => {
    const many = Array.from({ length: 9 }, (_, i) =>
      toldTask(`a-rather-long-name-${i}`, "binary", { federated: apart as EvaluationSums }),
    );
    const text = comparisonText(compareRuns(many));
    const lines = text.split("\n");
    const headings = lines.filter((line) => line.startsWith("│ federated"));
    expect(headings.flatMap((line) => cells(line).slice(1))).toEqual(many.map(({ run }) => run));
    for (const line of headings) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => line.startsWith("│ PR AUC"))).toHaveLength(headings.length);
  });

  test("show on the page both models, the curves of each, the line and the warnings", () => {
    const { document } = parseHTML(comparisonPage(comparison));
    const heads = [...document.querySelectorAll("[aria-label='Figures of the final models'] th[scope=col]")];
    const names = heads.map((head) => head.textContent);
    expect(names.slice(0, 3)).toEqual(["run", "model", "PR AUC"]);
    const rows = [...document.querySelectorAll("[aria-label='Figures of the final models'] tbody tr")].map(
      (row) => [...row.children].map((cell) => cell.textContent),
    );
    expect(rows.map(([run, model]) => [run, model])).toEqual([
      ["first", "federated"],
      ["first", "centralized"],
      ["second", "federated"],
    ]);
    expect(rows.map((row) => row[names.indexOf("sensitivity")])).toEqual(["100.00 %", "0.00 %", "100.00 %"]);
    const figures = [...document.querySelectorAll("figure h3")].map((one) => one.textContent);
    expect(figures).toEqual(["ROC curve", "Precision and recall", "Calibration", "ROC AUC", "Loss"]);
    const legend = [...(document.querySelector("#figures ~ div figure .legend")?.children ?? [])];
    expect(legend.map((one) => one.textContent)).toEqual(["first", "second"]);
    const outcomes = document.querySelector("[aria-label='What the runs came to']");
    expect([...(outcomes?.querySelectorAll("th[scope=col]") ?? [])].map((one) => one.textContent)).toContain(
      "chance",
    );
    expect(document.querySelector(".warning")?.textContent).toMatch(
      /second: the federated model hardly recognizes/,
    );
  });

  test("have every figure in JSON", () => {
    const [first, second] = comparisonInJson(comparison).runs;
    expect(first?.federated).toMatchObject({
      examples: 20,
      rocAuc: expect.closeTo(0.94667, 4),
      youden: { threshold: 0.2, sensitivity: 1 },
      scores: { positive: expect.stringMatching(/^200:1 300:1 \d+:1 800:1 900:1$/) },
      details: {
        majority: 0.75,
        sensitivityAtHalf: 0.6,
        sensitivity: 1,
        calibrationError: expect.any(Number),
      },
      trivial: { name: "chance", score: 0.5 },
      rounds: 3,
    });
    expect(first?.baseline).toMatchObject({ rocAuc: 0.5, details: { brier: expect.closeTo(0.1875, 4) } });
    expect(second?.warnings[0]).toMatch(/hardly recognizes/);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  });
});

test("runs that predict numbers show R squared, MAE and the mean's line", () => {
  const runs = [
    toldTask("close", "regression", { federated: numbers([8, 9, 11, 12], [1, -1, 0, 0]) }),
    toldTask("far", "regression", { federated: numbers([8, 9, 11, 12], [2, 2, -2, 2]) }),
  ];
  const text = comparisonText(compareRuns(runs));
  const rows = rowsOf(text);
  expect(rows.get("R squared")).toEqual(["0.8", "-0.6"]);
  expect(rows.get("MAE")).toEqual(["0.5", "2"]);
  expect(text).toContain("mean line 1.581: always the mean of these examples");
  const { document } = parseHTML(comparisonPage(compareRuns(runs)));
  expect([...document.querySelectorAll("th[scope=col]")].map((one) => one.textContent)).toContain(
    "mean line",
  );
});

test("runs that predict rates show the explained deviance and the mean's line", () => {
  const tally = new PoissonTally();
  for (const [rate, target] of [
    [1, 1],
    [3, 3],
  ] as const) {
    tally.add(rate, target);
  }
  const sums = tally.sums({ examples: 2, lossSum: 0 }) as EvaluationSums;
  const runs = ["a", "b"].map((run) => toldTask(run, "poisson", { federated: sums }));
  const text = comparisonText(compareRuns(runs));
  expect(rowsOf(text).get("D squared")).toEqual(["1", "1"]);
  expect(rowsOf(text).get("mean rate")).toEqual(["2", "2"]);
  expect(text).toMatch(/mean line 0\.5232: always the mean/);
});
