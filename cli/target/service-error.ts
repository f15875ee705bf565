import {
  credentialsExpired,
  credentialsMissing,
  credentialsRefused,
  endpointUnreachable,
  FedstepError,
  permissionMissing,
  regionMissing,
  requestsThrottled,
  serviceFailed,
  stackMissing,
} from "../../shared/errors.ts";
import { actionOf, serviceOf } from "./failed-request.ts";

type Explanation = (error: Error) => FedstepError;

/** Where the SDK or Node name an error, or the service its code, what the person can do about it. */
const byName: readonly (readonly [names: readonly string[], Explanation])[] = [
  [
    ["CredentialsProviderError", "TokenProviderError", "ProviderError"],
    (cause) =>
      /expired/i.test(cause.message)
        ? expired(cause)
        : credentialsMissing(
            `there are no AWS credentials to use (${sentence(cause)}); set AWS_PROFILE, or run aws configure or aws sso login`,
            { cause },
          ),
  ],
  [
    [
      "ExpiredToken",
      "ExpiredTokenException",
      "TokenRefreshRequired",
      "RequestExpired",
      "UnauthorizedSSOTokenError",
    ],
    expired,
  ],
  [
    [
      "InvalidAccessKeyId",
      "InvalidClientTokenId",
      "InvalidSignatureException",
      "InvalidToken",
      "SignatureDoesNotMatch",
      "UnrecognizedClientException",
    ],
    (cause) =>
      credentialsRefused(
        `${serviceOf(cause)} does not accept the AWS credentials (${told(cause)}); check AWS_PROFILE or AWS_ACCESS_KEY_ID`,
        { cause },
      ),
  ],
  [
    ["RequestTimeTooSkewed"],
    (cause) =>
      credentialsRefused(
        `${serviceOf(cause)} finds this machine's clock too far off to accept what it signs; set the clock`,
        { cause },
      ),
  ],
  [
    ["AccessDenied", "AccessDeniedException", "AllAccessDisabled", "UnauthorizedOperation", "Forbidden"],
    denied,
  ],
  [
    [
      "BandwidthLimitExceeded",
      "RequestLimitExceeded",
      "SlowDown",
      "Throttling",
      "ThrottlingException",
      "ThrottledException",
      "TooManyRequestsException",
      "ExecutionLimitExceeded",
    ],
    (cause) =>
      requestsThrottled(
        `${serviceOf(cause)} throttles this account (${told(cause)}), repeated requests included; ` +
          "try again in a minute, or set AWS_MAX_ATTEMPTS to more than 3",
        { cause },
      ),
  ],
  [
    ["NoSuchBucket", "StateMachineDoesNotExist"],
    (cause) =>
      stackMissing(
        `what the stack's outputs name is not there any more (${told(cause)}); run npx cdk deploy again`,
        { cause },
      ),
  ],
];

const unreachable = ["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "EHOSTUNREACH", "ENOTFOUND", "ETIMEDOUT"];

/** What the SDK threw, as one sentence that says which and what to do; undefined where it is nothing of that kind. */
export function namedServiceError(error: unknown): FedstepError | undefined {
  if (!(error instanceof Error)) return undefined;
  // a person is told more of it than the state machine has to know
  if (error instanceof FedstepError && error.name === "StorageUnavailable") {
    return namedServiceError(error.cause);
  }
  if (error.message === "Region is missing") {
    return regionMissing("there is no AWS region; set AWS_REGION, or region in the profile", {
      cause: error,
    });
  }
  const [, explain] = byName.find(([names]) => names.includes(error.name)) ?? [];
  if (explain) return explain(error);
  if (statusOf(error) === 403) return denied(error);
  const code = "code" in error ? String(error.code) : error.name;
  if (unreachable.includes(code) || error.name === "TimeoutError") {
    return endpointUnreachable(
      `cannot reach ${serviceOf(error)} (${sentence(error) || code}); check the network, AWS_REGION, and AWS_ENDPOINT_URL where it is set`,
      { cause: error },
    );
  }
  if ((statusOf(error) ?? 0) < 500) return undefined;
  return serviceFailed(`${serviceOf(error)} failed (${told(error)}), repeated requests included; try again`, {
    cause: error,
  });
}

function expired(cause: Error): FedstepError {
  return credentialsExpired(
    `the AWS credentials have expired (${told(cause)}); run aws sso login, or get new ones where these came from`,
    { cause },
  );
}

function denied(cause: Error): FedstepError {
  const action = actionOf(cause);
  return permissionMissing(
    action === undefined
      ? `these AWS credentials lack a permission (${told(cause)}); ask whoever manages the account for it`
      : `these AWS credentials lack the permission ${action}; ask whoever manages the account for it (${told(cause)})`,
    { cause },
  );
}

/** A refused HEAD has no body that could say more than its status. */
function told(error: Error): string {
  if (error.name === "Unknown") return `HTTP status ${statusOf(error)}`;
  return sentence(error) ? `${error.name}: ${sentence(error)}` : error.name;
}

/** An error's message as part of a sentence. */
function sentence(error: Error): string {
  const { message } = error instanceof AggregateError && !error.message ? first(error) : error;
  const [line = ""] = message.trim().split("\n");
  return line.replace(/\.$/, "");
}

function first({ errors }: AggregateError): Error {
  const [one]: unknown[] = errors;
  return one instanceof Error ? one : new Error("");
}

function statusOf(error: Error): number | undefined {
  if (!("$metadata" in error) || typeof error.$metadata !== "object" || error.$metadata === null) {
    return undefined;
  }
  const { httpStatusCode }: { httpStatusCode?: unknown } = error.$metadata;
  return typeof httpStatusCode === "number" ? httpStatusCode : undefined;
}
