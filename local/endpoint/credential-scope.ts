import type { IncomingMessage } from "node:http";
import { region } from "../assembly/names.ts";

/**
 * The end of a credential scope, KEY/DATE/REGION/SERVICE/aws4_request
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
const scope = /\/([\w-]+)\/aws4_request(?:[,\s]|$)/;

/** The service that a request was signed for, by header or in a presigned address; only S3 is asked unsigned. */
export function signedService({ headers, url = "" }: IncomingMessage): string {
  return scope.exec(headers.authorization ?? presignedCredential(url))?.[1] ?? "s3";
}

function presignedCredential(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : (new URLSearchParams(url.slice(at)).get("X-Amz-Credential") ?? "");
}

/** Names the service to an endpoint that does not look at signatures, where no SDK signs the request. */
export function unsignedAuthorization(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=local/19700101/${region}/${service}/aws4_request`;
}
