import type { Mutant } from "../mutant.ts";

const binaryFigures = ["test/shared/task/binary/figures.test.ts"];
const binaryRun = ["test/functions/binary-run.test.ts"];
const studies = ["test/report/study-tasks.test.ts"];

/** What models are said to do: bounds, ratios, tables of several runs, and answers to whoever asks. */
export const asked: readonly Mutant[] = [
  {
    name: "precision-bound-too-narrow",
    fault:
      "The bound of the average precision takes the negative examples of a bin for lower than the positive ones.",
    file: "shared/task/binary/curves.ts",
    find: "least += (p - (wrong + n) * reciprocals(right + wrong + n, p)) / all;",
    replace: "least += (p - wrong * reciprocals(right + wrong, p)) / all;",
    tests: binaryFigures,
  },
  {
    name: "precision-tail-too-small",
    fault: "The sum of many reciprocals is taken for less than it is.",
    file: "shared/task/binary/curves.ts",
    find: "return sum + ln((2 * (after + count) + 1) / (2 * (after + few) + 1));",
    replace: "return sum + ln((after + count + 1) / (after + few + 1)) / 2;",
    tests: binaryFigures,
  },
  {
    name: "pooled-from-one-client",
    fault: "The ratio where clients are silent takes one client's area for that of all.",
    file: "shared/metrics/compared-models.ts",
    find: "parts.map(({ toPool }) => toPool)",
    replace: "parts.map(({ toPool }) => toPool).slice(-1)",
    tests: binaryRun,
  },
  {
    name: "one-class-clients-forgotten",
    fault: "A client that holds out one class alone is not among those whom the baseline is compared over.",
    file: "shared/model/baseline.ts",
    find: "const evaluation = await trainer.evaluate(parameters, trainer.prepare(examples));\n",
    replace:
      "const evaluation = await trainer.evaluate(parameters, trainer.prepare(examples));\n    if (!task.hasScore(evaluation)) continue;\n",
    tests: binaryRun,
  },
  {
    name: "asked-choose-threshold",
    fault: "Rows that a model is asked about choose the threshold that it is judged at.",
    file: "cli/predict/judge.ts",
    find: "task.chosen?.(config.task, ofRun) ?? config.task",
    replace: "ofRun && config.task",
    tests: binaryRun,
  },
  {
    name: "studies-lose-centralized-details",
    fault: "A study's CSV has the federated model's figures for those of the centralized one.",
    file: "report/study-csv.ts",
    find: "figures(cell.details[model][key])",
    replace: "figures(cell.details[model === models[0] ? model : models[0]][key])",
    tests: studies,
  },
  {
    name: "export-without-unit",
    fault: "The metadata of an exported model lacks what gives numbers back in their unit.",
    file: "shared/task/regression/words.ts",
    find: 'stated: { ending: "linear", mean, deviation }',
    replace: 'stated: { ending: "linear", mean: 0 * mean, deviation }',
    tests: ["test/functions/models-of-tables.test.ts"],
  },
];
