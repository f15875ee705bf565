import type { SFNClient } from "@aws-sdk/client-sfn";
import { type Clients, ClientTally } from "./client-tally.ts";
import { HistoryTail } from "./history-tail.ts";

/** Milliseconds between two looks at a history: what a person can follow, and little work for the endpoint. */
const lookMs = 1_000;

/** Looks at what an execution's clients do, now and then, for those who want to see it. */
export class ClientWatch {
  readonly #states: SFNClient;
  readonly #tell: (clients: Clients | undefined) => void;
  readonly #tally = new ClientTally();
  #tail: HistoryTail;
  #next = 0;

  /** @param tell gets undefined where nobody here has the right to read the history */
  constructor(states: SFNClient, executionArn: string, tell: (clients: Clients | undefined) => void) {
    this.#states = states;
    this.#tell = tell;
    this.#tail = new HistoryTail(states, executionArn);
  }

  /** The run's next execution has a history of its own. */
  goOn(executionArn: string): void {
    this.#tail = new HistoryTail(this.#states, executionArn);
  }

  async look(): Promise<void> {
    if (performance.now() < this.#next) return;
    try {
      for (const event of await this.#tail.since()) this.#tally.take(event);
      this.#tell(this.#tally.clients);
      this.#next = performance.now() + lookMs;
    } catch (error) {
      if (!(error instanceof Error && error.name === "AccessDeniedException")) throw error;
      // the run needs no such right, so it goes on unseen
      this.#tell(undefined);
      this.#next = Number.POSITIVE_INFINITY;
    }
  }
}
