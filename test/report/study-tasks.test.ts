import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { checkConfig } from "../../cloud/limits/check-config.ts";
import { studyCsv } from "../../report/study-csv.ts";
import { studyMarkdown } from "../../report/study-table.ts";
import { planStudy } from "../../shared/study/plan.ts";
import { studyOutcome, studyResults } from "../../shared/study/results.ts";
import { BinaryTally } from "../../shared/task/binary/evaluation.ts";
import { RegressionTally } from "../../shared/task/regression/evaluation.ts";
import type { EvaluationSums } from "../../shared/task/tasks.ts";
import { dataset } from "../shared/study/ended-study.ts";
import { toldTask } from "./told-task.ts";

/** A study of two learning rates and two seeds of a task, each run with the sums that are said. */
function study(
  kind: string,
  sumsOf: (rate: number, seed: number) => EvaluationSums,
  classes = 2,
  centralizedOf = sumsOf,
) {
  const plan = planStudy(
    {
      name: "rates",
      config: { task: { kind }, model: { hidden: [] }, partition: { kind: "iid", clients: 4 } },
      vary: { "training.learningRate": [0.1, 0.2] },
      seeds: [1, 2],
    },
    checkConfig,
    { classes },
  );
  const outcomes = plan.runs.map(({ cell, config }) => {
    const sums = sumsOf(config.training.learningRate, config.seed);
    const told = toldTask(`run-${config.seed}`, kind, {
      federated: sums,
      centralized: centralizedOf(config.training.learningRate, config.seed),
    });
    return { cell, result: { ...told, config: { ...told.config, seed: config.seed } } };
  });
  return studyOutcome(plan, outcomes, dataset, "1.2.3");
}

/** Of 20 examples 5 are positive; so many of these are far above all others, and the rest far below. */
function found(positives: number): EvaluationSums {
  const tally = new BinaryTally();
  for (let i = 0; i < 20; i++) tally.add(i < positives ? 2 : i < 5 ? -4 : -2, i < 5);
  return tally.sums({ examples: 20, lossSum: 2 }) as EvaluationSums;
}

const cells = (line = "") =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
const recordsOf = (csv: string) => parse(csv, { columns: true }) as Record<string, string>[];

test("a study of two classes tabulates what suits them, and has all of it in CSV and JSON", () => {
  const results = study(
    "binary",
    (rate, seed) => found(rate === 0.2 ? 4 : 2 + seed),
    2,
    (rate, seed) => found(rate === 0.2 ? 4 : 3 + seed),
  );
  const lines = studyMarkdown(results).split("\n");
  const heading = lines.findIndex((line) => line.startsWith("Further figures of the federated models")) + 2;
  const names = cells(lines[heading]);
  expect(names).toEqual([
    "training.learningRate",
    ...[
      "PR AUC",
      "positive examples, %",
      "Brier score",
      "calibration error",
      "majority line, %",
      "threshold",
    ],
    ...["accuracy, %", "sensitivity, %", "specificity, %", "precision, %", "F1", "balanced accuracy, %"],
  ]);
  const [first, second] = [cells(lines[heading + 2]), cells(lines[heading + 3])];
  // of five positive examples three are found with seed 1, and four with seed 2
  expect(first[names.indexOf("sensitivity, %")]).toMatch(/^70\.00 ± 127\.06 \(14\.14\)$/);
  expect(second[names.indexOf("sensitivity, %")]).toBe("80.00 ± 0.00 (0.00)");
  expect(second[names.indexOf("majority line, %")]).toBe("75.00 ± 0.00 (0.00)");
  // of one run's score there is one chance, so that it takes no column
  expect(cells(lines[0])).not.toContain("chance");
  expect(lines).toContain("Chance 0.5: knows nothing of an example.");
  expect(lines.join("\n")).not.toContain("Beware");

  const [record] = recordsOf(studyCsv(results));
  expect(Number(record?.federated_sensitivity_mean)).toBeCloseTo(0.7, 12);
  expect(Number(record?.centralized_sensitivity_mean)).toBeCloseTo(0.9, 12);
  expect(Number(record?.centralized_sensitivity_sd)).toBeCloseTo(Math.SQRT2 / 10, 12);
  expect(Number(record?.federated_sensitivity_at_half_mean)).toBeCloseTo(0.7, 12);
  for (const name of [
    "roc_auc_within",
    "pr_auc",
    "pr_auc_within",
    "calibration_error",
    "f1_at_half",
    "majority",
  ]) {
    expect(Number(record?.[`federated_${name}_mean`])).toBeGreaterThanOrEqual(0);
    expect(Number(record?.[`centralized_${name}_mean`])).toBeGreaterThanOrEqual(0);
  }
  expect(record?.chance_mean).toBe("0.5");

  expect(results.cells[0]?.runs[0]?.details.federated).toMatchObject({ sensitivity: 0.6, majority: 0.75 });
  expect(studyResults.parse(JSON.parse(JSON.stringify(results)))).toEqual(results);
});

test("a study of numbers tabulates R squared and MAE, and the mean's line in a column where it differs", () => {
  const results = study(
    "regression",
    (rate, seed) => {
      const tally = new RegressionTally(0);
      const targets = [-seed, seed];
      for (const target of targets) tally.add(rate, target);
      return tally.sums({ examples: 2, lossSum: 2 * rate ** 2 }) as EvaluationSums;
    },
    1,
  );
  const lines = studyMarkdown(results).split("\n");
  const line = cells(lines[0]).indexOf("mean line");
  expect(cells(lines[2])[line]).toMatch(/^1\.5000 ± /);
  expect(lines).toContain("Mean line: always the mean of these examples.");
  const heading = lines.findIndex((line) => line.startsWith("Further figures")) + 2;
  expect(cells(lines[heading])).toEqual(["training.learningRate", "R squared", "MAE"]);
  // 1 - 0.04 / 1 and 1 - 0.04 / 4 at the second rate
  expect(cells(lines[heading + 3])[1]).toMatch(/^0\.9750 ± /);
  const [record] = recordsOf(studyCsv(results));
  expect(Number(record?.federated_mse_mean)).toBeCloseTo(0.01, 12);
  expect(Number(record?.mean_line_mean)).toBeCloseTo(1.5, 12);
});

test("a study names the runs whose models hardly recognize a class, twelve of them at the most", () => {
  const few = studyMarkdown(study("binary", (rate, seed) => found(rate === 0.2 && seed === 2 ? 0 : 4)));
  expect(few).toContain('\nBeware:\n\n- 0.2, seed 2: the federated model hardly recognizes "yes"');
  const all = study("binary", () => found(0));
  const cell = all.cells[0];
  const many = {
    ...all,
    cells: Array.from({ length: 7 }, () => cell ?? all.cells[1]).flatMap((one) => one ?? []),
  };
  const lines = studyMarkdown(many).split("\n");
  expect(lines.filter((line) => /^- 0\.1, seed/.test(line))).toHaveLength(12);
  expect(lines).toContain("- and 44 more; results.json has them");
});
