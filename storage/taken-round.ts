import { sha256Hex, weightsSha256 } from "../shared/digest.ts";
import { maskedOutcomeOf } from "../shared/metrics/masked-metrics.ts";
import type { RoundBeginning } from "../shared/owners/signed-update.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import { MaskedRound, type OpenedRound } from "../shared/rounds/masked-round.ts";
import type { ModelWithState, RoundStart } from "../shared/rounds/open-round.ts";
import type { Participant } from "../shared/rounds/participants.ts";
import type { MasksOpened } from "../shared/secure-aggregation/records.ts";
import { hasState } from "../shared/strategy/strategy.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import type { RoundMetrics, RoundUpdates } from "../shared/workflow/round-records.ts";
import { type GatheredUpdates, gatherMasked, type MasksToGather } from "./gathered-updates.ts";
import type { StoredOpening } from "./masked-objects.ts";
import type { LinkedGlobal } from "./model-objects.ts";
import type { Objects } from "./objects.ts";
import { encodeState } from "./strategy-objects.ts";

/** Who counts in a masked round, by whom its sums were opened, and why no further round trains, if none does. */
export type DecidedUpdates = Pick<RoundUpdates, "round" | "attempt" | "updates" | "silent"> & {
  readonly masks: MasksOpened;
  readonly ended: NonNullable<RoundUpdates["ended"]> | null;
};

/** A round with its masked updates in it, of which nothing is told yet. */
export interface TakenRound extends GatheredUpdates {
  readonly masked: MaskedRound;
}

/**
 * Takes in what a masked round counts: AggregateRound does to make the next model, and fedstep verify and owners do to make it again.
 * @param start null in the final pass
 * @param begins what owners have signed that the round begins with; undefined where it could not be told
 * @param known openings that have been read already
 * @throws MaskedUpdateLost, HelpersDisagree, ObjectMissing, ObjectInvalid
 */
export async function takeMasked(
  objects: Objects,
  plan: Plan,
  start: Omit<RoundStart, "attempt"> | null,
  decided: MasksToGather & Pick<DecidedUpdates, "ended">,
  begins: RoundBeginning | undefined,
  known?: readonly StoredOpening[],
): Promise<TakenRound> {
  const { round, attempt, ended } = decided;
  const masked = new MaskedRound(plan, round, ended === null && start ? { ...start, attempt } : null);
  return { masked, ...(await gatherMasked(objects, plan, ended, decided, masked, begins, known)) };
}

/** What a round that was opened again leaves, as AggregateRound has to have left it. */
export async function againOf(
  plan: Plan,
  decided: DecidedUpdates,
  opened: OpenedRound,
  participants: readonly Participant[],
  before: LinkedGlobal,
): Promise<{ readonly next: ModelWithState | null; readonly outcome: RoundMetrics }> {
  const next = opened.trained?.next ?? null;
  const after = await digestsAfter(plan, decided.round, next);
  return { next, outcome: maskedOutcomeOf(plan, decided, opened, participants, { before, after }) };
}

/** The object of the strategy's state after a round; null where it has none. */
export function stateAfter(plan: Plan, round: number, next: ModelWithState): Uint8Array | null {
  const strategy = strategyOf(plan.config);
  return hasState(strategy) ? encodeState(plan, strategy, round, next.state) : null;
}

/** Digests of what a round has made; null where it made nothing. */
export async function digestsAfter(plan: Plan, round: number, next: ModelWithState | null) {
  if (!next) return null;
  const state = stateAfter(plan, round, next);
  return {
    weightsSha256: await weightsSha256(next.parameters),
    stateSha256: state && (await sha256Hex(state)),
  };
}
