import * as z from "zod";
import type { Config } from "../config/schema.ts";
import { epsilonOf } from "./accountant/epsilon.ts";
import { mostTrained, type PlannedPrivacy } from "./planned-privacy.ts";
import { anyGuaranteeIn, samplingOf } from "./private-steps.ts";

const epsilon = z.number().nonnegative();

/** In a result: what a run has spent of its clients' privacy. */
export const spentPrivacy = z.object({
  noiseMultiplier: z.number().positive(),
  /** Noised sums that the client was in that trained in most rounds: its steps over all of these, or the rounds themselves. */
  steps: z.int().positive(),
  delta: z.number().positive(),
  /** By privacy loss distributions: what is reported. */
  epsilon,
  /** The same by Renyi's divergence, as a check: never less. */
  rdp: z.object({ epsilon, order: z.number().gt(1) }),
  /** What had been spent by the end of a round, some ten of all. */
  curve: z.array(z.object({ round: z.int().positive(), epsilon })),
});

export type SpentPrivacy = z.output<typeof spentPrivacy>;

/** Points of a curve at the most: each takes an accountant a tenth of a second. */
const mostPoints = 10;

/**
 * What a run has spent; undefined where it promised nothing.
 * @param trained rounds that have trained
 * @param clients of the federation, by number
 */
export function spentPrivacyOf(
  config: Config,
  planned: PlannedPrivacy | undefined,
  trained: number,
  clients: readonly number[],
): SpentPrivacy | undefined {
  const guarantee = anyGuaranteeIn(config);
  if (!guarantee || !planned || trained === 0) return undefined;
  const { delta } = guarantee;
  const q = samplingOf(guarantee);
  const { noiseMultiplier: sigma } = planned;
  const steps = mostTrained(config, trained, clients).map((rounds) => rounds * planned.steps);
  const after = (round: number) => {
    const { pld, rdp } = epsilonOf([{ q, sigma, steps: steps[round - 1] ?? 0 }], delta);
    return { epsilon: pld.epsilon, rdp };
  };
  const apart = Math.ceil(trained / mostPoints);
  const rounds = Array.from({ length: trained }, (_, i) => i + 1).filter(
    (round) => round === 1 || round === trained || round % apart === 0,
  );
  return {
    noiseMultiplier: sigma,
    steps: steps.at(-1) ?? 0,
    delta,
    ...after(trained),
    curve: rounds.map((round) => ({ round, epsilon: after(round).epsilon })),
  };
}
