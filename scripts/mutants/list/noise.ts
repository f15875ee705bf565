import type { Mutant } from "../mutant.ts";

const integers = ["test/shared/privacy/noise/discrete-gaussian.test.ts"];
const sampling = ["test/shared/privacy/noise/poisson-sample.test.ts"];

/** What noise and samples are drawn by: sigma and its square, all digits of a number, the sampling rate. */
export const noise: readonly Mutant[] = [
  {
    name: "noise-of-another-variance",
    fault: "Within a deviation the noise falls off by x^2 instead of x^2 / 2.",
    file: "shared/privacy/noise/discrete-gaussian.ts",
    find: "const pick = below(2 * k + 2);",
    replace: "const pick = below(2 * k + 1);",
    tests: integers,
  },
  {
    name: "noise-with-k-for-its-square",
    fault: "Multiples k of sigma come by exp(-k) instead of exp(-k^2 / 2).",
    file: "shared/privacy/noise/discrete-gaussian.ts",
    find: "trial < k * (k - 1)",
    replace: "trial < k",
    tests: integers,
  },
  {
    name: "zero-of-two-signs",
    fault: "Zero comes twice as often as it has to.",
    file: "shared/privacy/noise/discrete-gaussian.ts",
    find: "remainder >= numerator || (size === 0 && negative)",
    replace: "remainder >= numerator",
    tests: integers,
  },
  {
    name: "equal-digits-decide",
    fault: "Of two numbers whose first digits are alike none is looked at further.",
    file: "shared/privacy/noise/discrete-gaussian.ts",
    find: "if (!isBelow(rest, others)) return false;",
    replace: "if (others) return false;",
    tests: integers,
  },
  {
    name: "sample-by-32-bits",
    fault: "Where a word is the rate's first, the row is in, whatever the rate's other bits.",
    file: "shared/privacy/noise/poisson-sample.ts",
    find: "(word === first && isBelow(rest, stream))",
    replace: "(word === first && rest > 0)",
    tests: sampling,
  },
  {
    name: "sample-takes-a-half",
    fault: "Rows are in with half of the sampling rate.",
    file: "shared/privacy/noise/poisson-sample.ts",
    find: "Math.floor(rate * 2 ** 32);",
    replace: "Math.floor(rate * 2 ** 31);",
    tests: sampling,
  },
];
