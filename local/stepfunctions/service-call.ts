import type { Start } from "./execution-starter.ts";
import type { Invoke, InvokeOptions } from "./lambda-invoker.ts";
import type { Json } from "./library.ts";
import type { Put } from "./object-putter.ts";
import type { TaskTokens } from "./task-tokens.ts";

/** What Task states may call, as one role. */
export interface Services {
  readonly invoke: Invoke;
  readonly start: Start;
  readonly put: Put;
}

/** As the state machine's role, which may assume others. */
export interface MachineServices extends Services {
  /** Where states wait for somebody. */
  readonly tokens: TaskTokens;
  /** @throws StateFailure where the role may not be assumed */
  as(roleArn: string): Promise<Services>;
}

/** What a Scheduled event says of how the call is made, beside what is called. */
export interface Scheduling {
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
  readonly taskCredentials?: { readonly roleArn: string };
}

/** One call of a Task state, and the names and details of its events. */
export interface Call {
  /** @returns the state's result, of a call that waits its answer */
  perform(services: Services, options: InvokeOptions): Promise<Json>;
  scheduled(input: string): [type: string, details: object];
  started(): [type: string, details: object];
  /** There where the state waits for its token once it has the answer. */
  submitted?(answer: string): [type: string, details: object];
  succeeded(output: string): [type: string, details: object];
  failed(kind: "Failed" | "TimedOut", details: object): [type: string, details: object];
}
