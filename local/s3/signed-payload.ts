import type { IncomingMessage } from "node:http";
import type { SignatureClaim } from "../iam/signature/claim.ts";
import { S3Error } from "./errors.ts";

const known =
  /^([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-UNSIGNED-PAYLOAD-TRAILER|STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?)$/;

/** What S3 takes for the digest of a body: a header or a parameter tells it, and a presigned address may leave it out. */
export function signedPayload(
  { headers }: IncomingMessage,
  { expiresSeconds }: SignatureClaim,
  query: URLSearchParams,
): string {
  const presigned = expiresSeconds !== undefined;
  const given =
    headers["x-amz-content-sha256"] ??
    (presigned ? (query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD") : undefined);
  if (given === undefined) {
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  if (typeof given === "string" && known.test(given)) return given;
  throw new S3Error(
    "InvalidArgument",
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value.",
    { ArgumentName: "x-amz-content-sha256", ArgumentValue: String(given) },
  );
}
