import { Agent, request } from "node:http";
import { unsignedAuthorization } from "../endpoint/credential-scope.ts";
import { tellStart } from "../lambda/invoke-api.ts";
import { StateFailure } from "./failures.ts";

export interface InvokeOptions {
  readonly signal: AbortSignal;
  /** It executes; until then it waits for one of this machine's cores, which on AWS it would not. */
  started(): void;
}

/** Invokes a function and returns its answer as JSON text; throws what Step Functions would call the error. */
export type Invoke = (functionName: string, payload: string, options: InvokeOptions) => Promise<string>;

function errorTypeOf(body: string): string {
  try {
    const error: unknown = JSON.parse(body);
    const type =
      typeof error === "object" && error !== null && "errorType" in error ? error.errorType : undefined;
    return typeof type === "string" ? type : "Lambda.Unknown";
  } catch {
    return "Lambda.Unknown";
  }
}

function answer(status: number, headers: NodeJS.Dict<string | string[]>, body: string): string {
  if (status >= 300) {
    const name = String(headers["x-amzn-errortype"] ?? "AWSLambdaException");
    const requestId = String(headers["x-amzn-requestid"] ?? "none");
    throw new StateFailure(
      `Lambda.${name}`,
      `${body} (Service: Lambda, Status Code: ${status}, Request ID: ${requestId})`,
    );
  }
  // on AWS too, the cause of a function's error is its whole error response
  if (headers["x-amz-function-error"] !== undefined) throw new StateFailure(errorTypeOf(body), body);
  return body;
}

/** The public Invoke API over kept connections. Giving up drops an invocation that still waits for its turn. */
export function lambdaInvoker(lambdaUrl: string): { invoke: Invoke; close(): void } {
  const agent = new Agent({ keepAlive: true });
  const invoke: Invoke = (functionName, payload, { signal, started }) =>
    new Promise((resolve, reject) => {
      const lost = (error: Error) => reject(new StateFailure("Lambda.SdkClientException", error.message));
      const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
      const headers = {
        Authorization: unsignedAuthorization("lambda"),
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(payload),
        [tellStart]: "102",
      };
      const outgoing = request(
        new URL(path, lambdaUrl),
        { agent, method: "POST", headers, signal },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk) => chunks.push(chunk));
          incoming.on("error", lost);
          incoming.on("end", () => {
            try {
              resolve(answer(incoming.statusCode ?? 500, incoming.headers, Buffer.concat(chunks).toString()));
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      outgoing.on("information", started);
      outgoing.on("error", lost);
      outgoing.end(payload);
    });
  return { invoke, close: () => agent.destroy() };
}
