import * as z from "zod";

/** What a guarantee takes, whatever it is for. */
const guarantee = {
  clip: z
    .number()
    .gt(0)
    .max(1e6)
    .default(1)
    .describe(
      "Longest part of the gradient that one example may have, in the Euclidean norm; longer ones are shortened.",
    ),
  epsilon: z
    .number()
    .gt(0)
    .max(1000)
    .nullable()
    .default(null)
    .describe(
      "What the whole run may spend at most; the noise is derived from it. null where noiseMultiplier is given.",
    ),
  noiseMultiplier: z
    .number()
    .gt(0)
    .max(10_000)
    .nullable()
    .default(null)
    .describe(
      "Deviation of the noise in multiples of clip, from which epsilon follows. null where epsilon is given.",
    ),
  delta: z
    .number()
    .gt(0)
    .lt(1)
    .default(1e-5)
    .describe(
      "Probability that the guarantee may fail with; less than one in the number of training examples.",
    ),
};

const colluding = z
  .int()
  .min(0)
  .max(10_000)
  .default(1)
  .describe(
    "Of distributed noise: clients of a round whose shares may be known to whoever looks at the sum, such as its own to " +
      "each client. The shares of the others are enough without theirs.",
  );

const none = z
  .strictObject({
    // what a configuration that says nothing has
    unit: z
      .literal("none")
      .optional()
      .default("none")
      .describe("Whose part in the data the guarantee hides."),
  })
  .describe("No guarantee: updates and models may tell of single examples.");

const example = z
  .strictObject({
    unit: z.literal("example").describe("Whose part in the data the guarantee hides."),
    noise: z
      .enum(["local", "distributed"])
      .default("local")
      .describe(
        "Who adds the noise. local: each client to its own steps, all that it takes, so that nobody else need be trusted. " +
          "distributed: the clients of a round together, a share each, to the one sum that helpers open, so that it is as " +
          "little as if one who is trusted had added it; takes federation.secureAggregation and training.localSteps=1.",
      ),
    colluding,
    samplingRate: z
      .number()
      .gt(0)
      .max(1)
      .default(0.05)
      .describe(
        "Probability with which an example is in a step, each for itself; takes the place of training.batchSize. An epoch " +
          "is 1 / samplingRate steps.",
      ),
    ...guarantee,
  })
  .describe("Differential privacy for single examples by DP-SGD (Abadi et al. 2016, arXiv:1607.00133).");

/** Of clients, whose changes are cut where an example's gradient is. */
const clientClip = z.union([
  z.number().gt(0).max(1e6),
  z.strictObject({
    initial: z.number().gt(0).max(1e6),
    quantile: z.number().gt(0).lt(1).default(0.5),
    learningRate: z.number().gt(0).max(1).default(0.2),
  }),
]);

const client = z
  .strictObject({
    unit: z.literal("client").describe("Whose part in the data the guarantee hides."),
    noise: z
      .enum(["central", "distributed"])
      .default("central")
      .describe(
        "Who adds the noise. central: the aggregator, once a round to the sum of all changes; it is trusted, and whoever may read " +
          "updates. distributed: the clients of a round together, a share each, to the one sum that helpers open; takes " +
          "federation.secureAggregation.",
      ),
    colluding,
    fullWeight: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .default(1)
      .describe(
        "Training examples from which on a client's change counts in full; of fewer it counts by their share, and never more.",
      ),
    ...guarantee,
    clip: clientClip
      .default(1)
      .describe(
        "Longest change of the model that one client may make, in the Euclidean norm; longer ones are shortened. A number, or " +
          "{initial, quantile, learningRate}: then it follows that quantile (0.5) of the clients' norms, in steps of that rate " +
          "(0.2), by counts that have noise too (Andrew et al. 2021, arXiv:1905.03871).",
      ),
    delta: guarantee.delta.describe(
      "Probability that the guarantee may fail with; less than one in the number of clients.",
    ),
  })
  .describe(
    "Differential privacy for whole clients by a noised sum of clipped changes (McMahan et al. 2018, arXiv:1710.06963).",
  );

/** The section privacy of a configuration. */
export const privacySettings = z
  .discriminatedUnion("unit", [none, example, client])
  .describe(
    "What whoever sees updates and models can tell at most of one example, or models of one client (differential privacy).",
  );

export type PrivacySettings = z.output<typeof privacySettings>;
/** The same where there is a guarantee for examples, and where there is one for clients. */
export type GuaranteeSettings = Extract<PrivacySettings, { unit: "example" }>;
export type ClientGuarantee = Extract<PrivacySettings, { unit: "client" }>;
/** Whatever is promised. */
export type AnyGuarantee = Exclude<PrivacySettings, { unit: "none" }>;
