import { affordsRound } from "../cost/budget.ts";
import type { Deployment } from "../workflow/deployment.ts";
import type { FederationState } from "../workflow/payloads.ts";
import type { Plan } from "../workflow/records.ts";
import type { Usage } from "../workflow/usage.ts";
import { executionFrom } from "./execution.ts";
import { finalParticipants, participantsOf } from "./participants.ts";
import { takenRounds } from "./taken-rounds.ts";

/** What the workflow goes on with; clock and bill belong to whoever reports it. */
export type NextRound = Omit<FederationState, "startedAt" | "usage">;

/** How the global model of the round before did. */
export interface Evaluated {
  readonly round: number;
  /** 0 ... 1 */
  readonly accuracy: number;
}

export function firstRound(plan: Plan): NextRound {
  return {
    round: 1,
    participants: participantsOf(plan, 1),
    stage: "round",
    ended: null,
    best: null,
    execution: executionFrom(plan.run, plan.config, 1, 1),
  };
}

/**
 * After a round: the next one, or the final pass, in which the last model is evaluated that nobody has seen yet.
 * @param deployment by which what the next round costs is reckoned
 * @param state the round that has just been aggregated
 * @param evaluated the model that it started from
 * @param usage of all rounds so far that were not taken over
 */
export function nextRound(
  plan: Plan,
  deployment: Deployment,
  { round, ended: wasFinal, best: before, execution }: NextRound,
  evaluated: Evaluated,
  usage: Usage,
): NextRound {
  const { accuracy } = evaluated;
  // no more of it than that: what travels has a quota
  const best = before && before.accuracy >= accuracy ? before : { round: evaluated.round, accuracy };
  const next = round + 1;
  if (wasFinal !== null) {
    return { round: next, participants: [], stage: "done", ended: wasFinal, best, execution };
  }
  const ended = endOf(plan, deployment, round, evaluated, best, usage);
  if (ended !== null) {
    return { round: next, participants: finalParticipants(plan), stage: "round", ended, best, execution };
  }
  const pause = next > execution.lastRound;
  return {
    round: next,
    participants: participantsOf(plan, next),
    stage: pause ? "pause" : "round",
    ended: null,
    best,
    execution: pause ? executionFrom(plan.run, plan.config, execution.number + 1, next) : execution,
  };
}

/** Why the federation trains no further round, or null. */
function endOf(
  plan: Plan,
  deployment: Deployment,
  round: number,
  evaluated: Evaluated,
  best: Evaluated,
  usage: Usage,
): NextRound["ended"] {
  const { stop, rounds } = plan.config.federation;
  if (stop.accuracy !== null && evaluated.accuracy >= stop.accuracy) return "accuracy";
  if (stop.patience !== null && evaluated.round - best.round >= stop.patience) return "patience";
  if (round >= rounds) return "rounds";
  const own = round - takenRounds(plan);
  // one round is its own at least
  return own < 1 || affordsRound(plan, deployment, own, usage) ? null : "budget";
}
