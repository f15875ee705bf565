import { dateText } from "../iam/signature/signature.ts";
import { allowedSkewMs, type Fault } from "../iam/signature/signature-fault.ts";

interface Words {
  /** In the JSON protocols, which end a code with "Exception". */
  readonly json: string;
  /** In AWS Query. */
  readonly query: string;
  readonly message: string;
}

/** Why a signature shows nobody, in the words of every service but S3; they are AWS's own. */
export function signatureRefusal(fault: Fault): Words {
  switch (fault.kind) {
    case "unsigned":
      return {
        json: "MissingAuthenticationTokenException",
        query: "MissingAuthenticationToken",
        message: "Request is missing Authentication Token",
      };
    case "mechanism":
      return incomplete(
        "Authorization header or parameters are not formatted correctly: use AWS4-HMAC-SHA256",
      );
    case "malformed":
      return incomplete(fault.reason);
    case "key-unknown":
    case "token-wrong":
      return {
        json: "UnrecognizedClientException",
        query: "InvalidClientTokenId",
        message: "The security token included in the request is invalid.",
      };
    case "token-expired":
      return {
        json: "ExpiredTokenException",
        query: "ExpiredToken",
        message: "The security token included in the request is expired",
      };
    case "scope":
      return invalid(
        fault.part === "date"
          ? `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${fault.given}' != '${fault.expected}'.`
          : `Credential should be scoped to a valid ${fault.part}: '${fault.expected}', not '${fault.given}'.`,
      );
    case "clock":
      return invalid(clockMessage(fault.signedAt, fault.now));
    case "url-expired":
      return invalid(
        `Signature expired: ${dateText(fault.expiresAt)} is now earlier than ${dateText(fault.now)}`,
      );
    case "url-early":
      return invalid("Signature not yet current");
    case "headers-unsigned":
      return invalid(`'${fault.names.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`);
    case "mismatch":
      return invalid(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      );
  }
}

const incomplete = (message: string): Words => ({
  json: "IncompleteSignatureException",
  query: "IncompleteSignature",
  message,
});

const invalid = (message: string): Words => ({
  json: "InvalidSignatureException",
  query: "SignatureDoesNotMatch",
  message,
});

function clockMessage(signedAt: number, now: number): string {
  const minutes = `${allowedSkewMs / 60_000} min.`;
  const [signed, server] = [dateText(signedAt), dateText(now)];
  return signedAt < now
    ? `Signature expired: ${signed} is now earlier than ${dateText(now - allowedSkewMs)} (${server} - ${minutes})`
    : `Signature not yet current: ${signed} is still later than ${dateText(now + allowedSkewMs)} (${server} + ${minutes})`;
}
