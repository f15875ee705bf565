import { type Named, roundRemarks } from "../../report/round-remarks.ts";
import type { RoundMetrics } from "../../shared/workflow/round-records.ts";

/** Beyond these somebody who watches would lose sight of the run. */
const mostOfRound = 3;

/**
 * What somebody who watches a run hears of clients: of a round that has just ended, each who was left out and each whose
 * update stands out; of those that had ended before somebody watched, how much there was to hear.
 * @param show the command that tells all of it
 * @param named whose data they are, where clients have names
 */
export class RoundNotes {
  readonly #show: string;
  readonly #named: Named;
  #watching = false;

  constructor(show: string, named: Named = {}) {
    this.#show = show;
    this.#named = named;
  }

  /** @param rounds that have ended since the last look */
  of(rounds: readonly RoundMetrics[]): string[] {
    const seenToEnd = this.#watching;
    this.#watching = true;
    return seenToEnd ? rounds.flatMap((round) => this.#ended(round)) : this.#before(rounds);
  }

  #ended(round: RoundMetrics): string[] {
    const remarks = roundRemarks([round], this.#named);
    const left = remarks.length - mostOfRound;
    if (left <= 0) return remarks;
    return [
      ...remarks.slice(0, mostOfRound),
      `round ${round.round}: and ${left} more, which ${this.#show} tells`,
    ];
  }

  #before(rounds: readonly RoundMetrics[]): string[] {
    const silent = rounds.reduce((sum, round) => sum + round.silent.length, 0);
    const outstanding = roundRemarks(rounds).length - silent;
    if (silent + outstanding === 0) return [];
    return [
      `in the rounds before, clients were left out ${times(silent)}, and updates stood out ${times(outstanding)}; ` +
        `${this.#show} tells of each`,
    ];
  }
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);
