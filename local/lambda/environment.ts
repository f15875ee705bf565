import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { systemReason } from "../../system/system-error.ts";
import type { LocalFunction } from "../assembly/assembly.ts";
import { accountOfArn } from "../iam/arn.ts";
import type { SessionCredentials } from "../iam/credential-store.ts";
import type { EnvironmentOptions } from "./environment-options.ts";
import { type EnvironmentProcess, startEnvironmentProcess } from "./environment-process.ts";
import {
  errorTypeOf,
  exited,
  type InvocationOutcome,
  type InvocationResult,
  killed,
  type LambdaEvent,
  responseTooLarge,
  timedOut,
} from "./invocation.ts";
import type { EndedProcess } from "./invocation-fault.ts";
import { type LogFile, logStreamOf, openLogFile } from "./log-file.ts";
import { reportLine, reportOf } from "./report.ts";
import { watchMemory } from "./resident-memory.ts";
import { type RuntimeApi, responseLimit, startRuntimeApi } from "./runtime-api.ts";

/** Lambda gives the init phase ten seconds, apart from the function's own timeout. */
const initTimeoutMs = 10_000;

/** One execution environment: a process, its Runtime API and its log, for one event at a time. */
export class Environment {
  readonly id = randomUUID().replaceAll("-", "");
  readonly function: LocalFunction;
  readonly #options: EnvironmentOptions;
  readonly #log: LogFile;
  readonly #credentials: SessionCredentials;
  #api: RuntimeApi | undefined;
  #process: EnvironmentProcess | undefined;
  /** Ends the phase that runs: init with undefined once the process polls, an invocation with its outcome. */
  #settle: ((outcome: InvocationOutcome | undefined) => void) | undefined;
  #current = "";
  /** Ends the process under the invocation that it works on, where that is wanted. */
  #cut: (() => Promise<void>) | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> = Promise.resolve();
  #deadline: NodeJS.Timeout | undefined;
  #initialized = false;
  /** Called when the process asks for another event, or is gone. */
  #rest: () => void = () => {};
  #lost = false;
  /** What an invocation is said to have taken that ended for want of memory. */
  #leastMemoryMb = 0;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.function = options.function;
    this.#credentials = options.credentialsOf(options.function);
    const { name, arn } = options.function;
    const logs = options.logsOf(accountOfArn(arn));
    this.#log = openLogFile(logs, name, this.id, options.failed);
  }

  /** False once its process is gone or going. */
  get usable(): boolean {
    return !this.#lost;
  }

  /** Whether its process's credentials hold for as long as an invocation may take. */
  get credentialsHold(): boolean {
    const { timeoutSeconds } = this.function;
    return this.#credentials.expiresAt - Date.now() > timeoutSeconds * 1000 + initTimeoutMs;
  }

  /**
   * Resolves when the environment is at rest again or gone, not already with the answer: so a caller that invokes one
   * after the other finds the same environment, and counts the same cold starts on every machine.
   */
  run(invocation: LambdaEvent): Promise<InvocationResult> {
    const running = this.#run(invocation);
    this.#running = running.catch(() => {});
    return running;
  }

  async #run(invocation: LambdaEvent): Promise<InvocationResult> {
    const { function: fn, requestId } = invocation;
    const coldStart = this.#process === undefined;
    this.#current = requestId;
    const rested = new Promise<void>((resolve) => {
      this.#rest = resolve;
    });
    const mark = this.#log.mark();
    const memory = watchMemory(
      () => this.#process?.pid,
      fn.memoryMb,
      () => this.#finish(killed(this.#current)),
    );
    const initStarted = performance.now();
    const initFailure = coldStart ? await this.#initialize() : undefined;
    const started = performance.now();
    this.#log.write(`START RequestId: ${requestId} Version: $LATEST`);
    const outcome = initFailure ?? (await this.#handle(invocation));
    const elapsedMs = initFailure === undefined ? performance.now() - started : 0;
    const maxMemoryMb = Math.max(memory.stop(), this.#leastMemoryMb);
    const overrun =
      outcome.fatal === undefined && maxMemoryMb > fn.memoryMb ? killed(this.#current) : outcome;
    const report = reportOf({
      requestId,
      function: fn,
      environment: this.id,
      coldStart,
      initMs: coldStart ? started - initStarted : 0,
      elapsedMs,
      timedOut: outcome.fatal === "timeout" && initFailure === undefined,
      maxMemoryMb,
      error: overrun.errorType,
    });
    this.#log.write(`END RequestId: ${requestId}\n${reportLine(report, overrun.fatal)}`);
    this.#options.report(report);
    await (overrun.fatal === undefined ? rested : this.#kill());
    this.#options.logged?.(this.#log.since(mark), fn);
    return { ...overrun, logTail: this.#log.tailSince(mark) };
  }

  async #kill(): Promise<void> {
    this.#lost = true;
    this.#process?.kill();
    await this.#process?.exited;
  }

  /** Its log and its Runtime API are closed as well once this resolves. */
  async end(): Promise<void> {
    this.#lost = true;
    await this.#process?.end();
    await this.#running;
    await this.#closed;
  }

  #phase(timeoutMs: number, begin: () => void): Promise<InvocationOutcome | undefined> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#deadline = setTimeout(() => this.#timedOut(timeoutMs), timeoutMs);
      begin();
    });
  }

  async #initialize(): Promise<InvocationOutcome | undefined> {
    this.#log.write(`INIT_START Runtime Version: node.${process.versions.node}`);
    try {
      this.#api = await this.#startApi();
    } catch (error) {
      return this.#refused(error);
    }
    if (this.#lost) {
      // ended in the meantime: no process may start any more
      this.#closed = this.#exited("the environment was ended");
      return exited(this.#current, "the environment was ended");
    }
    const { address } = this.#api;
    return this.#phase(initTimeoutMs, () => {
      try {
        this.#process = startEnvironmentProcess({
          ...this.#options,
          runtimeApi: address,
          credentials: this.#credentials,
          log: this.#log,
          logStream: logStreamOf(this.id),
        });
        this.#closed = this.#process.exited.then((reason) => this.#exited(reason));
      } catch (error) {
        this.#finish(this.#refused(error));
      }
    });
  }

  /** The system gave it no process, or what one needs. */
  #refused(error: unknown): InvocationOutcome {
    this.#options.failed(error);
    const reason = `Runtime failed to start: ${systemReason(error)}`;
    this.#closed = this.#exited(reason);
    return exited(this.#current, reason);
  }

  #startApi(): Promise<RuntimeApi> {
    return startRuntimeApi({
      polled: () => this.#polled(),
      initFailed: (error) => this.#finish({ payload: error, errorType: errorTypeOf(error), fatal: "error" }),
      failed: (id, error) => this.#answer(id, { payload: error, errorType: errorTypeOf(error) }),
      responded: (id, payload) => this.#answer(id, { payload }),
      tooLarge: (id, bytes) => this.#answer(id, responseTooLarge(bytes, responseLimit)),
    });
  }

  async #handle(invocation: LambdaEvent): Promise<InvocationOutcome> {
    const { function: fn, ended } = invocation;
    const outcome = await this.#phase(fn.timeoutSeconds * 1000, () => {
      if (ended === undefined) return this.#api?.deliver(invocation);
      const cut = () => this.#end(ended.how, fn);
      this.#cut = cut;
      ended.begun(cut);
      if (ended.beforeWork) void cut();
      else this.#api?.deliver(invocation);
    });
    return outcome ?? exited(this.#current, "no answer");
  }

  /** Resolves once the process is gone, which has said nothing of its own. */
  async #end(how: EndedProcess["how"], { memoryMb, timeoutSeconds }: LocalFunction): Promise<void> {
    if (how === "timed-out") this.#timedOut(timeoutSeconds * 1000);
    else {
      if (how === "out-of-memory") this.#leastMemoryMb = memoryMb;
      this.#finish(killed(this.#current));
      this.#process?.kill();
    }
    await this.#process?.exited;
  }

  #polled(): void {
    clearTimeout(this.#deadline);
    const { pid } = this.#process ?? {};
    if (!this.#initialized && pid !== undefined) this.#options.initialized?.(pid, this.function);
    if (this.#initialized) this.#rest();
    else this.#finish(undefined);
    this.#initialized = true;
  }

  #answer(requestId: string, outcome: InvocationOutcome): void {
    if (requestId !== this.#current) return;
    if (this.#cut === undefined) this.#finish(outcome);
    else void this.#cut();
  }

  #finish(outcome: InvocationOutcome | undefined): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
  }

  #timedOut(afterMs: number): void {
    const message = `Task timed out after ${(afterMs / 1000).toFixed(2)} seconds`;
    this.#log.write(`${new Date().toISOString()} ${this.#current} ${message}\n`);
    this.#finish(timedOut(this.#current, message));
    // also when the answer came and only the process hangs behind it
    this.#process?.kill();
  }

  async #exited(reason: string): Promise<void> {
    clearTimeout(this.#deadline);
    this.#finish(exited(this.#current, reason));
    this.#lost = true;
    this.#rest();
    await this.#running;
    this.#api?.close();
    this.#log.close();
    this.#options.dead();
  }
}
