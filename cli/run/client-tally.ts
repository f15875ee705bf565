import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** How the clients are doing. */
export interface Clients {
  /** Of the round that runs: those invited to it, and those that have not ended yet. */
  readonly invited: number;
  readonly running: number;
  /** Of the run: clients that a round was left without, and attempts that were repeated. */
  readonly failed: number;
  readonly retried: number;
}

/** Counts clients by an execution's events; names are those of cdk/workflow. */
export class ClientTally {
  #invited = 0;
  #running = 0;
  #failed = 0;
  #retried = 0;
  /** Ids of the events with which clients' tasks began: what follows one is the first attempt. */
  readonly #begun = new Set<number | undefined>();

  /** @param event each once, in the order of their ids */
  take(event: HistoryEvent): void {
    switch (event.type) {
      case "MapStateStarted":
        this.#invited = event.mapStateStartedEventDetails?.length ?? 0;
        this.#running = this.#invited;
        this.#begun.clear();
        break;
      case "MapIterationSucceeded":
      case "MapIterationFailed":
      case "MapIterationAborted":
        this.#running--;
        break;
      case "TaskStateEntered":
        if (event.stateEnteredEventDetails?.name === "TrainClient") this.#begun.add(event.id);
        break;
      case "LambdaFunctionScheduled":
        if (
          event.lambdaFunctionScheduledEventDetails?.resource?.endsWith("-TrainClient") &&
          !this.#begun.has(event.previousEventId)
        ) {
          this.#retried++;
        }
        break;
      case "PassStateEntered":
        if (event.stateEnteredEventDetails?.name === "ClientSilent") this.#failed++;
        break;
      default:
    }
  }

  get clients(): Clients {
    return {
      invited: this.#invited,
      running: this.#running,
      failed: this.#failed,
      retried: this.#retried,
    };
  }
}
