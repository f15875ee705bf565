import { keys } from "../../shared/layout.ts";
import { OpenRound } from "../../shared/rounds/open-round.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { assertChain } from "../../storage/linked-headers.ts";
import { type LinkedGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readState } from "../../storage/strategy-objects.ts";

export interface ModelsBefore {
  /** The model that the round starts from. */
  readonly before: LinkedGlobal;
  /** Null in the final pass, which trains nothing, and in the first round of a run's own, which no step led to. */
  readonly earlier: LinkedGlobal | null;
}

/**
 * The models of the two rounds before, read at once.
 * @throws ObjectMissing, or ObjectInvalid where one is not of the chain that the execution hands on
 */
export async function modelsBefore(
  objects: Objects,
  plan: Plan,
  { round, ended, chainSha256 }: Pick<FederationState, "round" | "ended" | "chainSha256">,
): Promise<ModelsBefore> {
  const follows = ended === null && round - 1 > takenRounds(plan);
  const [before, earlier] = await Promise.all([
    readLinkedGlobal(objects, plan, round - 1, chainSha256),
    follows ? readLinkedGlobal(objects, plan, round - 2) : null,
  ]);
  if (earlier) assertChain(keys.global(plan.run, round - 2), earlier.chainSha256, before.before);
  return { before, earlier };
}

/**
 * A round of training, with the strategy's state, to which its updates can be given.
 * @param attempt number of the execution that they come from
 */
export async function openRound(
  objects: Objects,
  plan: Plan,
  { round, medianNorm }: Pick<FederationState, "round" | "medianNorm">,
  { before: { parameters, stateSha256 }, earlier }: ModelsBefore,
  attempt: number,
): Promise<OpenRound> {
  const strategy = openStrategy(plan.config.federation.strategy);
  const state = await readState(objects, plan, strategy, round - 1, stateSha256);
  const previous = earlier?.parameters ?? null;
  return new OpenRound(plan, round, { attempt, parameters, previous, state, medianNorm });
}
