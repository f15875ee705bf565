import type { Mutant } from "../mutant.ts";

const tests = ["test/cli/verify/what-people-read.test.ts"];
const outcome = "cli/verify/verify-outcome.ts";
const round = "cli/verify/computed-round.ts";

/** verify does not look at one field of the result, or of what the run took. */
const unseenInResult = (name: string, what: string, path: string, made = "outcome"): Mutant => ({
  name: `verify-passes-${name}`,
  fault: `verify passes a result whose ${what} was changed.`,
  file: outcome,
  find: `scene.audit.compare(key, stored.raw, ${made});`,
  replace: `scene.audit.compare(key, stored.raw, ${made}, ({ path }) => /^${path}/.test(path));`,
  tests,
});

/** verify does not look at one field of a round's metrics. */
const unseenInRound = (name: string, what: string, path: string): Mutant => ({
  name: `verify-passes-${name}`,
  fault: `verify passes a round whose ${what} were changed.`,
  file: round,
  find: "audit.compare(key, raw, outcome);",
  replace: `audit.compare(key, raw, outcome, ({ path }) => /^${path}/.test(path));`,
  tests,
});

/** verify does not look at one field of the plan. */
const unseenInPlan = (name: string, what: string, path: string): Mutant => ({
  name: `verify-passes-${name}`,
  fault: `verify passes a plan whose ${what} was changed.`,
  file: "cli/verify/verify-plan.ts",
  find: "audit.compare(key, stored.raw, plan);",
  replace: `audit.compare(key, stored.raw, plan, ({ path }) => /^${path}/.test(path));`,
  tests,
});

/** What verify makes again and compares. */
export const verify: readonly Mutant[] = [
  unseenInResult("ratio", "ratio", "ratio$"),
  unseenInResult("loss", "loss", "federated\\.loss$"),
  unseenInResult("confusion", "confusion matrix", "federated\\.confusion"),
  unseenInResult("baseline-accuracy", "baseline's accuracy", "baseline\\.accuracy$"),
  unseenInResult("baseline-epochs", "baseline's epochs", "baseline\\.epochs"),
  unseenInResult("seed", "seed", "config\\.seed$"),
  unseenInResult("learning-rate", "learning rate", "config\\.training\\.learningRate$"),
  unseenInResult("dataset", "data set's digest", "dataset\\.digest$"),
  unseenInResult("cost", "cost", "cost\\.", "expenses"),
  unseenInResult("round-seconds", "time of its rounds", "roundSeconds", "expenses"),
  {
    name: "verify-passes-baseline-clients",
    fault: "verify takes for granted how each client fares with the baseline's model.",
    file: "cli/verify/verify-baseline.ts",
    find: "const { clients } = judged ?? ending.record;",
    replace: "const { clients } = judged ? ending.record : ending.record;",
    tests,
  },
  unseenInRound("client-accuracies", "clients' accuracies", "clients\\.\\d+\\.accuracy"),
  unseenInRound("client-losses", "clients' losses", "clients\\.\\d+\\.loss"),
  unseenInRound("norms", "updates' norms", "clients\\.\\d+\\.update"),
  unseenInPlan("scaling", "scaling", "scaling"),
  unseenInPlan("class-names", "class names", "dataset\\.classNames"),
  unseenInPlan("held-out", "held-out examples", "clients\\.\\d+\\.heldOut"),
  ...["weights.bin", "model.safetensors", "model.json", "README.md"].map(
    (file): Mutant => ({
      name: `verify-passes-${file.replaceAll(/\W/g, "-").toLowerCase()}`,
      fault: `verify does not look at the ${file} of a model.`,
      file: outcome,
      find: "await compareBytes(scene, key, content);",
      replace: `if (file !== "${file}") await compareBytes(scene, key, content);\n    else scene.inventory.expect(key);`,
      tests,
    }),
  ),
];
