import type { Mutant } from "../mutant.ts";

const classificationClaims = "shared/task/classification/claims.ts";
const claimsFile = "shared/update/claims.ts";
const falseClaims = ["test/functions/false-claims.test.ts"];

/** What a client says of itself. */
export const claims: readonly Mutant[] = [
  {
    name: "evaluated-examples-believed",
    fault: "How many examples a client has evaluated is not held against what the plan has it hold out.",
    file: classificationClaims,
    find: "rows.findIndex((count, label) => count !== labels[label])",
    replace: "rows.findIndex((count, label) => count !== labels[label] && count < 0)",
    tests: falseClaims,
  },
  {
    name: "evaluated-loss-believed",
    fault: "A client may claim any loss of the model that it evaluated.",
    file: classificationClaims,
    find: "lossSum >= least && lossSum <= most",
    replace: "lossSum >= least || lossSum <= most",
    tests: falseClaims,
  },
  {
    name: "evaluated-classes-believed",
    fault: "A client may evaluate other classes than there are.",
    file: classificationClaims,
    find: "if (confusion.length !== classes) return",
    replace: "if (confusion.length < 0) return",
    tests: falseClaims,
  },
  {
    name: "examples-believed",
    fault: "A client's weight is the number of examples that it claims.",
    file: claimsFile,
    find: '    { claimed: examples, expected: count, of: "examples" },\n',
    replace: "",
    tests: falseClaims,
  },
  {
    name: "steps-believed",
    fault: "FedNova goes by the number of steps that a client claims.",
    file: claimsFile,
    find: '    { claimed: steps, expected: planned.steps, of: "minibatches" },\n',
    replace: "",
    tests: falseClaims,
  },
  {
    name: "seen-believed",
    fault: "How many examples a client has seen in training is believed.",
    file: claimsFile,
    find: '    { claimed: seen, expected: planned.seen, of: "examples seen in training" },\n',
    replace: "",
    tests: falseClaims,
  },
  {
    name: "training-loss-believed",
    fault: "A client may claim any loss of its training.",
    file: claimsFile,
    find: "if (lossSum === null || (lossSum >= 0 && lossSum <= seen * mostLoss)) return undefined;",
    replace: "if (seen >= 0) return undefined;",
    tests: falseClaims,
  },
  {
    name: "control-believed",
    fault: "A SCAFFOLD client may change the server's control by whatever it likes.",
    file: "shared/strategy/scaffold.ts",
    find: "if (Math.sqrt(missed) <= rounding * Math.sqrt(size)) return undefined;",
    replace: "if (Math.sqrt(missed) <= rounding * Math.sqrt(size) + 1e308) return undefined;",
    tests: falseClaims,
  },
];
