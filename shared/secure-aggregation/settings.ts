import * as z from "zod";
import { countUpTo } from "../config/count.ts";
import { runNamePattern } from "../layout.ts";

/** The section federation.secureAggregation of a configuration. */
export const secureAggregation = z
  .strictObject({
    helpers: z
      .enum(["none", "coordinator", "owners"])
      .nullable()
      .default(null)
      .describe(
        "Who opens the sums of masks. owners: three members whom an agreement names. coordinator: three functions of the coordinator's own, for simulations: it protects " +
          "nothing, since one who holds all three reads every update. none: no masks, and the sums of the same integers, to " +
          "hold a masked run against. null: neither masks nor these integers.",
      ),
    scaleBits: z
      .int()
      .min(8)
      .max(52)
      .default(40)
      .describe("Integers are multiples of 2^-scaleBits: what is summed is rounded to them."),
    largestChange: z
      .number()
      .gt(0)
      .max(2 ** 32)
      .default(16)
      .describe(
        "Largest change of a parameter that a client sends, either sign; one that comes to a larger one sends nothing. All " +
          "examples times it times 2^scaleBits stay below 2^63.",
      ),
    minimumCohort: countUpTo(10_000)
      .min(2)
      .default(3)
      .describe(
        "Clients that every opened sum is over at least; with fewer the run stops with QuorumNotReached.",
      ),
    minimumExamplesInSum: countUpTo(10_000_000)
      .default(500)
      .describe(
        "Examples that every opened sum is over at least: of changes those trained with, of evaluations all that the clients " +
          "have; with fewer the run stops with QuorumNotReached.",
      ),
    start: z
      .string()
      .regex(runNamePattern)
      .nullable()
      .default(null)
      .describe(
        "Name that the start is drawn from beside the seed, where helpers are named; null takes the run's. Helpers answer one " +
          "set of clients for each model, whatever run asks: runs of one start are held to the same clients.",
      ),
    recomputable: z
      .boolean()
      .default(false)
      .describe(
        "Whether each owner may be given the masked updates and opened sums of the rounds before, so that it recomputes the model " +
          "of them before it trains on it, as its policy's recompute asks. Two helpers who tell each other read every update then, " +
          "without the coordinator.",
      ),
  })
  .describe(
    "Secure aggregation: clients send integers behind masks, and helpers, of whom any two of three suffice, open nothing but " +
      "the sums of the masks over a round's clients. Masks hide who, not what.",
  );

export type SecureAggregation = z.output<typeof secureAggregation>;

/** What of a configuration says whether updates are masked. */
interface HasFederation {
  readonly federation: { readonly secureAggregation: Pick<SecureAggregation, "helpers" | "start"> };
}

interface RecomputableFederation {
  readonly federation: { readonly secureAggregation: Pick<SecureAggregation, "recomputable"> };
}

/** Whether sums are of the integers that masks are put on, with masks or without. */
export const sumsIntegers = ({ federation }: HasFederation): boolean =>
  federation.secureAggregation.helpers !== null;

/** Whether clients mask what they send. */
export const hasMasks = ({ federation }: HasFederation): boolean =>
  sumsIntegers({ federation }) && federation.secureAggregation.helpers !== "none";

/** Whether owners open the sums of the masks. */
export const ownersHelp = ({ federation }: HasFederation): boolean =>
  federation.secureAggregation.helpers === "owners";

/** Whether owners may be given what a round's model was made of. */
export const isRecomputable = (config: HasFederation & RecomputableFederation): boolean =>
  ownersHelp(config) && config.federation.secureAggregation.recomputable;

/** Name that a run's start is drawn from beside the seed; undefined where the seed alone draws it. */
export function startName({ run, config }: { readonly run: string; readonly config: HasFederation }) {
  const { start } = config.federation.secureAggregation;
  return sumsIntegers(config) ? (start ?? run) : undefined;
}
