import { tellStart } from "../lambda/invoke-api.ts";
import { StateFailure } from "./failures.ts";
import type { ServiceAnswer, SignedClient } from "./signed-client.ts";

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

function resultOf({ status, headers, body }: ServiceAnswer): string {
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

/** The public Invoke API. Giving up drops an invocation that still waits for its turn. */
export function lambdaInvoker(client: SignedClient): Invoke {
  return async (functionName, payload, { signal, started }) => {
    const answer = await client
      .send({
        service: "lambda",
        path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
        headers: { "content-type": "application/json", [tellStart]: "102" },
        body: payload,
        signal,
        informed: started,
      })
      .catch((error: Error) => {
        throw new StateFailure("Lambda.SdkClientException", error.message);
      });
    return resultOf(answer);
  };
}
