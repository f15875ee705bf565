/** List prices in us-east-1, in US dollars, without free tiers and discounts, as of January 2026. */
export const prices = {
  asOf: "January 2026",
  /** Lambda on arm64: a second of a gigabyte of memory. */
  lambdaGbSecond: 0.0000133334,
  /** Lambda: an invocation. */
  lambdaRequest: 0.2e-6,
  /** Step Functions, standard: a state that is entered, retries included. */
  stateTransition: 25e-6,
} as const;
