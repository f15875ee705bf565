import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { LocalFunction } from "../assembly/assembly.ts";
import type { Service } from "../endpoint/endpoint.ts";
import { AccessControl } from "../iam/access-control.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import type { SessionCredentials } from "../iam/credential-store.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { FaultOfInvocation } from "./invocation-fault.ts";
import { invokeApi } from "./invoke-api.ts";
import { startOrphanGuard } from "./orphan-guard.ts";
import type { InvocationReport } from "./report.ts";
import { sweepTemporaryDirectories } from "./temporary-directory.ts";
import { urlService } from "./url-service.ts";

export type { InvocationReport } from "./report.ts";

export interface LambdaOptions {
  readonly functions: readonly LocalFunction[];
  /** Decides who may do what; by default only administrators may do anything. */
  readonly access?: AccessControl;
  /** Tells who asks. */
  readonly authenticator: Authenticator;
  /** Makes credentials of a function's role. */
  readonly credentialsOf: (fn: LocalFunction) => SessionCredentials;
  /** Invocations that execute at once, over all functions; as many as there are cores by default. */
  readonly environments?: number;
  /** Added to every function's variables, and stronger than its own: AWS_ENDPOINT_URL. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder of an account's logs, <function>/<date>-<environment>.log; the coordinator's where none is named. */
  readonly logsOf: (account?: string) => string;
  /** Executing and waiting invocations beyond which Invoke answers 429, as new accounts do at 10; no limit by default. */
  readonly concurrency?: number;
  /** Gets what every invocation logged, once it has ended. */
  readonly logged?: (text: string, fn: LocalFunction) => void;
  /** Told what the system has refused: a line of a log, a file, a process. */
  readonly failed?: (error: unknown) => void;
  /** Asked about every invocation: what is done to it on purpose. */
  readonly interfere?: FaultOfInvocation;
  /** Told of every environment's process that has initialized, before it gets its first event. */
  readonly initialized?: (pid: number, fn: LocalFunction) => void;
}

export interface LocalLambda {
  readonly handle: Service;
  /** Answers at the URLs of functions, to who has signed nothing. */
  readonly handleUrls: Service;
  /** One for every invocation that has ended, in the order of their ends. */
  readonly reports: readonly InvocationReport[];
  /** Ends every process that was started. */
  close(): Promise<void>;
}

/** Lambda on this machine: the Invoke API in front, the Runtime API and one Node process per environment behind. */
export async function openLambda(options: LambdaOptions): Promise<LocalLambda> {
  const {
    functions,
    authenticator,
    credentialsOf,
    logsOf,
    logged,
    interfere,
    initialized,
    failed = () => {},
  } = options;
  const environments = options.environments ?? availableParallelism();
  const reports: InvocationReport[] = [];
  mkdirSync(logsOf(), { recursive: true });
  const guard = startOrphanGuard();
  await sweepTemporaryDirectories();
  const dispatcher = new Dispatcher({
    environments,
    // every function can stay warm once, and the busiest as often as it can execute
    processes: 2 * environments + functions.length,
    logsOf,
    extra: options.environment ?? {},
    credentialsOf,
    guard,
    failed,
    report: (report) => reports.push(report),
    ...(logged && { logged }),
    ...(initialized && { initialized }),
  });
  const served = {
    functions,
    dispatcher,
    access: options.access ?? new AccessControl(),
    concurrency: options.concurrency ?? Number.POSITIVE_INFINITY,
    ...(interfere && { interfere }),
  };
  const api = invokeApi({ ...served, authenticator });
  await api.ready();
  return {
    handle: api.routing,
    handleUrls: urlService(served),
    reports,
    async close() {
      await dispatcher.close();
      guard.close();
      await api.close();
    },
  };
}
