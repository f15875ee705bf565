import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** How the clients are doing. */
export interface Clients {
  /** Of the round that runs: those invited to it, and those that have not ended yet. */
  readonly invited: number;
  readonly running: number;
  /** Places among the invited of those that have begun, and not ended yet. */
  readonly unfinished: readonly number[];
  /** Of the run: clients that a round was left without, and attempts that were repeated. */
  readonly failed: number;
  readonly retried: number;
}

const silentStates: ReadonlySet<string | undefined> = new Set(["ClientSilent", "ParticipantSilent"]);

function endedPlace(event: HistoryEvent): number {
  const { mapIterationSucceededEventDetails: succeeded, mapIterationFailedEventDetails: failed } = event;
  return (succeeded ?? failed ?? event.mapIterationAbortedEventDetails)?.index ?? 0;
}

/** Counts clients by an execution's events; names are those of cdk/workflow. */
export class ClientTally {
  #invited = 0;
  #running = 0;
  readonly #unfinished = new Set<number>();
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
        this.#unfinished.clear();
        break;
      case "MapIterationStarted":
        this.#unfinished.add(event.mapIterationStartedEventDetails?.index ?? 0);
        break;
      case "MapIterationSucceeded":
      case "MapIterationFailed":
      case "MapIterationAborted":
        this.#running--;
        this.#unfinished.delete(endedPlace(event));
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
        if (silentStates.has(event.stateEnteredEventDetails?.name)) this.#failed++;
        break;
      default:
    }
  }

  get clients(): Clients {
    return {
      invited: this.#invited,
      running: this.#running,
      unfinished: [...this.#unfinished],
      failed: this.#failed,
      retried: this.#retried,
    };
  }
}
