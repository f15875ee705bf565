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
 * @param trained of each round that has trained the execution that its updates come from; 1 where nothing says otherwise
 * @param clients of the federation, by number
 */
export function spentPrivacyOf(
  config: Config,
  planned: PlannedPrivacy | undefined,
  trained: readonly number[],
  clients: readonly number[],
): SpentPrivacy | undefined {
  const guarantee = anyGuaranteeIn(config);
  if (!guarantee || !planned || trained.length === 0) return undefined;
  const { delta } = guarantee;
  const q = samplingOf(guarantee);
  const { noiseMultiplier: sigma } = planned;
  const again = askedAgain(trained);
  const steps = mostTrained(config, trained.length, clients).map(
    (rounds, i) => (rounds + (again[i] ?? 0)) * planned.steps,
  );
  const after = (round: number) => {
    const { pld, rdp } = epsilonOf([{ q, sigma, steps: steps[round - 1] ?? 0 }], delta);
    return { epsilon: pld.epsilon, rdp };
  };
  const last = trained.length;
  const apart = Math.ceil(last / mostPoints);
  const rounds = Array.from(trained, (_, i) => i + 1).filter(
    (round) => round === 1 || round === last || round % apart === 0,
  );
  return {
    noiseMultiplier: sigma,
    steps: steps.at(-1) ?? 0,
    delta,
    ...after(last),
    curve: rounds.map((round) => ({ round, epsilon: after(round).epsilon })),
  };
}

/**
 * By round, how often clients may have been asked for a round up to it that others had been asked for before: by each execution
 * after the first. What it asked for again was drawn anew, and what the earlier one had got is there. One that went on where
 * the last had paused asks for nothing twice, and counts too: records do not tell the two apart.
 */
function askedAgain(trained: readonly number[]): number[] {
  let [times, before] = [0, 1];
  return trained.map((execution) => {
    times += Math.max(0, execution - before);
    before = execution;
    return times;
  });
}
