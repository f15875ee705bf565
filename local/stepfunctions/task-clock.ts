import { StateFailure } from "./failures.ts";

export interface TaskLimits {
  /** How long the Task may take. */
  readonly timeoutSeconds: number | undefined;
  /** How long nobody may have sent a heartbeat. */
  readonly heartbeatSeconds: number | undefined;
}

/** Keeps one attempt's times, from when its call has begun. */
export class TaskClock {
  readonly #limits: TaskLimits;
  readonly #expired: (failure: StateFailure) => void;
  #timeout: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #stopped = false;

  /** @param expired told once a time is up, and by which name */
  constructor(limits: TaskLimits, expired: (failure: StateFailure) => void) {
    this.#limits = limits;
    this.#expired = expired;
  }

  start(): void {
    // a call may begin whose state has ended
    if (this.#stopped) return;
    this.#timeout = this.#after(this.#limits.timeoutSeconds, "States.Timeout");
    this.#heartbeat = this.#after(this.#limits.heartbeatSeconds, "States.HeartbeatTimeout");
  }

  /** Somebody has sent a heartbeat; the whole time goes on as it does. */
  beat(): void {
    // one that comes before the start changes nothing
    this.#heartbeat?.refresh();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timeout);
    clearTimeout(this.#heartbeat);
    // a refreshed timer runs again, cleared or not
    this.#heartbeat = undefined;
  }

  #after(seconds: number | undefined, name: string): NodeJS.Timeout | undefined {
    if (seconds === undefined) return undefined;
    return setTimeout(() => this.#expired(new StateFailure(name, "")), seconds * 1000);
  }
}
