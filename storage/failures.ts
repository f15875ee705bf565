import { type _Error as DeleteRefusal, S3ServiceException } from "@aws-sdk/client-s3";
import { objectInvalid, storageUnavailable } from "../shared/errors.ts";
import { conflictCode } from "./put-where-none.ts";

/** Of an HTTP answer that never came, or broke off. */
const brokenConnections = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** Temporary by what they are, whatever their status: RequestTimeout comes with 400, a conflict of writers with 409. */
const temporary = new Set([conflictCode, "RequestTimeout", "SlowDown", "ServiceUnavailable", "TimeoutError"]);

/**
 * What was thrown once the SDK has given up, under the name that the state machine knows it by: the SDK has a name for
 * each of S3's codes, and of an answer without a body none at all.
 * @param what was asked, for the message
 */
export function storageFailure(what: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const reason = `${what}: ${error.name}: ${error.message}`;
  // the SDK's own words, in an error without a name; S3 keeps a checksum of every object that was sent with one
  if (error.message.startsWith("Checksum mismatch")) return objectInvalid(reason, { cause: error });
  return isTemporary(error) ? storageUnavailable(reason, { cause: error }) : error;
}

function isTemporary(error: Error): boolean {
  if (temporary.has(error.name)) return true;
  if (error instanceof S3ServiceException) {
    const { httpStatusCode = 0 } = error.$metadata;
    return httpStatusCode >= 500 || httpStatusCode === 429;
  }
  return "code" in error && brokenConnections.has(String(error.code));
}

/** S3 answers a request to remove many by 200, and says in it of each key why it stays: as if it had been asked for alone. */
export function notRemoved({ Key, Code = "InternalError", Message = "" }: DeleteRefusal): S3ServiceException {
  const denied = Code === "AccessDenied" ? "not authorized to perform s3:DeleteObject: " : "";
  return new S3ServiceException({
    name: Code,
    message: `${Key} cannot be removed: ${denied}${Message}`,
    $fault: Code === "InternalError" ? "server" : "client",
    $metadata: {},
  });
}
