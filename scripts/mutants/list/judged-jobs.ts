import type { Mutant } from "../mutant.ts";

const round = "test/functions/owners-round.test.ts";
const judge = "test/functions/owners-judge.test.ts";
const agreement = "test/shared/owners/agreement.test.ts";
const signed = "test/shared/owners/signed.test.ts";
const chain = "shared/owners/judge-chain.ts";
const plan = "shared/owners/judge-plan.ts";
const asked = "shared/owners/judge-round.ts";

/** What owners sign, and what they hold against a coordinator. */
export const judgedJobs: readonly Mutant[] = [
  {
    name: "signature-for-any-purpose",
    fault: "What is signed for one purpose is signed for all.",
    file: "shared/owners/signed.ts",
    find: "function signedText(purpose: Purpose, content: unknown)",
    replace: 'function signedText(_: Purpose, content: unknown, purpose = "any")',
    tests: [signed],
  },
  {
    name: "update-unsigned",
    fault: "An owner's update counts without a look at its signature.",
    file: "shared/owners/signed-update.ts",
    find: "if (await isSigned(said, key)) return",
    replace: "if (key.length > 0 || (await isSigned(said, key))) return",
    tests: [round],
  },
  {
    name: "signed-for-anything",
    fault: "An owner's update counts whatever its owner has signed it for.",
    file: "shared/owners/signed-update.ts",
    find: "canonicalJson(statement[name]) !== canonicalJson(expected[name])",
    replace: "statement[name] === expected",
    tests: [round],
  },
  {
    name: "begins-with-anything",
    fault: "AggregateRound does not say what a round begins with.",
    file: "functions/aggregate-round/count-updates.ts",
    find: "const asked = { round, attempt, participants, begins: opened.begins };",
    replace: "const asked = { round, attempt, participants };",
    tests: [round],
  },
  {
    name: "owners-scaled-by-nothing",
    fault: "The examples of owners are not scaled where they train.",
    file: "functions/train-client/at-owner.ts",
    find: "(scaling ? applyScaling(some, scaling) : some)",
    replace: "(scaling ? some : applyScaling(some, { mean: [], deviation: [] }))",
    tests: [round],
  },
  {
    name: "acceptances-of-any-time",
    fault: "PrepareRun takes another acceptance than the run began with.",
    file: "storage/agreement-objects.ts",
    find: "if (found === sha256) return one;",
    replace: "if (found !== undefined || sha256) return one;",
    tests: [round],
  },
  {
    name: "description-that-cannot-be",
    fault: "An owner may tell sums that no numbers have.",
    file: "shared/owners/check-acceptance.ts",
    find: "sum * sum <= slack * count * square",
    replace: "sum * sum <= 1e300 + slack * count * square",
    tests: [round],
  },
  {
    name: "number-given-again",
    fault: "The number of a member that has left is given to another one.",
    file: "shared/owners/agreed-config.ts",
    find: "one.number < before.nextNumber &&",
    replace: "one.number < 0 &&",
    tests: [agreement],
  },
  {
    name: "plan-on-trust",
    fault: "An owner takes a plan for one that follows from the agreement.",
    file: plan,
    find: "if (other) return differs(",
    replace: "if (other && !other) return differs(",
    tests: [judge],
  },
  {
    name: "puppets-accepted",
    fault: "Whoever has signed an acceptance is a member.",
    file: "shared/owners/check-acceptance.ts",
    find: "if (memberOf(agreed, accepted.key)?.name !== name) {",
    replace: "if (memberOf(agreed, accepted.key)?.name === undefined && name === '') {",
    tests: [round, judge],
  },
  {
    name: "first-model-on-trust",
    fault: "An owner trains from whatever model a run begins with.",
    file: plan,
    find: "if (plan.start?.weightsSha256 === start &&",
    replace: "if (start !== undefined &&",
    tests: [judge],
  },
  {
    name: "cohort-uncounted",
    fault: "An owner takes part with fewer others than were agreed upon.",
    file: plan,
    find: "if (cohort !== undefined) return {",
    replace: "if (cohort === '') return {",
    tests: [judge],
  },
  {
    name: "second-model-for-a-round",
    fault: "An owner works for one round by two models.",
    file: asked,
    find: "ofRound.some(({ chainSha256 }) => chainSha256 !== job.chainSha256)",
    replace: "ofRound.some(({ chainSha256 }) => chainSha256 === undefined)",
    tests: [judge],
  },
  {
    name: "evaluations-after-the-end",
    fault: "An owner evaluates again and again after the final pass.",
    file: asked,
    find: "if (ended) {",
    replace: "if (ended && !ended) {",
    tests: [judge],
  },
  {
    name: "rounds-uncounted",
    fault: "An owner trains more rounds than its policy allows.",
    file: asked,
    find: "trained.size >= policy.mostRounds",
    replace: "trained.size < 0",
    tests: [judge],
  },
  {
    name: "others-unsigned",
    fault: "An owner goes on from a model whatever the others have signed for it.",
    file: chain,
    find: "if (other !== undefined) return broken(`round",
    replace: "if (other === '') return broken(`round",
    tests: [judge],
  },
  {
    name: "own-update-lost",
    fault: "An owner goes on from a model that its own update is not in.",
    file: chain,
    find: "if (!last || !first || countsOwn(before, first, job)) return undefined;",
    replace: "if (!last || !first || before) return undefined;",
    tests: [judge],
  },
];
