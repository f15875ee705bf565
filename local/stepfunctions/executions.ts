import type { LocalStateMachine } from "../assembly/assembly.ts";
import type { Services } from "./call.ts";
import { type Ending, type Execution, startExecution } from "./execution.ts";
import { executionArn } from "./execution-name.ts";
import type { ExecutionRecord, ExecutionStore } from "./execution-store.ts";
import type { HistoryEvent } from "./history.ts";
import type { Workflow } from "./program.ts";

const seconds = (): number => Date.now() / 1000;

const lost = {
  status: "ABORTED",
  error: undefined,
  cause: "The local Step Functions endpoint ended while this execution was running.",
} as const;

/** An execution that was cut off with its process keeps no events but its first and a last one. */
const lostHistory = (record: ExecutionRecord): HistoryEvent[] => [
  {
    id: 1,
    previousEventId: 0,
    type: "ExecutionStarted",
    timestamp: record.startDate,
    executionStartedEventDetails: { input: record.input },
  },
  {
    id: 2,
    previousEventId: 0,
    type: "ExecutionAborted",
    timestamp: record.stopDate ?? record.startDate,
    executionAbortedEventDetails: { cause: lost.cause },
  },
];

interface Running {
  readonly execution: Execution;
  readonly persisted: Promise<void>;
}

/** Every execution that this directory knows: those that run in memory, those that ended on disk. */
export class Executions {
  readonly #store: ExecutionStore;
  readonly #records = new Map<string, ExecutionRecord>();
  readonly #running = new Map<string, Running>();
  /** One page is seldom all, so the history that was read last stays. */
  #lastRead: { arn: string; events: readonly HistoryEvent[] } | undefined;

  private constructor(store: ExecutionStore) {
    this.#store = store;
  }

  static async open(store: ExecutionStore): Promise<Executions> {
    const executions = new Executions(store);
    for (const record of await store.readAll()) {
      const known =
        record.status === "RUNNING" ? { ...record, ...lost, events: 2, stopDate: seconds() } : record;
      if (known !== record) {
        await store.writeHistory(known.name, lostHistory(known));
        await store.write(known);
      }
      executions.#records.set(known.executionArn, known);
    }
    return executions;
  }

  get(arn: string): ExecutionRecord | undefined {
    const record = this.#records.get(arn);
    const running = this.#running.get(arn);
    return record === undefined || running === undefined
      ? record
      : { ...record, ...counts(running.execution) };
  }

  /** The latest first. */
  list(): ExecutionRecord[] {
    // of those that started in the same millisecond, the one that came last
    return [...this.#records.values()].reverse().sort((a, b) => b.startDate - a.startDate);
  }

  async start(
    machine: LocalStateMachine,
    workflow: Workflow,
    name: string,
    input: string,
    services: Services,
  ): Promise<ExecutionRecord> {
    const arn = executionArn(machine.arn, name);
    const record: ExecutionRecord = {
      executionArn: arn,
      stateMachineArn: machine.arn,
      name,
      status: "RUNNING",
      startDate: seconds(),
      input,
      events: 0,
      largestPayloadBytes: 0,
      transitions: 0,
    };
    this.#records.set(arn, record);
    await this.#store.write(record);
    const identity = { arn, name, stateMachineArn: machine.arn, stateMachineName: machine.name };
    const execution = startExecution(workflow, identity, input, services);
    const persisted = execution.ended.then((ending) => this.#persist(record, execution, ending));
    this.#running.set(arn, { execution, persisted });
    return record;
  }

  /** Resolves once the end is on disk. */
  async stop(arn: string, error: string | undefined, cause: string | undefined): Promise<void> {
    const running = this.#running.get(arn);
    running?.execution.stop(error, cause);
    await running?.persisted;
  }

  async history(arn: string): Promise<readonly HistoryEvent[]> {
    const running = this.#running.get(arn);
    if (running !== undefined) return running.execution.history.events;
    const record = this.#records.get(arn);
    if (record === undefined) return [];
    if (this.#lastRead?.arn !== arn) {
      this.#lastRead = { arn, events: await this.#store.readHistory(record.name) };
    }
    return this.#lastRead.events;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((arn) => this.stop(arn, undefined, lost.cause)));
  }

  async #persist(started: ExecutionRecord, execution: Execution, ending: Ending): Promise<void> {
    const record = { ...started, ...ending, ...counts(execution), stopDate: seconds() };
    await this.#store.writeHistory(record.name, execution.history.events);
    await this.#store.write(record);
    this.#records.set(record.executionArn, record);
    this.#running.delete(record.executionArn);
  }
}

const counts = ({ history }: Execution) => ({
  events: history.events.length,
  largestPayloadBytes: history.largestPayloadBytes,
  transitions: history.transitions,
});
