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

/**
 * What Invoke is documented to fail with, as far as the local endpoint does
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
 */
const documented: ReadonlySet<string> = new Set([
  "InvalidParameterValueException",
  "InvalidRequestContentException",
  "RequestTooLargeException",
  "ResourceNotFoundException",
  "ServiceException",
  "TooManyRequestsException",
]);

/**
 * Everything else is one error to Step Functions, that somebody may not invoke the function too: its real name stands in
 * the cause alone (https://github.com/awslabs/aws-deployment-framework/issues/460).
 */
const anyOther = "AWSLambdaException";

function resultOf({ status, headers, body }: ServiceAnswer): string {
  if (status >= 300) {
    const code = String(headers["x-amzn-errortype"] ?? anyOther);
    const requestId = String(headers["x-amzn-requestid"] ?? "none");
    throw new StateFailure(
      `Lambda.${documented.has(code) ? code : anyOther}`,
      `${body} (Service: AWSLambda; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId})`,
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
