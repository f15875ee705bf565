import * as z from "zod";
import { modelKinds } from "../model/kinds.ts";
import { sha256 } from "../workflow/fields.ts";
import { federationName } from "./agreement-name.ts";
import { ownerName } from "./identity.ts";

const kinds = modelKinds.map(({ name }) => name) as [string, ...string[]];
const most = (number: number) => z.int().positive().default(number);

/** An owner's rules: a file at the owner's, which is held against every job before anything is sent. */
export const policy = z
  .strictObject({
    format: z.literal(1).default(1),
    expires: z.iso
      .date()
      .nullable()
      .default(null)
      .describe("The last day on which it holds (UTC); null: no end."),
    ask: z.boolean().default(false).describe("Each run waits until a person at the owner's has approved it."),
    federations: z
      .array(federationName)
      .nullable()
      .default(null)
      .describe("Whose jobs are looked at; null: of every federation whose agreement was signed."),
    trusted: z
      .array(sha256)
      .nullable()
      .default(null)
      .describe(
        "Fingerprints of the members that may take part beside it; null: whoever stands in the agreement.",
      ),
    minimumCohort: z
      .int()
      .min(2)
      .default(3)
      .describe(
        "Owners, it among them, whose updates a model is made of at least; simulated clients never count.",
      ),
    helpers: z
      .array(z.union([ownerName, sha256]))
      .default([])
      .describe(
        "Names, or fingerprints, of members that it trusts to open sums of masks: of an agreement's three helpers two at least, itself " +
          "among them where it helps. Whoever has the bucket and two helpers reads every update.",
      ),
    minimumExamplesInSum: most(500).describe(
      "Examples that every sum of masked updates is over at least, its own among them.",
    ),
    recompute: z
      .union([z.enum(["never", "always"]), z.number().gt(0).lt(1)])
      .default("never")
      .describe(
        "Which models it recomputes from the masked updates and opened sums of their rounds before it works on them: always, never, or " +
          "a share of the rounds, as 0.25, which its own key draws; a model that comes out otherwise is refused. Agreements without " +
          "federation.secureAggregation.recomputable are refused unless it is never.",
      ),
    leastExamples: most(50).describe("Examples that it has at least, or it takes no part."),
    leastHeldOut: most(20).describe("Of these, held out for evaluation at least."),
    models: z
      .strictObject({
        kinds: z
          .array(z.enum(kinds))
          .default([...kinds])
          .describe("Kinds of models."),
        mostParameters: most(1_000_000).describe("Parameters of a model at most."),
      })
      .prefault({}),
    mostRounds: most(1_000).describe("Rounds of training on one data set at most, all runs together."),
    mostEvaluations: most(2_000).describe(
      "Evaluations on one data set at most, those before training included.",
    ),
    tells: z
      .strictObject({
        labelCounts: z.boolean().default(false).describe("How many examples of each class it has."),
        moments: z
          .boolean()
          .default(true)
          .describe(
            "Sum and sum of squares of each feature, and of a target that is a number; without them both scale by the agreed ranges. Of " +
              "categories and gaps these count rows.",
          ),
        evaluation: z
          .boolean()
          .default(true)
          .describe(
            "How a model does on what it holds out, as sums of the agreed task: counts of each class taken for each other one, or by the " +
              "probability of the positive class; of numbers, sums of errors and targets.",
          ),
        alone: z
          .boolean()
          .default(true)
          .describe(
            "The same of the model that it trains on its own rows alone, once a run; the model itself never leaves.",
          ),
      })
      .prefault({})
      .describe("What may leave beside updates."),
    bundles: z
      .array(sha256)
      .nullable()
      .default(null)
      .describe("Digests of what may train here; null: those of the agreement."),
    privacy: z
      .enum(["any", "required"])
      .default("any")
      .describe("required: refuses every run without differential privacy."),
    privacyBudget: z
      .strictObject({
        epsilon: z.number().gt(0).max(1_000).describe("Epsilon of all runs together at most."),
        delta: z.number().gt(0).lt(1).describe("Delta at which epsilon is reckoned."),
      })
      .nullable()
      .default(null)
      .describe(
        "What all runs on the home's data may spend together of their privacy, whatever rows were corrected between them; with one, " +
          "runs without differential privacy are refused. null: nothing is counted.",
      ),
  })
  .describe("An owner's policy.");

export type Policy = Readonly<z.output<typeof policy>>;
