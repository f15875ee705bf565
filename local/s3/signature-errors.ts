import { dateText } from "../iam/signature/signature.ts";
import { allowedSkewMs, type Fault, SignatureFault } from "../iam/signature/signature-fault.ts";
import { S3Error } from "./errors.ts";

const isoOf = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}/, "");

/** Does the work, and says in S3's words why a signature shows nobody. @throws S3Error */
export function inS3Terms<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof SignatureFault ? signatureError(error.fault) : error;
  }
}

/** As S3 words it, in S3's words (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
function signatureError(fault: Fault): S3Error {
  switch (fault.kind) {
    case "unsigned":
      return new S3Error("AccessDenied", "Access Denied");
    case "mechanism":
      return new S3Error(
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
      );
    case "malformed":
      return fault.presigned
        ? new S3Error("AuthorizationQueryParametersError", fault.reason)
        : malformedHeader(fault.reason);
    case "scope":
      return wrongScope(fault);
    case "key-unknown":
      return new S3Error(
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        { AWSAccessKeyId: fault.accessKeyId },
      );
    case "token-wrong":
      return new S3Error("InvalidToken", "The provided token is malformed or otherwise invalid.", {
        "Token-0": fault.token,
      });
    case "token-expired":
      return new S3Error("ExpiredToken", "The provided token has expired.", { "Token-0": fault.token });
    case "clock":
      return new S3Error(
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
        {
          RequestTime: dateText(fault.signedAt),
          ServerTime: isoOf(fault.now),
          MaxAllowedSkewMilliseconds: String(allowedSkewMs),
        },
      );
    case "url-expired":
      return new S3Error("AccessDenied", "Request has expired", {
        "X-Amz-Expires": String(fault.seconds),
        Expires: isoOf(fault.expiresAt),
        ServerTime: isoOf(fault.now),
      });
    case "url-early":
      return new S3Error("AccessDenied", "Request is not yet valid", { ServerTime: isoOf(fault.now) });
    case "headers-unsigned":
      return new S3Error("AccessDenied", "There were headers present in the request which were not signed", {
        HeadersNotSigned: fault.names.join(", "),
      });
    case "mismatch":
      return new S3Error(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        {
          AWSAccessKeyId: fault.accessKeyId,
          StringToSign: fault.stringToSign,
          SignatureProvided: fault.signature,
          CanonicalRequest: fault.canonicalRequest,
        },
      );
  }
}

function wrongScope({ presigned, part, given, expected }: Extract<Fault, { kind: "scope" }>): S3Error {
  const what = {
    region: `the region '${given}' is wrong; expecting '${expected}'`,
    service: `incorrect service "${given}". This endpoint belongs to "${expected}".`,
    date: `Invalid credential date "${given}". This date is not the same as X-Amz-Date: "${expected}".`,
  }[part];
  const details: Record<string, string> = part === "region" ? { Region: expected } : {};
  return presigned
    ? new S3Error(
        "AuthorizationQueryParametersError",
        `Error parsing the X-Amz-Credential parameter; ${what}`,
        details,
      )
    : malformedHeader(what, details);
}

function malformedHeader(what: string, details: Record<string, string> = {}): S3Error {
  return new S3Error(
    "AuthorizationHeaderMalformed",
    `The authorization header is malformed; ${what}`,
    details,
  );
}
