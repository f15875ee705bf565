import * as z from "zod";

/** What an update costs of its examples' privacy: so many steps of the sampled Gaussian. In the log's entries. */
export const privacyCharge = z.strictObject({
  /** Probability with which an example is in a step. */
  q: z.number().gt(0).max(1),
  /** Deviation of a step's noise in multiples of the most that one example changes its sum. */
  sigma: z.number().positive(),
  steps: z.int().positive(),
});

export type PrivacyCharge = z.output<typeof privacyCharge>;
