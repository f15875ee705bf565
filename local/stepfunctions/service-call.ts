import type { Invoke, InvokeOptions } from "./lambda-invoker.ts";
import type { Json } from "./library.ts";

/** What a Task state may call. */
export interface Services {
  readonly invoke: Invoke;
  /** StartExecution of this endpoint; throws what the SDK would make an exception of. */
  readonly start: (request: unknown) => Promise<object>;
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
