import type { Mutant } from "../mutant.ts";

const page = ["test/report/unlike-examples.test.ts"];

/** Figures that pages and tables put beside each other. */
export const beside: readonly Mutant[] = [
  {
    name: "classes-of-different-examples",
    fault: "A class's two accuracies stand beside each other though they are over different examples.",
    file: "report/sections/classes.ts",
    find: "const baseline = areUnlike(classifiers) ? null : classifiers.baseline;",
    replace: "const { baseline } = classifiers;",
    tests: page,
  },
  {
    name: "caption-of-all-examples",
    fault: "The caption of a curve over a selected few says that it is over everybody's examples.",
    file: "report/sections/learning.ts",
    find: "return roundsOverAll(result) ? testedOn(result) : roundsOverSome(result);",
    replace: "return testedOn(result) || roundsOverSome(result);",
    tests: page,
  },
  {
    name: "curves-of-different-examples",
    fault: "Nothing says that the two curves of a chart are over different examples.",
    file: "report/sections/learning.ts",
    find: "baseline && !roundsOverAll(result)",
    replace: "baseline && all === undefined",
    tests: page,
  },
  {
    name: "curve-of-two-runs",
    fault: "Nothing says that a curve's first part was evaluated by another run.",
    file: "report/sections/learning.ts",
    find: "    from\n      ? ` The models",
    replace: "    from && all === undefined\n      ? ` The models",
    tests: page,
  },
  {
    name: "compare-takes-counts-for-examples",
    fault: "compare takes two runs for evaluated on the same examples where these are as many.",
    file: "report/run-comparison.ts",
    find: "return federated.examples === allExamples(result) ? partitionDigest(config, dataset.digest) : run;",
    replace: "return String(federated.examples);",
    tests: ["test/report/run-comparison.test.ts"],
  },
  {
    name: "compare-in-silence",
    fault: "compare does not say that models were evaluated on different examples.",
    file: "report/run-comparison.ts",
    find: "first && evaluated.length === 1",
    replace: "first && evaluated.length > 0",
    tests: ["test/report/run-comparison.test.ts"],
  },
  {
    name: "target-of-a-moving-few",
    fault:
      "A study tells the first round that reached a target though each round's model is evaluated by another few.",
    file: "shared/study/cells.ts",
    find: "  checkTargets(study, resolved);\n",
    replace: "",
    tests: ["test/shared/study/bad-study.test.ts"],
  },
  {
    name: "study-without-examples",
    fault: "A study's record does not say how many examples its last rounds are over.",
    file: "shared/study/results.ts",
    find: "lastExamples: counts.length === 0 ? null :",
    replace: "lastExamples: counts.length >= 0 ? null :",
    tests: ["test/shared/study/results.test.ts"],
  },
  {
    name: "published-by-the-presets-name",
    fault: "Published figures stand beside any run of the preset's name, whatever was set on top of it.",
    file: "shared/config/published.ts",
    find: "comparable: same && ",
    replace: "comparable: ",
    tests: ["test/shared/config/published.test.ts", "test/report/summary.test.ts"],
  },
  {
    name: "published-beside-other-data",
    fault: "Published figures stand beside a run on other data.",
    file: "shared/config/published.ts",
    find: "dataset.digest === mnistDigest && ",
    replace: "",
    tests: ["test/shared/config/published.test.ts", "test/report/summary.test.ts"],
  },
  {
    name: "published-beside-a-fork",
    fault: "Published figures stand beside a run that has rounds of another one.",
    file: "shared/config/published.ts",
    find: "&& from === undefined",
    replace: "&& from !== null",
    tests: ["test/shared/config/published.test.ts", "test/report/summary.test.ts"],
  },
];
