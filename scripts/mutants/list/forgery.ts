import type { Mutant } from "../mutant.ts";

const tests = ["test/cli/verify/forgery.test.ts"];

/** What a forger would do, and what only looks like it. */
export const forgery: readonly Mutant[] = [
  {
    name: "missing-update-excused",
    fault: "An update that somebody took away counts as one that has expired.",
    file: "cli/verify/expiry.ts",
    find: 'if (retention === "never") return { excused: false, why: "nothing expires here" };',
    replace: 'if (retention === "never") return { excused: true, why: "nothing expires here" };',
    tests,
  },
  {
    name: "early-expiry-excused",
    fault: "An update that is gone before its time counts as one that has expired.",
    file: "cli/verify/expiry.ts",
    find: "if (days < retention) {",
    replace: "if (days < -retention) {",
    tests,
  },
  {
    name: "late-expiry-excused",
    fault: "One update of a round counts as expired where others of it, or of a round before, are there.",
    file: "cli/verify/expiry.ts",
    find: "return oldest <= round",
    replace: "return oldest < -round",
    tests,
  },
  {
    name: "expired-update-a-finding",
    fault: "An update that has expired is a finding, as if somebody had taken it away.",
    file: "cli/verify/expiry.ts",
    find: ": { excused: true, why: `it expired",
    replace: ": { excused: false, why: `it expired",
    tests,
  },
  {
    name: "figures-not-evaluated-again",
    fault: "The figures of a round without its updates are not held against the data set's examples.",
    file: "cli/verify/computed-round.ts",
    find: "if (judged) checkFigures(",
    replace: "if (judged && judged.length < 0) checkFigures(",
    tests,
  },
  {
    name: "round-chain-not-followed",
    fault: "The record of a round without its updates is not held against the chain.",
    file: "cli/verify/computed-round.ts",
    find: "if (chain !== metrics.chainSha256) {",
    replace: 'if (chain === "") {',
    tests,
  },
  {
    name: "baseline-not-trained-again",
    fault: "verify --baseline trains nothing again.",
    file: "cli/verify/verify-baseline.ts",
    find: "if (trial.again && trial.judge) await trainAgain(",
    replace: "if (trial.again && !trial.judge) await trainAgain(",
    tests,
  },
  {
    name: "left-out-by-norm-in-vain",
    fault: "verify does not hold an update that was left out against the norm bound of its round.",
    file: "cli/verify/verify-reports.ts",
    find: 'if (!open && participant.task === "train") {',
    replace: 'if (participant.task === "train") {',
    tests,
  },
  {
    name: "end-of-chain-not-asked",
    fault: "verify does not ask the execution which chain it ended with.",
    file: "cli/verify/verify-run.ts",
    find: "chain !== undefined && chain !== remembered",
    replace: 'chain === "" && chain !== remembered',
    tests: ["test/cli/verify/copies.test.ts"],
  },
  {
    name: "copies-at-home-unread",
    fault: "What was brought home of a run is not compared.",
    file: "cli/verify/verify-outcome.ts",
    find: "    await compareCopy(scene, key, content);\n",
    replace: "",
    tests: ["test/cli/verify/copies.test.ts"],
  },
];
