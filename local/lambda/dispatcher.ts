import { randomUUID } from "node:crypto";
import type { LocalFunction } from "../assembly/assembly.ts";
import { Environment } from "./environment.ts";
import type { EnvironmentOptions } from "./environment-options.ts";
import type { InvocationResult, LambdaEvent } from "./invocation.ts";
import type { EndedProcess } from "./invocation-fault.ts";
import { newTraceId } from "./trace-id.ts";

export interface DispatcherOptions extends Omit<EnvironmentOptions, "function" | "dead"> {
  /** Invocations that execute at once, over all functions. */
  readonly environments: number;
  /** Processes kept at once, those that rest included. */
  readonly processes: number;
}

/** What the caller knows of its invocation while it waits. */
export interface Caller {
  readonly requestId?: string;
  readonly traceId?: string;
  /** How its process is to end, where that is wanted. */
  readonly ended?: EndedProcess;
  /** Aborted when the caller has gone: an event that still waits is then dropped. */
  readonly gone?: AbortSignal;
  /** Its turn has come. */
  started?(): void;
}

interface Waiting {
  readonly invocation: LambdaEvent;
  started(): void;
  resolve(result: InvocationResult): void;
  reject(error: unknown): void;
}

const closing = (): Error => new Error("the Lambda endpoint is closing");

/**
 * Brings events and environments together: first come, first served over all functions, and only so many at once that
 * billed time means something. Resting environments stay warm; the one that rested longest goes when a process is
 * needed and the bound on processes is reached.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #waiting: Waiting[] = [];
  readonly #environments = new Set<Environment>();
  /** The one that rests longest first. */
  readonly #resting: Environment[] = [];
  readonly #executing = new Set<Environment>();
  #closed = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Executing and waiting together: what AWS counts as concurrent. */
  get concurrent(): number {
    return this.#executing.size + this.#waiting.length;
  }

  /** The same of one function. */
  concurrentOf(fn: LocalFunction): number {
    const executing = [...this.#executing].filter((environment) => environment.function === fn);
    const waiting = this.#waiting.filter(({ invocation }) => invocation.function === fn);
    return executing.length + waiting.length;
  }

  invoke(fn: LocalFunction, payload: Buffer, caller: Caller = {}): Promise<InvocationResult> {
    if (this.#closed) return Promise.reject(closing());
    const { requestId = randomUUID(), traceId = newTraceId(), ended, gone } = caller;
    return new Promise((resolve, reject) => {
      const waiting = {
        invocation: { requestId, function: fn, payload, traceId, ...(ended && { ended }) },
        started: () => caller.started?.(),
        resolve,
        reject,
      };
      gone?.addEventListener("abort", () => {
        const place = this.#waiting.indexOf(waiting);
        if (place < 0) return;
        this.#waiting.splice(place, 1);
        reject(new Error("the caller has gone"));
      });
      this.#waiting.push(waiting);
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(closing());
    await Promise.all([...this.#environments].map((environment) => environment.end()));
  }

  #pump(): void {
    while (!this.#closed && this.#executing.size < this.#options.environments) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      let environment: Environment;
      try {
        environment = this.#environmentFor(next.invocation.function);
      } catch (error) {
        // its log could not be opened
        this.#options.failed(error);
        next.reject(error);
        continue;
      }
      this.#executing.add(environment);
      next.started();
      environment.run(next.invocation).then(
        (result) => {
          next.resolve(result);
          this.#executing.delete(environment);
          if (environment.usable) this.#resting.push(environment);
          this.#pump();
        },
        (error) => {
          this.#options.failed(error);
          next.reject(error);
          // its process may be alive, and nobody else would end it
          void environment.end().finally(() => this.#remove(environment));
        },
      );
    }
  }

  #environmentFor(fn: LocalFunction): Environment {
    this.#endOutdated();
    const place = this.#resting.findLastIndex((environment) => environment.function === fn);
    const [warm] = place < 0 ? [] : this.#resting.splice(place, 1);
    if (warm !== undefined) return warm;
    if (this.#environments.size >= this.#options.processes) void this.#resting.shift()?.end();
    const environment: Environment = new Environment({
      ...this.#options,
      function: fn,
      dead: () => this.#remove(environment),
    });
    this.#environments.add(environment);
    return environment;
  }

  /** Credentials reach a process when it starts: one whose credentials are about to end makes place for another. */
  #endOutdated(): void {
    const outdated = this.#resting.filter(({ credentialsHold }) => !credentialsHold);
    for (const environment of outdated) {
      this.#resting.splice(this.#resting.indexOf(environment), 1);
      void environment.end();
    }
  }

  #remove(environment: Environment): void {
    this.#environments.delete(environment);
    this.#executing.delete(environment);
    const place = this.#resting.indexOf(environment);
    if (place >= 0) this.#resting.splice(place, 1);
    this.#pump();
  }
}
