import { affordsRound } from "../cost/budget.ts";
import type { Deployment } from "../workflow/deployment.ts";
import type { FederationState } from "../workflow/payloads.ts";
import type { Plan } from "../workflow/records.ts";
import type { Usage } from "../workflow/usage.ts";
import { leastExamples } from "./comparable.ts";
import { executionFrom } from "./execution.ts";
import { finalParticipants, participantsOf } from "./participants.ts";
import { takenRounds } from "./taken-rounds.ts";

/** What the workflow goes on with; clock and bill belong to whoever reports it. */
export type NextRound = Omit<FederationState, "startedAt" | "usage">;

/** How the global model of the round before did. */
export interface Evaluated {
  readonly round: number;
  /** That the figure is over. */
  readonly examples: number;
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
  // models of another run may have been evaluated on other examples
  const counts = round > takenRounds(plan) && evaluated.examples >= leastExamples(plan);
  const best = counts ? better(before, evaluated) : before;
  const next = round + 1;
  if (wasFinal !== null) {
    return { round: next, participants: [], stage: "done", ended: wasFinal, best, execution };
  }
  const stopped = counts ? stopOf(plan, evaluated, best) : null;
  const ended = stopped ?? endOf(plan, deployment, round, usage);
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

type Best = NextRound["best"];

/** The earlier of equal ones; no more of it than that, since what travels has a quota. */
function better(before: Best, { round, accuracy }: Evaluated): Best {
  return before && before.accuracy >= accuracy ? before : { round, accuracy };
}

/** Whether federation.stop ends the federation, and by which of its rules. */
function stopOf({ config }: Plan, { round, accuracy }: Evaluated, best: Best): NextRound["ended"] {
  const { stop } = config.federation;
  if (stop.accuracy !== null && accuracy >= stop.accuracy) return "accuracy";
  return best && stop.patience !== null && round - best.round >= stop.patience ? "patience" : null;
}

/** Why else the federation trains no further round, or null. */
function endOf(plan: Plan, deployment: Deployment, round: number, usage: Usage): NextRound["ended"] {
  if (round >= plan.config.federation.rounds) return "rounds";
  const own = round - takenRounds(plan);
  // one round is its own at least
  return own < 1 || affordsRound(plan, deployment, own, usage) ? null : "budget";
}
