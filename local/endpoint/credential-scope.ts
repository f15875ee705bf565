import type { IncomingMessage } from "node:http";
import { urlPath } from "../assembly/function-url.ts";

/**
 * The end of a credential scope, KEY/DATE/REGION/SERVICE/aws4_request
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
const scope = /\/([\w-]+)\/aws4_request(?:[,\s]|$)/;

/** Answers at the URLs of functions, whatever a request there is signed for. */
export const functionUrls = "function URLs";

/** The service that a request was signed for, by header or in a presigned address; unsigned, that it looks meant for. */
export function signedService(message: IncomingMessage): string {
  const { headers, url = "" } = message;
  if (url.startsWith(urlPath)) return functionUrls;
  return scope.exec(headers.authorization ?? presignedCredential(url))?.[1] ?? meantService(message);
}

function presignedCredential(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : (new URLSearchParams(url.slice(at)).get("X-Amz-Credential") ?? "");
}

/** Services of AWS JSON, by what stands in X-Amz-Target before an operation. */
const ofTarget: ReadonlyMap<string, string> = new Map([
  ["AWSStepFunctions", "states"],
  ["AmazonSSM", "ssm"],
  ["TrentService", "kms"],
]);

/** Which service refuses the request, in a form that its clients read. */
function meantService({ headers, url = "" }: IncomingMessage): string {
  const target = headers["x-amz-target"];
  const named = typeof target === "string" ? ofTarget.get(target.split(".")[0] ?? "") : undefined;
  if (named !== undefined) return named;
  if (url.startsWith("/2015-03-31/functions")) return "lambda";
  const form = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return form && url === "/" ? "cloudformation" : "s3";
}
