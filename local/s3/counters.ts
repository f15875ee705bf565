import { randomBytes } from "node:crypto";

export interface S3Requests {
  readonly total: number;
  /** Answered with a status of 400 or above. */
  readonly refused: number;
  /** By S3's names of them; "none" where a request was none. */
  readonly operations: Readonly<Record<string, number>>;
  readonly bytesSent: number;
  /** Summed from a request's header to its answer, the wait for its body included. */
  readonly milliseconds: number;
}

export class Counters {
  readonly #prefix = randomBytes(4).toString("hex").toUpperCase();
  readonly #operations = new Map<string, number>();
  #begun = 0;
  #total = 0;
  #refused = 0;
  #bytesSent = 0;
  #milliseconds = 0;

  begin() {
    const begun = performance.now();
    this.#begun++;
    return {
      id: this.#prefix + this.#begun.toString(16).toUpperCase().padStart(8, "0"),
      end: (status: number, bytes: number, operation: string) => {
        this.#total++;
        if (status >= 400) this.#refused++;
        this.#bytesSent += bytes;
        this.#milliseconds += performance.now() - begun;
        this.#operations.set(operation, (this.#operations.get(operation) ?? 0) + 1);
      },
    };
  }

  snapshot(): S3Requests {
    return {
      total: this.#total,
      refused: this.#refused,
      operations: Object.fromEntries(this.#operations),
      bytesSent: this.#bytesSent,
      milliseconds: this.#milliseconds,
    };
  }
}
