import type { Mutant } from "../mutant.ts";

const early = ["test/functions/rounds.test.ts"];
const compared = ["test/functions/compared.test.ts"];

/** Figures beside each other that are over different examples. */
export const figures: readonly Mutant[] = [
  {
    name: "stop-by-a-moving-few",
    fault: "federation.stop goes by models of which each was evaluated by another few.",
    file: "shared/rounds/participants.ts",
    find: 'return evaluation === "selected" && stops ? "all" : evaluation;',
    replace: "return evaluation;",
    tests: ["test/shared/rounds/participants.test.ts", ...early],
  },
  {
    name: "stop-below-the-quorum",
    fault: "federation.stop goes by a model that fewer evaluated than the quorum's share.",
    file: "shared/rounds/next-round.ts",
    find: "evaluated.examples >= leastExamples(plan);",
    replace: "evaluated.examples >= Math.min(0, leastExamples(plan));",
    tests: ["test/shared/rounds/next-round.test.ts"],
  },
  {
    name: "stop-by-another-run",
    fault: "federation.stop goes by what another run evaluated of the rounds that were taken over.",
    file: "shared/rounds/next-round.ts",
    find: "round > takenRounds(plan) && evaluated",
    replace: "round > Math.min(0, takenRounds(plan)) && evaluated",
    tests: ["test/shared/rounds/next-round.test.ts"],
  },
  {
    name: "luckiest-few-kept",
    fault: "The model that is kept may be the one that the luckiest few evaluated.",
    file: "shared/rounds/kept-round.ts",
    find: "examples === null || examples >= least",
    replace: "examples === null || examples >= least - Infinity",
    tests: ["test/shared/rounds/kept-round.test.ts"],
  },
  {
    name: "last-model-kept-after-a-stop",
    fault: "A federation that was stopped for want of a better model keeps its last one.",
    file: "shared/rounds/kept-round.ts",
    find: 'ended === task.score.name || ended === "patience"',
    replace: "ended === null",
    tests: ["test/shared/rounds/kept-round.test.ts"],
  },
  {
    name: "ratio-over-different-examples",
    fault: "The ratio divides the accuracy on what some hold out by the baseline's on what all do.",
    file: "shared/metrics/compared-models.ts",
    find: "if (evaluated.examples === examples) return",
    replace: "if (evaluated.examples > 0) return",
    tests: compared,
  },
  {
    name: "examples-of-a-round-unsaid",
    fault: "A round of the result tells the examples of the model that it started from, not of its own.",
    file: "shared/workflow/outcome.ts",
    find: "      examples: evaluated.examples,\n      ...briefOf(task, evaluated),",
    replace: "      examples: metrics[i]?.evaluated.examples ?? 0,\n      ...briefOf(task, evaluated),",
    tests: compared,
  },
  {
    name: "examples-uncounted",
    fault: "A record may say more examples than its confusion matrix counts.",
    file: "shared/task/classification/evaluation.ts",
    find: "return examples === countExamples(confusion) ? undefined",
    replace: "return examples >= countExamples(confusion) ? undefined",
    tests: compared,
  },
  {
    name: "schedule-of-the-first-period",
    fault: "A learning rate's schedule never leaves its first period.",
    file: "shared/model/learning-rate.ts",
    find: "for (let i = 0; i < steps; i++) rate *= schedule.decay;",
    replace: "for (let i = steps; i < steps; i++) rate *= schedule.decay;",
    tests: ["test/shared/model/learning-rate.test.ts"],
  },
];
