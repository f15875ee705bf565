import type { Mutant } from "../mutant.ts";

const binaryFigures = ["test/shared/task/binary/figures.test.ts"];
const run = ["test/functions/another-task.test.ts"];
const ordinal = ["test/functions/ordinal-task.test.ts"];

/** What is true of classification, and was taken for true of every task. */
export const tasks: readonly Mutant[] = [
  {
    name: "best-is-highest",
    fault: "The model with the highest score is kept, though a lower one is better.",
    file: "shared/task/score.ts",
    find: 'return better === "higher" ? one > other : one < other;',
    replace: 'return better === "lower" ? one > other : one > other;',
    tests: ordinal,
  },
  {
    name: "threshold-from-below",
    fault: "A score ends the federation from the threshold on, though it falls to it.",
    file: "shared/task/score.ts",
    find: 'return better === "higher" ? score >= threshold : score <= threshold;',
    replace: 'return better === "lower" ? score >= threshold : score >= threshold;',
    tests: run,
  },
  {
    name: "outputs-are-classes",
    fault: "A model has an output for each class, whatever the task.",
    file: "shared/task/tasks.ts",
    find: "return taskOf(config).outputs(config.task, data);",
    replace: "return taskOf(config) && data.classes;",
    tests: run,
  },
  {
    name: "sums-unasked",
    fault: "The task is not asked whether a client's sums are possible.",
    file: "shared/update/claims.ts",
    find: "const wrong = taskOf(plan.config).falseSums(header.evaluation, planned);",
    replace: "const wrong = undefined;",
    tests: [...ordinal, "test/functions/false-claims.test.ts"],
  },
  {
    name: "threshold-of-another-task",
    fault: "The threshold of a score that the task has not is taken, and ends nothing.",
    file: "shared/task/check.ts",
    find: "if (name === task.score.name || (given.get(name) ?? null) === null) continue;",
    replace: "if (name !== task.score.name || (given.get(name) ?? null) === null) continue;",
    tests: ordinal,
  },
  {
    name: "ties-all-won",
    fault: "Pairs of a positive and a negative example in one bin count as told apart.",
    file: "shared/task/binary/curves.ts",
    find: "won + tied / 2) / pairs",
    replace: "won + tied) / pairs",
    tests: binaryFigures,
  },
  {
    name: "weights-in-evaluations",
    fault: "An evaluation counts the loss of an example as often as its class weighs.",
    file: "shared/model/kernel/trainer.ts",
    find: "lossSum += objective.loss(opened, outputs, count);",
    replace: "lossSum += trainingLoss(opened, outputs, count);",
    tests: ["test/shared/task/class-weights.test.ts"],
  },
  {
    name: "weights-of-held-out",
    fault: "Balanced weights count what clients hold out too.",
    file: "shared/task/tasks.ts",
    find: "(one.labelCounts[label] ?? 0) - (one.heldOutLabels[label] ?? 0)",
    replace: "(one.labelCounts[label] ?? 0)",
    tests: ["test/functions/binary-run.test.ts"],
  },
  {
    name: "never-warned",
    fault: "A model that finds no example of a class is told without a warning.",
    file: "shared/task/hardly-recognized.ts",
    find: "examples > 0 && right < hardlyShare * examples",
    replace: "examples < 0 && right < hardlyShare * examples",
    tests: ["test/functions/binary-run.test.ts"],
  },
  {
    name: "fork-for-another-task",
    fault: "A run goes on with the model of a run of another task.",
    file: "cli/run/fork.ts",
    find: ", ...differing(own.task, config.task, task)",
    replace: "",
    tests: run,
  },
  {
    name: "softmax-at-every-end",
    fault: "An exported model ends with softmax, whatever its task.",
    file: "report/model-files.ts",
    find: "const { activation } = taskOf(outcome.config).ending;",
    replace: 'const activation = taskOf(outcome.config) && "softmax";',
    tests: run,
  },
  {
    name: "target-from-below",
    fault: "A study tells the first round whose score is at or above the target, though lower is better.",
    file: "shared/study/results.ts",
    find: "reaches(task.score, one, target)",
    replace: "reaches(task.score, target ?? 0, one)",
    tests: run,
  },
];
