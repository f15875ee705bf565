/** Rounds that are told closer together, in milliseconds, were there at once. */
const atOnceMs = 20;

/**
 * How fast rounds come, by those that were seen to come: whoever begins to watch a run late is told of the rounds
 * before at once, and these say nothing of its pace.
 */
export class Pace {
  #first: { readonly round: number; readonly at: number } | undefined;
  #latest = Number.NEGATIVE_INFINITY;
  #begun = false;

  /**
   * A round has ended.
   * @param now milliseconds of some clock
   * @returns seconds until the last one, infinite as long as nothing tells
   */
  secondsLeft(round: number, last: number, now = performance.now()): number {
    this.#begun ||= this.#first !== undefined && now - this.#latest > atOnceMs;
    if (!this.#begun || !this.#first) this.#first = { round, at: now };
    this.#latest = now;
    const each = (now - this.#first.at) / (round - this.#first.round);
    return this.#begun ? (each * (last - round)) / 1000 : Number.POSITIVE_INFINITY;
  }
}
