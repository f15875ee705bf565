import type { Result } from "../workflow/records.ts";

type Federated = Pick<Result["federated"], "ended" | "rounds">;

/**
 * The round whose model a run keeps. Where federation.stop ended it that is the best of them, the first where several
 * are: the rounds after it were trained to see whether they would be better. Otherwise it is the last.
 * @param taken rounds of another run; of these it has the model of the last alone
 */
export function keptRound({ ended, rounds }: Federated, taken: number): Federated["rounds"][number] {
  const own = rounds.filter(({ round }) => round >= taken);
  const best = Math.max(...own.map(({ accuracy }) => accuracy));
  const stopped = ended === "accuracy" || ended === "patience";
  const kept = stopped ? own.find(({ accuracy }) => accuracy === best) : own.at(-1);
  if (!kept) throw new Error("a federation without a round keeps no model");
  return kept;
}
