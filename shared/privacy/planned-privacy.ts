import * as z from "zod";
import type { Config } from "../config/schema.ts";
import { selectClients, selectedCount } from "../rounds/selection.ts";
import { openStrategy } from "../strategy/strategies.ts";
import { type Called, checkMechanism } from "./accountant/mechanism.ts";
import { sigmaFor } from "./accountant/sigma.ts";
import { anyGuaranteeIn, samplingOf, stepsOfTraining } from "./private-steps.ts";
import type { AnyGuarantee } from "./settings.ts";

/** In a plan: what its promise of privacy comes to. */
export const plannedPrivacy = z.object({
  /** Deviation of the noise in multiples of clip: as given, or so large that epsilon is kept. */
  noiseMultiplier: z.number().positive(),
  /** Noised sums that a client is in, in a round in which it trains: its own steps, or the one that hides it among the others. */
  steps: z.int().positive(),
  /** Rounds that a client trains in at the most. */
  rounds: z.int().positive(),
});

export type PlannedPrivacy = z.output<typeof plannedPrivacy>;

/**
 * What a configuration's promise comes to; undefined where it promises nothing.
 * @param clients of the federation, by number
 * @throws PrivacyInvalid where no noise keeps the epsilon that was asked for, or what is given cannot be counted
 */
export function planPrivacy(config: Config, clients: readonly number[]): PlannedPrivacy | undefined {
  const guarantee = anyGuaranteeIn(config);
  if (!guarantee) return undefined;
  const { trainings } = openStrategy(config.federation.strategy).client.work;
  const steps = guarantee.unit === "client" ? 1 : trainings * stepsOfTraining(config, guarantee);
  const rounds = mostTrained(config, config.federation.rounds, clients).at(-1) ?? 0;
  return { noiseMultiplier: noiseOf(guarantee, steps * rounds), steps, rounds };
}

/** Clients of a federation before there is a plan, by number. */
export const everyClient = ({ partition }: Pick<Config, "partition">): number[] =>
  Array.from({ length: partition.clients }, (_, client) => client);

/**
 * By round, the most rounds up to it that one client has trained in. Who is selected is public, so that it hides nobody.
 * @param trained rounds
 */
export function mostTrained(
  config: Pick<Config, "seed" | "federation">,
  trained: number,
  clients: readonly number[],
): number[] {
  const all = selectedCount(config.federation, clients.length) === clients.length;
  const rounds = new Map<number, number>();
  let most = 0;
  return Array.from({ length: trained }, (_, i) => {
    if (all) return i + 1;
    for (const client of selectClients(config, i + 1, clients)) {
      const its = (rounds.get(client) ?? 0) + 1;
      rounds.set(client, its);
      most = Math.max(most, its);
    }
    return most;
  });
}

/** What was derived before in this process, by what it was derived from: a second's work, and the same plan is made often. */
const derived = new Map<string, number>();
const mostDerived = 1000;

const fields = {
  q: "privacy.samplingRate",
  sigma: "privacy.noiseMultiplier",
  steps: "the steps of all rounds",
  delta: "privacy.delta",
  epsilon: "privacy.epsilon",
} as const;
const asField: Called = (name) => fields[name];

function noiseOf(guarantee: AnyGuarantee, steps: number): number {
  const { noiseMultiplier, epsilon, delta } = guarantee;
  const q = samplingOf(guarantee);
  if (noiseMultiplier !== null) {
    checkMechanism({ q, sigma: noiseMultiplier, steps }, asField);
    return noiseMultiplier;
  }
  // one of the two is given: check.ts sees to it
  const wanted = { q, steps, delta, epsilon: epsilon ?? 0 };
  const known = JSON.stringify(wanted);
  const before = derived.get(known);
  if (before !== undefined) return before;
  // machines may differ in the last bits of what an accountant computes, and plans must not
  const sigma = Math.ceil(sigmaFor(wanted) * 1e4) / 1e4;
  if (derived.size < mostDerived) derived.set(known, sigma);
  return sigma;
}
