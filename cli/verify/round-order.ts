import { allowanceOf } from "../../cloud/allowance.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import type { Allowance } from "../../shared/rounds/allowance.ts";
import { firstRound, type NextRound, nextRound } from "../../shared/rounds/next-round.ts";
import { finalParticipants, type Participant } from "../../shared/rounds/participants.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { RoundMetrics } from "../../shared/workflow/round-records.ts";
import { noUsage } from "../../shared/workflow/usage.ts";

/** Which round comes next and who takes part in it, decided again from what the rounds before have left. */
export class RoundOrder {
  readonly #plan: Plan;
  readonly #allowance: Allowance;
  /** What a round cost cannot be told again: with a budget the federation may end after any of its own. */
  readonly #mayEnd: boolean;
  #next: NextRound;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#mayEnd = plan.config.federation.budget !== null;
    this.#allowance = { ...allowanceOf(plan, defaultDeployment, footprints), affords: () => true };
    this.#next = firstRound(plan, this.#allowance);
  }

  get round(): number {
    return this.#next.round;
  }

  /** Why no further round trains; null while rounds go on. */
  get ended(): NextRound["ended"] {
    return this.#next.ended;
  }

  /** Of the updates that the round before accepted, as the next round's bound goes by it. */
  get medianNorm(): number | null {
    return this.#next.medianNorm;
  }

  get done(): boolean {
    return this.#next.stage === "done";
  }

  /**
   * Who was to take part in the next round.
   * @param object hears what is wrong with the round that is stored as that
   */
  participants({ task }: RoundMetrics, object: (problem: string) => void): readonly Participant[] {
    const { ended, round } = this.#next;
    if (task === "train" && ended !== null) object(`trains, though the federation had ended (${ended})`);
    if (task === "evaluate" && ended === null) {
      const { rounds } = this.#plan.config.federation;
      if (!this.#mayEnd) object(`only evaluates, and round ${round} of ${rounds} was to train`);
      this.#next = { ...this.#next, ended: "budget", participants: finalParticipants(this.#plan) };
    }
    return this.#next.participants;
  }

  /** Goes on after the next round, as its metrics tell of it. */
  go(metrics: Pick<RoundMetrics, "evaluated" | "clients">): void {
    this.#next = nextRound(this.#plan, this.#allowance, this.#next, metrics, noUsage);
  }
}
