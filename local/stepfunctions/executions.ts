import { type ProcessIdentity, stateOf, thisProcess } from "../../system/process-identity.ts";
import type { LocalStateMachine } from "../assembly/assembly.ts";
import { type Execution, type ExecutionEnd, startExecution } from "./execution.ts";
import { executionArn, executionNameOf } from "./execution-name.ts";
import type { ExecutionRecord, ExecutionStore } from "./execution-store.ts";
import type { HistoryEvent } from "./history.ts";
import { damagedRecord, lost, lostRecord, unkeptHistory } from "./lost-execution.ts";
import type { Workflow } from "./program.ts";
import type { MachineServices } from "./service-call.ts";

/** Since 1970, finer than the clock's milliseconds, so that those that start in one have an order. */
const seconds = (): number => (performance.timeOrigin + performance.now()) / 1000;

/** How often a record is touched, and for how long one tells somebody who cannot ask for its process that it is alive. */
const touchMs = 10_000;
const trustedMs = 6 * touchMs;

interface Running {
  readonly execution: Execution;
  readonly persisted: Promise<void>;
}

/** How an execution that ended here is told: its record could not be written. */
export type Unkept = (error: unknown) => void;

/**
 * The executions of a directory, which several processes may have to do with at once: each runs those that it has
 * started, and reads the others from disk, where their owners write them. What a process was running when it died is
 * lost, and may be started anew under the next name.
 */
export class Executions {
  readonly #store: ExecutionStore;
  readonly #unkept: Unkept;
  readonly #own = new Map<string, ExecutionRecord>();
  readonly #running = new Map<string, Running>();
  readonly #touching: NodeJS.Timeout;
  /** One page is seldom all, so the history that was read last stays. */
  #lastRead: { arn: string; events: readonly HistoryEvent[] } | undefined;

  /** @param unkept told where the end of an execution could not be written */
  constructor(store: ExecutionStore, unkept: Unkept) {
    this.#store = store;
    this.#unkept = unkept;
    this.#touching = setInterval(() => {
      for (const arn of this.#running.keys()) store.touch(executionNameOf(arn)).catch(unkept);
    }, touchMs).unref();
  }

  async get(arn: string): Promise<ExecutionRecord | undefined> {
    const own = this.own(arn);
    if (own) return own;
    const stored = await this.#store.read(executionNameOf(arn));
    if (stored === undefined) return undefined;
    if ("damaged" in stored) return damagedRecord(arn, stored);
    const { record, touchedMs } = stored;
    if (record.executionArn !== arn) return undefined;
    return record.status === "RUNNING" && !isOwned(record.owner, touchedMs) ? this.#lose(record) : record;
  }

  /** One that this endpoint has started, as it is now. */
  own(arn: string): ExecutionRecord | undefined {
    const record = this.#own.get(arn);
    const running = this.#running.get(arn);
    return record && running ? { ...record, ...counts(running.execution) } : record;
  }

  /** Those of a state machine, the latest first. */
  async list(stateMachineArn: string): Promise<ExecutionRecord[]> {
    const names = await this.#store.names();
    const found = await Promise.all(names.map((name) => this.get(executionArn(stateMachineArn, name))));
    return found.filter((one) => one !== undefined).sort((a, b) => b.startDate - a.startDate);
  }

  /** @returns undefined where there is one of the name, perhaps since a moment and in another process */
  async start(
    machine: LocalStateMachine,
    workflow: Workflow,
    name: string,
    input: string,
    services: MachineServices,
  ): Promise<ExecutionRecord | undefined> {
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
      owner: thisProcess(),
    };
    if (!(await this.#store.create(record))) return undefined;
    this.#own.set(arn, record);
    const identity = {
      arn,
      name,
      startTime: new Date(Math.round(1000 * record.startDate)).toISOString(),
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
    };
    const execution = startExecution(workflow, identity, input, services);
    const persisted = execution.ended.then((ending) => this.#persist(record, execution, ending));
    this.#running.set(arn, { execution, persisted });
    return record;
  }

  /** Resolves once the end is on disk. @returns false for one that does not run here */
  async stop(arn: string, error: string | undefined, cause: string | undefined): Promise<boolean> {
    const running = this.#running.get(arn);
    running?.execution.stop(error, cause);
    await running?.persisted;
    return running !== undefined;
  }

  async history(arn: string): Promise<readonly HistoryEvent[]> {
    const running = this.#running.get(arn);
    if (running !== undefined) return running.execution.history.events;
    const record = await this.get(arn);
    if (record === undefined) return [];
    if (this.#lastRead?.arn !== arn || record.status === "RUNNING") {
      this.#lastRead = { arn, events: (await this.#store.readHistory(record.name)) ?? unkeptHistory(record) };
    }
    return this.#lastRead.events;
  }

  async close(): Promise<void> {
    clearInterval(this.#touching);
    await Promise.all([...this.#running.keys()].map((arn) => this.stop(arn, undefined, lost.cause)));
  }

  /** Two who find the same one write the same. */
  async #lose(record: ExecutionRecord): Promise<ExecutionRecord> {
    const known = lostRecord(record, seconds());
    await this.#store.writeHistory(known.name, unkeptHistory(known));
    await this.#store.write(known);
    return known;
  }

  async #persist({ owner: _, ...started }: ExecutionRecord, execution: Execution, ending: ExecutionEnd) {
    const record = { ...started, ...ending, ...counts(execution), stopDate: seconds() };
    this.#own.set(record.executionArn, record);
    try {
      await this.#store.writeHistory(record.name, execution.history.events);
      await this.#store.write(record);
      this.#running.delete(record.executionArn);
    } catch (error) {
      this.#unkept(error);
    }
  }
}

function isOwned(owner: ProcessIdentity | undefined, touchedMs: number): boolean {
  if (owner === undefined) return false;
  const state = stateOf(owner);
  return state === "alive" || (state === "elsewhere" && Date.now() - touchedMs < trustedMs);
}

const counts = ({ history }: Execution) => ({
  events: history.events.length,
  largestPayloadBytes: history.largestPayloadBytes,
  transitions: history.transitions,
});
