import type { LocalFunction } from "../assembly/assembly.ts";
import type { EndedProcess } from "./invocation-fault.ts";

/** One event on its way through an environment. */
export interface LambdaEvent {
  readonly requestId: string;
  readonly function: LocalFunction;
  readonly payload: Buffer;
  readonly traceId: string;
  /** Present where its process is to end under it. */
  readonly ended?: EndedProcess;
}

/** How an invocation ended: the function's answer, or an error response in Lambda's shape. */
export interface InvocationOutcome {
  readonly payload: Buffer;
  /** Present when the payload is an error response. */
  readonly errorType?: string;
  /** The environment is lost with it. */
  readonly fatal?: "error" | "timeout";
}

export interface InvocationResult extends InvocationOutcome {
  /** The last 4 KB that this invocation wrote. */
  readonly logTail: string;
}

/** An error response that Lambda itself writes, since the function could not. */
function platformError(
  errorType: string,
  errorMessage: string,
  fatal?: "error" | "timeout",
): InvocationOutcome {
  const payload = Buffer.from(JSON.stringify({ errorType, errorMessage }));
  return fatal === undefined ? { payload, errorType } : { payload, errorType, fatal };
}

/** As Lambda reports any process that was killed, and that is what it does where memory runs out. */
export function killed(requestId: string): InvocationOutcome {
  const message = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
  return platformError("Runtime.ExitError", message, "error");
}

/** What a function's runtime says of an error. */
export function errorTypeOf(error: Buffer): string {
  try {
    return String(JSON.parse(error.toString()).errorType ?? "Unhandled");
  } catch {
    return "Unhandled";
  }
}

export const responseTooLarge = (bytes: number, limit: number): InvocationOutcome =>
  platformError(
    "Function.ResponseSizeTooLarge",
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${limit} bytes).`,
  );

/** The process was gone before it had answered, or never was. */
export function exited(requestId: string, reason: string): InvocationOutcome {
  return platformError("Runtime.ExitError", `RequestId: ${requestId} Error: ${reason}`, "error");
}

export function timedOut(requestId: string, message: string): InvocationOutcome {
  return platformError("Sandbox.Timedout", `RequestId: ${requestId} Error: ${message}`, "timeout");
}
