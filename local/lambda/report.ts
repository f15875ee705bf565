import type { LocalFunction } from "../assembly/assembly.ts";
/** What Lambda's REPORT line says, as data: a benchmark sums these, a cost estimate multiplies them. */
export interface InvocationReport {
  readonly requestId: string;
  readonly functionName: string;
  /** Tells it from one of its name in another account. */
  readonly functionArn: string;
  readonly environment: string;
  readonly coldStart: boolean;
  /** Handler time: from handing over the event to its answer. */
  readonly durationMs: number;
  /** 0 on a warm start. */
  readonly initMs: number;
  /** Since August 2025 AWS bills the init phase of a cold start as well. */
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  readonly error?: string;
}

export const billedMs = (durationMs: number, initMs: number): number =>
  Math.max(1, Math.ceil(durationMs + initMs));

export function reportLine(report: InvocationReport, fatal?: "error" | "timeout"): string {
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${report.billedMs} ms`,
    `Memory Size: ${report.memoryMb} MB`,
    `Max Memory Used: ${report.maxMemoryMb} MB`,
  ];
  if (report.coldStart) fields.push(`Init Duration: ${report.initMs.toFixed(2)} ms`);
  if (fatal !== undefined) fields.push(`Status: ${fatal}`);
  if (fatal === "error") fields.push(`Error Type: ${report.error}`);
  return fields.join("\t");
}

/** What an environment has seen of an invocation. */
export interface Seen {
  readonly requestId: string;
  readonly function: LocalFunction;
  readonly environment: string;
  readonly coldStart: boolean;
  readonly initMs: number;
  /** Of the handler, by the clock. */
  readonly elapsedMs: number;
  readonly timedOut: boolean;
  readonly maxMemoryMb: number;
  readonly error: string | undefined;
}

export function reportOf({
  function: fn,
  elapsedMs,
  timedOut,
  maxMemoryMb,
  error,
  ...seen
}: Seen): InvocationReport {
  // a timer may fire a fraction early, but what timed out has used its time
  const durationMs = timedOut ? Math.max(elapsedMs, fn.timeoutSeconds * 1000) : elapsedMs;
  return {
    ...seen,
    functionName: fn.name,
    functionArn: fn.arn,
    durationMs,
    billedMs: billedMs(durationMs, seen.initMs),
    memoryMb: fn.memoryMb,
    maxMemoryMb: Math.min(maxMemoryMb, fn.memoryMb),
    ...(error === undefined ? {} : { error }),
  };
}
