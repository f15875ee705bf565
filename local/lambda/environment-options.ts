import type { LocalFunction } from "../assembly/assembly.ts";
import type { SessionCredentials } from "../iam/credential-store.ts";
import type { OrphanGuard } from "./orphan-guard.ts";
import type { InvocationReport } from "./report.ts";

/** What an environment is made of, and whom it tells. */
export interface EnvironmentOptions {
  readonly function: LocalFunction;
  /** The folder of an account's logs; the coordinator's where none is named. */
  logsOf(account?: string): string;
  readonly extra: Readonly<Record<string, string>>;
  /** Makes credentials of a function's role: each process has its own. */
  readonly credentialsOf: (fn: LocalFunction) => SessionCredentials;
  readonly guard: OrphanGuard;
  report(report: InvocationReport): void;
  /** Its process has initialized and gets its first event once this returns. */
  initialized?(pid: number, fn: LocalFunction): void;
  /** All that an invocation logged, once it has ended. */
  logged?(text: string, fn: LocalFunction): void;
  /** Told what the system has refused it. */
  failed(error: unknown): void;
  /** Its process is gone. */
  dead(): void;
}
