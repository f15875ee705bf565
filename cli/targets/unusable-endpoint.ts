import {
  certificateUntrusted,
  endpointInvalid,
  endpointUnreachable,
  type FedstepError,
  operationUnsupported,
  regionInvalid,
} from "../../shared/errors.ts";
import { field, isUnreadable, sentence, serviceSaid, statusOf } from "./error-text.ts";
import { isOfRequest, operationOf, serviceOf } from "./failed-request.ts";

/** OpenSSL's names for a chain that ends in no authority that Node knows. */
const untrusted = [
  "CERT_SIGNATURE_FAILURE",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** Of an authority that Node knows, and yet not of this address at this time. */
const unfit = ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID", "ERR_TLS_CERT_ALTNAME_INVALID"];

const unreachable = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENOTFOUND",
  // the other side speaks no TLS
  "EPROTO",
  "ETIMEDOUT",
];

/** As S3, Step Functions and CloudFormation call an operation that they do not have. */
const unsupported = ["InvalidAction", "MethodNotAllowed", "NotImplemented", "UnknownOperationException"];

const elsewhere = [
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "PermanentRedirect",
  "TemporaryRedirect",
];

/** The answers of S3 that send whoever asks to another region. */
const redirects = [301, 307];

/** Why the endpoint that the SDK's configuration names will not do for a request; undefined where it would. */
export function unusableEndpoint(cause: Error): FedstepError | undefined {
  if (!isOfRequest(cause)) return undefined;
  return badSetting(cause) ?? badConnection(cause) ?? badAnswer(cause);
}

/**
 * What the SDK would send, before it is signed.
 * @throws EndpointInvalid for an address such as localhost:4720, which is read as the path 4720 of a "localhost:"
 */
export function checkProtocol(request: unknown): void {
  if (typeof request !== "object" || request === null) return;
  const protocol: unknown = Reflect.get(request, "protocol");
  if (typeof protocol !== "string" || /^https?:$/.test(protocol)) return;
  throw noAddress(`an endpoint that begins with ${protocol}`);
}

function noAddress(what: string, options?: ErrorOptions): FedstepError {
  return endpointInvalid(
    `${what} is no address of a service; write AWS_ENDPOINT_URL, or endpoint_url in the profile, as in http://127.0.0.1:4720`,
    options,
  );
}

function badSetting(cause: Error): FedstepError | undefined {
  if (field(cause, "code") === "ERR_INVALID_URL") {
    return noAddress(JSON.stringify(field(cause, "input") ?? ""), { cause });
  }
  if (cause.name === "EndpointError") return noAddress(`the endpoint (${sentence(cause)})`, { cause });
  if (/^Region not accepted/.test(cause.message)) {
    return regionInvalid(`${sentence(cause)}; set AWS_REGION, or region in the profile, as in eu-central-1`, {
      cause,
    });
  }
  return undefined;
}

function badConnection(cause: Error): FedstepError | undefined {
  const code = field(cause, "code") ?? cause.name;
  if (untrusted.includes(code)) {
    return certificateUntrusted(
      `Node.js does not trust the certificate of the endpoint of ${serviceOf(cause)} (${sentence(cause)}); ` +
        "set NODE_EXTRA_CA_CERTS to the file of the authority that signed it, which some emulators write anew at each start",
      { cause },
    );
  }
  if (unfit.includes(code)) {
    return certificateUntrusted(
      `the certificate of the endpoint of ${serviceOf(cause)} does not hold for it now (${sentence(cause)}); ` +
        "use the address that it was made for, or get a new one and set NODE_EXTRA_CA_CERTS to the file of its authority",
      { cause },
    );
  }
  if (unreachable.includes(code) || cause.name === "TimeoutError") {
    return endpointUnreachable(
      `cannot reach ${serviceOf(cause)} (${sentence(cause) || code}); check the network, AWS_REGION, and AWS_ENDPOINT_URL where it is set`,
      { cause },
    );
  }
  return undefined;
}

function badAnswer(cause: Error): FedstepError | undefined {
  const status = statusOf(cause);
  if (status === undefined) return undefined;
  if (status === 501 || unsupported.includes(cause.name)) {
    return operationUnsupported(
      `the endpoint does not implement ${operationOf(cause)} (${serviceSaid(cause)}), which fedstep needs; ` +
        "take one that does, or unset AWS_ENDPOINT_URL for AWS itself",
      { cause },
    );
  }
  const region = regionOf(cause);
  // a refused HEAD says no more than where the bucket is
  const isElsewhere =
    redirects.includes(status) || (status === 400 && isUnreadable(cause) && region !== undefined);
  if (isElsewhere || elsewhere.includes(cause.name)) {
    return regionInvalid(
      `the bucket is in ${region === undefined ? "another region" : `the region ${region}`}, not where ${serviceOf(cause)} was asked (${serviceSaid(cause)}); ` +
        `set AWS_REGION${region === undefined ? "" : ` to ${region}`}, and check AWS_ENDPOINT_URL where it is set`,
      { cause },
    );
  }
  if (status < 500 && status !== 403 && isUnreadable(cause)) {
    return endpointInvalid(
      `what answers is not ${serviceOf(cause)} (HTTP status ${status}); check AWS_ENDPOINT_URL where it is set`,
      { cause },
    );
  }
  return undefined;
}

/** The bucket's own region, as a header or an element of S3's refusal names it. */
function regionOf(error: Error): string | undefined {
  const response: unknown = Reflect.get(error, "$response");
  if (typeof response === "object" && response !== null && "headers" in response) {
    const { headers } = response;
    if (typeof headers === "object" && headers !== null) {
      const named: unknown = Reflect.get(headers, "x-amz-bucket-region");
      if (typeof named === "string") return named;
    }
  }
  return field(error, "Region");
}
