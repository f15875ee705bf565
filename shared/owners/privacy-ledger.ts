import { epsilonOf } from "../privacy/accountant/epsilon.ts";
import { merged } from "../privacy/accountant/mechanism.ts";
import { everyClient, planPrivacy } from "../privacy/planned-privacy.ts";
import { guaranteeIn } from "../privacy/private-steps.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { Agreement } from "./agreement.ts";
import type { LogEntry, SignedEntry } from "./log-entry.ts";
import type { Policy } from "./policy.ts";
import type { PrivacyCharge } from "./privacy-charge.ts";

/** What a round's update costs a client that trains by the plan; undefined where the plan promises nothing. */
export function chargeOf({ config, privacy }: Pick<Plan, "config" | "privacy">): PrivacyCharge | undefined {
  const guarantee = guaranteeIn(config);
  if (!guarantee || !privacy) return undefined;
  return { q: guarantee.samplingRate, sigma: privacy.noiseMultiplier, steps: privacy.steps };
}

/**
 * What has left of a home's privacy, whatever rows it had then: a corrected row gives nothing back. Of an update that left
 * several times, which is the same bytes, once.
 */
export function chargesIn(signed: readonly Pick<SignedEntry, "object" | "privacy">[]): PrivacyCharge[] {
  const charged = new Map(
    signed.flatMap(({ object, privacy }) => (privacy ? [[object, privacy] as const] : [])),
  );
  return [...merged([...charged.values()])];
}

/** Epsilon of all charges together, by privacy loss distributions. */
export function epsilonSpent(charges: readonly PrivacyCharge[], delta: number): number {
  return charges.length === 0 ? 0 : epsilonOf(charges, delta).pld.epsilon;
}

/** Updates that were trained, and left without noise: no budget covers what these tell. */
export function unnoised(entries: readonly LogEntry[]): number {
  const without = entries.filter(
    (one): one is SignedEntry => one.event === "signed" && one.task === "train" && !one.privacy,
  );
  return new Set(without.map(({ object }) => object)).size;
}

/**
 * What speaks against a run by the budget: what it would spend as a whole, with all that other runs have spent. Undefined where
 * nothing does.
 * @param others charges of other runs
 * @param run of this run, all its rounds together
 */
export function beyondBudget(
  { privacyBudget: budget }: Pick<Policy, "privacyBudget">,
  others: readonly PrivacyCharge[],
  run: PrivacyCharge,
): string | undefined {
  if (!budget) return undefined;
  const all = epsilonSpent([...others, run], budget.delta);
  if (all <= budget.epsilon) return undefined;
  const before = epsilonSpent(others, budget.delta);
  return (
    `privacyBudget: epsilon ${budget.epsilon} at delta ${budget.delta}; with this run it would be ${all.toFixed(4)}, and ` +
    `${before.toFixed(4)} is spent`
  );
}

/** The same of a run by an agreement that is yet to be signed. */
export function agreedBeyondBudget(
  policy: Pick<Policy, "privacyBudget">,
  { config }: Pick<Agreement, "config">,
  spent: readonly PrivacyCharge[],
): string | undefined {
  const privacy = planPrivacy(config, everyClient(config));
  const round = chargeOf({ config, ...(privacy && { privacy }) });
  if (!privacy || !round) return undefined;
  return beyondBudget(policy, spent, { ...round, steps: privacy.rounds * round.steps });
}
