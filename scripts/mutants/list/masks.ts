import type { Mutant } from "../mutant.ts";

const room = "shared/secure-aggregation";
const run = ["test/functions/masked-run.test.ts"];
const attacked = ["test/functions/masked-attacks.test.ts"];

/** What masks hide, and what holds their sums together. */
export const masks: readonly Mutant[] = [
  {
    name: "seeds-of-every-round-the-same",
    fault: "A client's seeds do not depend on the round, the execution, the plan or the model.",
    file: "functions/train-client/masked-update.ts",
    find: "maskSecrets(key, { roundSha256, client, task, examplesSha256 })",
    replace: 'maskSecrets(key, { roundSha256: "", client, task, examplesSha256 })',
    tests: attacked,
  },
  {
    name: "carry-lost",
    fault: "A sum of integers loses what goes from its lower word into the upper one.",
    file: `${room}/words.ts`,
    find: "((one & other) | ((one | other) & ~low)) >>> 31",
    replace: "(one & other) >>> 31",
    tests: ["test/shared/secure-aggregation/words.test.ts"],
  },
  {
    name: "borrow-lost",
    fault: "A difference of integers loses what its lower word takes from the upper one.",
    file: `${room}/words.ts`,
    find: "((~one & other) | ((~one | other) & low)) >>> 31",
    replace: "(~one & other) >>> 31",
    tests: ["test/shared/secure-aggregation/words.test.ts"],
  },
  {
    name: "sums-of-who-came-late",
    fault:
      "A helper opens sums over all whose boxes it could open, and not over those that it has committed to.",
    file: "functions/open-sums/open-sums.ts",
    find: "late.length === 0 ? ofAll : await timed",
    replace: "late.length >= 0 ? ofAll : await timed",
    tests: attacked,
  },
  {
    name: "box-for-any-update",
    fault: "A box is not bound to the masked update.",
    file: `${room}/boxes.ts`,
    find: "client, task, updateSha256, helper, ephemeral, key }",
    replace: "client, task, helper, ephemeral, key }",
    tests: ["test/shared/secure-aggregation/boxes.test.ts"],
  },
  {
    name: "helpers-not-compared",
    fault: "What two helpers tell of the same seed is not compared.",
    file: `${room}/compare-openings.ts`,
    find: "if (at !== undefined) pairs.push(",
    replace: "if (at === -1) pairs.push(",
    tests: ["test/shared/secure-aggregation/compare-openings.test.ts"],
  },
  {
    name: "second-set-opened",
    fault: "A helper opens another set of clients for a model that it has opened before.",
    file: "functions/open-sums/open-sums.ts",
    find: "if (lacking.length === 0) return stands.clients;",
    replace: "if (lacking.length >= 0) return clients;",
    tests: attacked,
  },
  {
    name: "first-set-by-run",
    fault: "A helper knows the set that it has opened for a model by run and round alone.",
    file: "functions/open-sums/open-sums.ts",
    find: "helperKeys.openedOnce(helper, globalSha256)",
    // by what one run says alone
    replace: 'helperKeys.openedOnce(helper, [run, round, attempt].join("-"))',
    tests: attacked,
  },
  {
    name: "few-clients-opened",
    fault: "A sum over fewer clients than the minimum cohort is opened.",
    file: `${room}/minimum.ts`,
    find: "if (sum.clients < minimumCohort) {",
    replace: "if (sum.clients < 1) {",
    tests: attacked,
  },
  {
    name: "few-examples-opened",
    fault: "A sum over fewer examples than the minimum is opened.",
    file: `${room}/minimum.ts`,
    find: "if (sum.examples < minimumExamplesInSum) {",
    replace: "if (sum.examples < 1) {",
    tests: attacked,
  },
  {
    name: "sum-of-any-length",
    fault: "The mean of masked updates may be of any length.",
    file: "shared/rounds/masked-round.ts",
    find: "    if (norm > most) {",
    replace: "    if (norm > Infinity) {",
    tests: attacked,
  },
  {
    name: "half-the-modulus-reached",
    fault: "A run may begin whose sums reach half the modulus.",
    file: `${room}/check.ts`,
    find: "if (most >= halfModulus) {",
    replace: "if (most >= 4 * halfModulus) {",
    tests: ["test/shared/secure-aggregation/check.test.ts"],
  },
  {
    name: "figures-of-masked-clients",
    fault: "The record of a masked round says something of a client's training.",
    file: "shared/metrics/masked-metrics.ts",
    find: "trainingLoss: null, update: null }",
    replace: "trainingLoss: 0, update: null }",
    tests: run,
  },
];
