import type { Plan } from "../workflow/plan-record.ts";
import type { Result } from "../workflow/result-record.ts";
import { type EvaluatedBy, leastExamples } from "./comparable.ts";
import { takenRounds } from "./taken-rounds.ts";

type Federated = Pick<Result["federated"], "ended" | "rounds">;

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
  const stopped = ended === "accuracy" || ended === "patience";
  const kept = stopped ? bestOf(own, leastExamples(plan)) : own.at(-1);
  if (!kept) throw new Error("a federation without a round keeps no model");
  return kept;
}

/** Of those whose figures can be set beside each other. */
function bestOf(rounds: Federated["rounds"], least: number): Federated["rounds"][number] | undefined {
  const comparable = rounds.filter(({ examples }) => examples === null || examples >= least);
  const best = Math.max(...comparable.map(({ accuracy }) => accuracy));
  return comparable.find(({ accuracy }) => accuracy === best);
}
