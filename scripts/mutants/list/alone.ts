import type { Mutant } from "../mutant.ts";

const tests = ["test/functions/owners-alone.test.ts"];
const atOwner = ["test/owner/alone.test.ts"];

/** Models that owners train alone, and what is told of them. */
export const alone: readonly Mutant[] = [
  {
    name: "alone-told-before-the-end",
    fault: "An owner may tell how its own model does in a round that trains.",
    file: "shared/update/claims.ts",
    find: "if (!isFinalPass(plan, { task, round, client })) {",
    replace: "if (round < 0) {",
    tests,
  },
  {
    name: "alone-over-other-classes",
    fault: "An owner that keeps its label counts may tell how its own model does on other examples.",
    file: "shared/update/claims.ts",
    find: 'return own === shared ? undefined : "evaluates',
    replace: 'return own !== "" ? undefined : "evaluates',
    tests,
  },
  {
    name: "alone-of-too-few",
    fault: "What fewer owners tell than the minimum cohort stands in the records.",
    file: "shared/metrics/alone.ts",
    find: "return minimumCohort !== undefined && owners >= minimumCohort;",
    replace: "return minimumCohort !== undefined && owners > 0;",
    tests,
  },
  {
    name: "alone-beside-everybody",
    fault:
      "The federated model's figures are over all owners, those among them who do not tell how their own does.",
    file: "shared/metrics/alone.ts",
    find: "const federated = union(told.map(({ evaluation }) => evaluation));",
    replace: "const federated = union(evaluations.map(({ evaluation }) => evaluation));",
    tests,
  },
  {
    name: "alone-beside-the-last",
    fault:
      "The result holds the last model against the owners' own, and not the one that a stopped run keeps.",
    file: "shared/metrics/alone.ts",
    find: "if (!final.alone || evaluation.round === final.round) return final.alone;",
    replace: "if (final) return final.alone;",
    tests,
  },
  {
    name: "alone-at-one-rate",
    fault: "An owner trains alone at the first round's learning rate in every round.",
    file: "functions/train-client/train-alone.ts",
    find: "const learningRate = learningRateAt(config.training, round);",
    replace: "const learningRate = learningRateAt(config.training, 1);",
    tests,
  },
  {
    name: "alone-a-round-less",
    fault: "An owner trains alone for a round less than the run has had.",
    file: "functions/train-client/at-owner.ts",
    find: "{ client, rounds: round - 1 }",
    replace: "{ client, rounds: round - 2 }",
    tests,
  },
  {
    name: "alone-told-against-the-policy",
    fault: "What an owner's own model does leaves whatever its policy says.",
    file: "owner/do-job.ts",
    find: "return (before ? before.alone === true : policy.tells.alone && !kept) ? sums : undefined;",
    replace: "return (before ? before.alone === true : true) ? sums : undefined;",
    tests: atOwner,
  },
  {
    name: "alone-told-by-todays-policy",
    fault: "A final pass that is asked for again leaves by the policy as it is by then, in other bytes.",
    file: "owner/do-job.ts",
    find: "return (before ? before.alone === true : policy.tells.alone && !kept) ? sums : undefined;",
    replace: "return policy.tells.alone ? sums : undefined;",
    tests: atOwner,
  },
  {
    name: "alone-trained-again",
    fault: "An owner trains alone each time that its final pass is asked for.",
    file: "owner/alone.ts",
    find: "const found = isSame ? known.found : await foundBy(home, alone);",
    replace: "const found = await foundBy(home, alone);",
    tests: atOwner,
  },
  {
    name: "alone-ends-the-final-pass",
    fault: "An owner whose training alone fails takes no part in the final pass.",
    file: "owner/alone.ts",
    find: "signal?.throwIfAborted();",
    replace: "throw error;",
    tests: atOwner,
  },
];
