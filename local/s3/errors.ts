import { FedstepError } from "../../shared/errors.ts";
import { systemCode } from "../../system/system-error.ts";

export { systemCode };

/** The codes of the wire and the HTTP status that S3 sends with each. */
const statuses = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  ConditionalRequestConflict: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  ExpiredToken: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof statuses;

/** What the endpoint answers instead of doing what was asked; `details` become elements of the error document. */
export class S3Error extends FedstepError {
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, message: string, details: Readonly<Record<string, string>> = {}) {
    super(code, message);
    this.status = statuses[code];
    this.details = details;
  }
}

export const noSuchBucket = (bucket: string) =>
  new S3Error("NoSuchBucket", "The specified bucket does not exist", { BucketName: bucket });

export const noSuchKey = (key: string) =>
  new S3Error("NoSuchKey", "The specified key does not exist.", { Key: key });

export const preconditionFailed = (condition: string) =>
  new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    Condition: condition,
  });

/** Refused rather than ignored: a program that relies on it must not believe that it worked. */
export const notImplemented = (what: string) =>
  new S3Error("NotImplemented", `The local S3 endpoint does not implement ${what}`);

/** Of a file that belongs to somebody else. */
export function isDenied(error: unknown): boolean {
  return ["EACCES", "EPERM"].includes(systemCode(error) ?? "");
}

/** Whatever was thrown, as the wire would say it. */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  const code = systemCode(error);
  if (code === "ENAMETOOLONG") {
    return new S3Error("KeyTooLongError", "The key is longer than this file system can name");
  }
  if (isDenied(error)) {
    return new S3Error("AccessDenied", `This user may not read or write what lies there: ${code}`);
  }
  // a system call's message has paths, its code says as much
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  return new S3Error("InternalError", `The local S3 endpoint failed: ${reason}`);
}
