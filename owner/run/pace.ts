import { idleSeconds } from "../../shared/owners/waiting-job.ts";

/** Milliseconds between two questions: of an owner that a run asks for, and of one that none has asked for a while. */
const usual = { atWork: 2_000, idle: 1000 * idleSeconds };
/** The same of a door on this machine, where nobody pays for a question. */
export const locally: typeof usual = { atWork: 200, idle: 5_000 };
const slower = 1.5;
/** Owners that were started at once do not go on asking at once. */
const jitter = 0.2;

/**
 * How long an owner waits before it asks again: two seconds while a run is on, then longer each time, up to half a minute:
 * 90,000 questions a month, each an invocation and a GET.
 */
export class Pace {
  readonly #limits: typeof usual;
  readonly #random: () => number;
  #next: number;

  /** @param random from 0 to below 1 */
  constructor(limits = usual, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
    this.#next = limits.atWork;
  }

  /** There was a job: the next one may come soon. */
  quicken(): void {
    this.#next = this.#limits.atWork;
  }

  /** Something is wrong that no haste mends. */
  rest(): void {
    this.#next = this.#limits.idle;
  }

  /** Milliseconds until the next question. @param asked that the other side wants at least */
  pause(asked = 0): number {
    const spread = 1 - jitter + 2 * jitter * this.#random();
    const pause = Math.max(asked, this.#next * spread);
    this.#next = Math.min(this.#limits.idle, this.#next * slower);
    return pause;
  }
}
