import { helperNumbers } from "../secure-aggregation/seeds.ts";
import { hasMasks } from "../secure-aggregation/settings.ts";
import { isBetter, reaches } from "../task/score.ts";
import { thresholdOf } from "../task/stop.ts";
import type { TaskKind } from "../task/task-kind.ts";
import { type Scored, type ScoreName, scoreOf, taskOf } from "../task/tasks.ts";
import { type Moved, medianNorm } from "../update/norm-bound.ts";
import type { FederationState } from "../workflow/payloads.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { Usage } from "../workflow/usage.ts";
import type { Allowance } from "./allowance.ts";
import { leastExamples } from "./comparable.ts";
import { executionFrom } from "./execution.ts";
import { finalParticipants, participantsOf } from "./participants.ts";
import { takenRounds } from "./taken-rounds.ts";

/** What the workflow goes on with; clock, bill, digests and what no round changes belong to whoever reports it. */
export type NextRound = Omit<
  FederationState,
  "startedAt" | "usage" | "chainSha256" | "weightsSha256" | "owners" | "opened" | "openedInAccounts"
>;

/** How the global model of the round before did, by the score of the task. */
export type Evaluated = Scored & {
  readonly round: number;
  /** That the figure is over. */
  readonly examples: number;
};

/** What a round has decided the next one by. */
export interface Aggregated {
  readonly evaluated: Evaluated;
  /** Whose updates it accepted. */
  readonly clients: readonly Moved[];
  /** What is told in place of each client's figures where updates are masked. */
  readonly summed?: { readonly norm: number | null } | undefined;
}

export function firstRound(plan: Plan, allowance: Allowance): NextRound {
  return {
    round: 1,
    participants: participantsOf(plan, 1),
    stage: "round",
    ended: null,
    best: null,
    medianNorm: null,
    ...committee(plan),
    execution: executionFrom(plan.run, allowance, 1, 1),
  };
}

/**
 * After a round: the next one, or the final pass, in which the last model is evaluated that nobody has seen yet.
 * @param state the round that has just been aggregated
 * @param aggregated what it found out
 * @param usage of all rounds so far that were not taken over
 */
export function nextRound(
  plan: Plan,
  allowance: Allowance,
  { round, ended: wasFinal, best: before, execution }: NextRound,
  { evaluated, clients, summed }: Aggregated,
  usage: Usage,
): NextRound {
  // models of another run may have been evaluated on other examples
  const counts = round > takenRounds(plan) && evaluated.examples >= leastExamples(plan);
  const task = taskOf(plan.config);
  const reached = { round: evaluated.round, score: scoreOf(task, evaluated) };
  const best = counts ? better(task, before, reached) : before;
  const norm = summed ? summed.norm : medianNorm(clients);
  const after = { round: round + 1, best, medianNorm: norm, ...committee(plan) };
  if (wasFinal !== null) {
    return { ...after, participants: [], stage: "done", ended: wasFinal, execution };
  }
  const stopped = counts ? stopOf(plan, reached, best) : null;
  const ended = stopped ?? endOf(plan, allowance, round, usage);
  if (ended !== null) {
    return { ...after, participants: finalParticipants(plan), stage: "round", ended, execution };
  }
  const pause = after.round > execution.lastRound;
  return {
    ...after,
    participants: participantsOf(plan, after.round),
    stage: pause ? "pause" : "round",
    ended: null,
    execution: pause ? executionFrom(plan.run, allowance, execution.number + 1, after.round) : execution,
  };
}

/** Who opens the sums of a run's masks, if it has any. */
function committee({ config }: Pick<Plan, "config">): Pick<NextRound, "sums" | "helpers"> {
  return hasMasks(config) ? { sums: "masked", helpers: [...helperNumbers] } : { sums: "plain", helpers: [] };
}

type Best = NextRound["best"];

/** The earlier of equal ones; no more of it than that, since what travels has a quota. */
function better({ score }: TaskKind, before: Best, now: NonNullable<Best>): Best {
  return before && !isBetter(score, now.score, before.score) ? before : now;
}

/** Whether federation.stop ends the federation, and by which of its rules. */
function stopOf({ config }: Plan, { round, score: now }: NonNullable<Best>, best: Best): NextRound["ended"] {
  const { stop } = config.federation;
  const { score } = taskOf(config);
  const threshold = thresholdOf(config, stop);
  if (threshold !== null && reaches(score, now, threshold)) return score.name as ScoreName;
  return best && stop.patience !== null && round - best.round >= stop.patience ? "patience" : null;
}

/** Why else the federation trains no further round, or null. */
function endOf(plan: Plan, allowance: Allowance, round: number, usage: Usage): NextRound["ended"] {
  if (round >= plan.config.federation.rounds) return "rounds";
  const own = round - takenRounds(plan);
  // one round is its own at least
  return own < 1 || allowance.affords(own, usage) ? null : "budget";
}
