import type { Mutant } from "../mutant.ts";

const sums = ["test/shared/privacy/noised-sum.test.ts"];
const runs = ["test/functions/distributed-noise.test.ts"];
const checks = ["test/shared/privacy/check.test.ts"];
const file = "shared/privacy/noised-sum.ts";
const shares = "shared/privacy/shares.ts";

/** What noise that clients add together hangs on: shares, sample, denominator, and that it leaves behind masks alone. */
export const noisedSums: readonly Mutant[] = [
  {
    name: "share-of-those-who-collude",
    fault: "Shares of colluding clients count among those that hide an example.",
    file: shares,
    find: "secureAggregation.minimumCohort - privacy.colluding;",
    replace: "secureAggregation.minimumCohort;",
    tests: sums,
  },
  {
    name: "share-by-the-number",
    fault: "A share's deviation is divided by the number of shares, and not by its root.",
    file: shares,
    find: "return deviation / Math.sqrt(shares);",
    replace: "return deviation / shares;",
    tests: sums,
  },
  {
    name: "share-of-all-noise",
    fault: "Each client adds all of the noise.",
    file: shares,
    find: "return deviation / Math.sqrt(shares);",
    replace: "return deviation;",
    tests: sums,
  },
  {
    name: "share-without-sensitivity",
    fault:
      "Noise is for the clip, and not for what a sum changes with an example, by the number of parameters.",
    file,
    find: "privacy.noiseMultiplier * sensitivity), unit",
    replace: "privacy.noiseMultiplier * clip * 0.9), unit",
    tests: sums,
  },
  {
    name: "noised-sum-without-noise",
    fault: "A client's sum leaves it without its share.",
    file,
    find: "sum.map((units, i) => units + (noise[i] as number))",
    replace: "sum.map((units, i) => units + 0 * (noise[i] as number))",
    tests: sums,
  },
  {
    name: "noised-sum-of-everyone",
    fault: "All examples are in every sum, and none is sampled.",
    file,
    find: "poissonSample(examples.count, samplingRate,",
    replace: "poissonSample(examples.count, 1,",
    tests: runs,
  },
  {
    name: "noised-step-by-who-answered",
    fault: "The step is divided by the examples of those who have answered.",
    file,
    find: "(unit / (samplingRate * expected))",
    replace: "(unit / (samplingRate * sum.examples))",
    tests: sums,
  },
  {
    name: "noised-step-uphill",
    fault: "The step goes along the gradient.",
    file,
    find: "const factor = -learningRateAt",
    replace: "const factor = learningRateAt",
    tests: sums,
  },
  {
    name: "noised-sum-unbounded",
    fault: "A sum of any length is taken.",
    file: shares,
    find: "if (norm <= longest) return undefined;",
    replace: "if (norm <= 1e9 * longest) return undefined;",
    tests: sums,
  },
  {
    name: "noised-sum-in-the-open",
    fault: "Clients whose noise is a share send without masks.",
    file: "shared/privacy/check.ts",
    find: 'if (helpers === null || helpers === "none") {',
    replace: "if (helpers === undefined) {",
    tests: checks,
  },
  {
    name: "noised-sum-all-collude",
    fault: "As many may collude as a sum is over.",
    file: "shared/privacy/check.ts",
    find: "if (colluding >= minimumCohort) {",
    replace: "if (colluding > minimumCohort) {",
    tests: checks,
  },
];
