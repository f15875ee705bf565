import { maxHistoryEvents, maxPayloadBytes } from "../../cloud/quotas.ts";

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Seconds since 1970, as the API has them. */
  readonly timestamp: number;
  /** At most one, named after the type: stateEnteredEventDetails ... */
  readonly [details: string]: unknown;
}

/** A line of events, each following the one before: the machine's, a branch's or an iteration's. */
export interface Line {
  previous: number;
}

export const bytesOf = (text: string): number => Buffer.byteLength(text);

/**
 * An execution's events, typed and counted as AWS types and counts them. State entries and exits come from the
 * library's event log; those of tasks, Maps, iterations, Parallels and of the execution come from our handlers.
 * Not AWS's: what is recorded of work that a failure or a stop cut off (only iterations that were aborted), and
 * lambda:invoke's outputs, which lack the SDK's HTTP metadata.
 */
export class ExecutionHistory {
  readonly events: HistoryEvent[] = [];
  largestPayloadBytes = 0;
  /** Billed transitions: states entered, and every retry once more. */
  transitions = 0;
  /** Called when one more event would leave no room for the last one. */
  onFull: () => void = () => {};
  onTooLarge: (what: string) => void = () => {};
  #sealed = false;

  add(line: Line, type: string, details: object = {}, milliseconds = Date.now()): void {
    if (this.#sealed) return;
    if (this.events.length >= maxHistoryEvents - 1) {
      this.onFull();
    } else {
      this.#push(line.previous, type, details, milliseconds);
      line.previous = this.events.length;
    }
  }

  /** The event that ends the execution; nothing is added after it. */
  seal(previous: number, type: string, details: object): void {
    if (this.#sealed) return;
    this.#sealed = true;
    this.#push(previous, type, details, Date.now());
  }

  /** Notes a state's input or output, and ends the execution when it is beyond the quota. */
  payload(text: string, what: string): string {
    const bytes = bytesOf(text);
    if (this.#sealed) return text;
    this.largestPayloadBytes = Math.max(this.largestPayloadBytes, bytes);
    if (bytes > maxPayloadBytes) this.onTooLarge(what);
    return text;
  }

  #push(previousEventId: number, type: string, details: object, milliseconds: number): void {
    const id = this.events.length + 1;
    this.events.push({ id, previousEventId, type, timestamp: milliseconds / 1000, ...details });
  }
}
