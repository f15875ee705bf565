import type { Start } from "./execution-starter.ts";
import type { Invoke, InvokeOptions } from "./lambda-invoker.ts";
import type { Json } from "./library.ts";

/** What a Task state may call. */
export interface Services {
  readonly invoke: Invoke;
  readonly start: Start;
}

/** One call of a Task state, and the names and details of its events. */
export interface Call {
  /** @returns the state's result */
  perform(services: Services, options: InvokeOptions): Promise<Json>;
  scheduled(input: string): [type: string, details: object];
  started(): [type: string, details: object];
  succeeded(output: string): [type: string, details: object];
  failed(kind: "Failed" | "TimedOut", details: object): [type: string, details: object];
}
