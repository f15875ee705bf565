import { isBetter } from "../task/score.ts";
import type { TaskKind } from "../task/task-kind.ts";
import { type Scored, scoreOf, taskOf } from "../task/tasks.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { Outcome } from "../workflow/result-record.ts";
import { type EvaluatedBy, leastExamples } from "./comparable.ts";
import { takenRounds } from "./taken-rounds.ts";

type Federated = Pick<Outcome["federated"], "ended" | "rounds">;

/**
 * The round whose model a run keeps. Where federation.stop ended it that is the best of them, the first where several
 * are: the rounds after it were trained to see whether they would be better. Otherwise it is the last.
 */
export function keptRound(
  { ended, rounds }: Federated,
  plan: EvaluatedBy & Pick<Plan, "origins">,
): Federated["rounds"][number] {
  // of the rounds of another run it has the model of the last alone
  const own = rounds.filter(({ round }) => round >= takenRounds(plan));
  const task = taskOf(plan.config);
  const stopped = ended === task.score.name || ended === "patience";
  const kept = stopped ? bestOf(task, own, leastExamples(plan)) : own.at(-1);
  if (!kept) throw new Error("a federation without a round keeps no model");
  return kept;
}

/** Of those whose figures can be set beside each other. */
function bestOf(
  task: TaskKind,
  rounds: Federated["rounds"],
  least: number,
): Federated["rounds"][number] | undefined {
  const comparable = rounds.filter(({ examples }) => examples === null || examples >= least);
  const isBest = (one: Scored, so: Scored) => isBetter(task.score, scoreOf(task, one), scoreOf(task, so));
  return comparable.reduce<(typeof comparable)[number] | undefined>(
    (best, one) => (best && !isBest(one, best) ? best : one),
    undefined,
  );
}
