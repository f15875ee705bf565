import * as z from "zod";
import type { Config } from "../config/schema.ts";
import { selectClients, selectedCount } from "../rounds/selection.ts";
import { openStrategy } from "../strategy/strategies.ts";
import { sigmaFor } from "./accountant/sigma.ts";
import { guaranteeIn, stepsOfTraining } from "./private-steps.ts";
import type { GuaranteeSettings } from "./settings.ts";

/** In a plan: what its promise of privacy comes to. */
export const plannedPrivacy = z.object({
  /** Deviation of the noise in multiples of clip: as given, or so large that epsilon is kept. */
  noiseMultiplier: z.number().positive(),
  /** Steps of a client in a round in which it trains. */
  steps: z.int().positive(),
  /** Rounds that a client trains in at the most. */
  rounds: z.int().positive(),
});

export type PlannedPrivacy = z.output<typeof plannedPrivacy>;

/**
 * What a configuration's promise comes to; undefined where it promises nothing.
 * @param clients of the federation, by number
 * @throws ConfigInvalid where no noise keeps the epsilon that was asked for
 */
export function planPrivacy(config: Config, clients: readonly number[]): PlannedPrivacy | undefined {
  const guarantee = guaranteeIn(config);
  if (!guarantee) return undefined;
  const { trainings } = openStrategy(config.federation.strategy).client.work;
  const steps = trainings * stepsOfTraining(config, guarantee);
  const rounds = mostRounds(config, clients);
  return { noiseMultiplier: noiseOf(guarantee, steps * rounds), steps, rounds };
}

/** The most rounds of all that one client is selected in. Who is selected is public, so that it hides nobody. */
function mostRounds(config: Pick<Config, "seed" | "federation">, clients: readonly number[]): number {
  const { rounds } = config.federation;
  if (selectedCount(config.federation, clients.length) === clients.length) return rounds;
  const trained = new Map<number, number>();
  for (let round = 1; round <= rounds; round++) {
    for (const client of selectClients(config, round, clients)) {
      trained.set(client, (trained.get(client) ?? 0) + 1);
    }
  }
  return Math.max(...trained.values());
}

/** What was derived before in this process, by what it was derived from: a second's work, and the same plan is made often. */
const derived = new Map<string, number>();
const mostDerived = 1000;

function noiseOf(
  { noiseMultiplier, epsilon, samplingRate, delta }: GuaranteeSettings,
  steps: number,
): number {
  if (noiseMultiplier !== null) return noiseMultiplier;
  // one of the two is given: check.ts sees to it
  const wanted = { q: samplingRate, steps, delta, epsilon: epsilon ?? 0 };
  const known = JSON.stringify(wanted);
  const before = derived.get(known);
  if (before !== undefined) return before;
  // machines may differ in the last bits of what an accountant computes, and plans must not
  const sigma = Math.ceil(sigmaFor(wanted) * 1e4) / 1e4;
  if (derived.size < mostDerived) derived.set(known, sigma);
  return sigma;
}
