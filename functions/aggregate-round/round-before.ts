import { keys } from "../../shared/layout.ts";
import type { RoundBeginning } from "../../shared/owners/signed-update.ts";
import { strategyOf } from "../../shared/privacy/clients/strategy-of.ts";
import { OpenRound, type RoundStart } from "../../shared/rounds/open-round.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import type { FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { assertChain } from "../../storage/linked-headers.ts";
import { type LinkedGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readState } from "../../storage/strategy-objects.ts";

/** A round before its updates have come in. */
export interface RoundBefore {
  /** The model that it starts from. */
  readonly before: LinkedGlobal;
  /** The same in what owners sign. */
  readonly begins: RoundBeginning;
  /** null in the final pass, which goes on from nothing. */
  readonly open: OpenRound | null;
}

type Began = Pick<FederationState, "round" | "ended" | "chainSha256" | "medianNorm">;

/** What a round goes on from. */
export interface RoundBegin {
  /** The model that it starts from. */
  readonly before: LinkedGlobal;
  /** null in the final pass, which goes on from nothing. */
  readonly start: Omit<RoundStart, "attempt"> | null;
}

/**
 * Opens a round for the updates of an execution.
 * @param seal of the plan
 * @param attempt number of that execution
 * @throws ObjectMissing, or ObjectInvalid where a model or a state is not of the chain that the execution hands on
 */
export async function openRound(
  objects: Objects,
  plan: Plan,
  seal: string,
  federation: Began,
  attempt: number,
): Promise<RoundBefore> {
  const { before, start } = await roundBegin(objects, plan, federation);
  const { chainSha256, weightsSha256: globalSha256 } = before;
  const begins = { plan: seal, chainSha256, globalSha256 };
  const open = start && new OpenRound(plan, federation.round, { ...start, attempt });
  return { before, begins, open };
}

/** @throws ObjectMissing, ObjectInvalid likewise */
export async function roundBegin(objects: Objects, plan: Plan, federation: Began): Promise<RoundBegin> {
  const { round, ended, medianNorm } = federation;
  const { before, earlier } = await modelsBefore(objects, plan, federation);
  if (ended !== null) return { before, start: null };
  const strategy = strategyOf(plan.config);
  const { parameters, stateSha256 } = before;
  const state = await readState(objects, plan, strategy, round - 1, stateSha256);
  return { before, start: { parameters, previous: earlier?.parameters ?? null, state, medianNorm } };
}

/**
 * The models of the two rounds before, read at once. The earlier, from which updates have a direction, is null where no step of the
 * run's own led to the other, and behind masks, where no update is seen.
 */
async function modelsBefore(
  objects: Objects,
  plan: Plan,
  { round, ended, chainSha256 }: Pick<FederationState, "round" | "ended" | "chainSha256">,
): Promise<{ readonly before: LinkedGlobal; readonly earlier: LinkedGlobal | null }> {
  const follows = ended === null && round - 1 > takenRounds(plan) && !hasMasks(plan.config);
  const [before, earlier] = await Promise.all([
    readLinkedGlobal(objects, plan, round - 1, chainSha256),
    follows ? readLinkedGlobal(objects, plan, round - 2) : null,
  ]);
  if (earlier) assertChain(keys.global(plan.run, round - 2), earlier.chainSha256, before.before);
  return { before, earlier };
}
