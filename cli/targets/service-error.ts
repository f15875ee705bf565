import {
  credentialsRefused,
  FedstepError,
  permissionMissing,
  regionMissing,
  requestsThrottled,
  serviceFailed,
  stackMissing,
} from "../../shared/errors.ts";
import { serviceSaid, statusOf } from "./error-text.ts";
import { actionOf, isOfRequest, policyOf, serviceOf } from "./failed-request.ts";
import { expired, unusableCredentials } from "./unusable-credentials.ts";
import { unusableEndpoint } from "./unusable-endpoint.ts";

type Explanation = (error: Error) => FedstepError;

/** Where the SDK or Node name an error, or the service its code, what the person can do about it. */
const byName: readonly (readonly [names: readonly string[], Explanation])[] = [
  [["CredentialsProviderError", "TokenProviderError", "ProviderError"], unusableCredentials],
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
        `${serviceOf(cause)} does not accept the AWS credentials (${serviceSaid(cause)}); check AWS_PROFILE or AWS_ACCESS_KEY_ID`,
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
        `${serviceOf(cause)} throttles this account (${serviceSaid(cause)}), repeated requests included; ` +
          "try again in a minute, or set AWS_MAX_ATTEMPTS to more than 3",
        { cause },
      ),
  ],
  [
    ["NoSuchBucket", "StateMachineDoesNotExist"],
    (cause) =>
      stackMissing(
        `what the stack's outputs name is not there any more (${serviceSaid(cause)}); run npx cdk deploy again`,
        { cause },
      ),
  ],
];

/** What the SDK threw, as one sentence that says which and what to do; undefined where it is nothing of that kind. */
export function namedServiceError(error: unknown): FedstepError | undefined {
  if (!(error instanceof Error)) return undefined;
  // a person is told more of it than the state machine has to know
  if (error instanceof FedstepError && error.name === "StorageUnavailable") {
    return namedServiceError(error.cause);
  }
  if (error.message === "Region is missing") {
    const profile = process.env.AWS_PROFILE ? ` "${process.env.AWS_PROFILE}" of AWS_PROFILE` : "";
    return regionMissing(`there is no AWS region; set AWS_REGION, or region in the profile${profile}`, {
      cause: error,
    });
  }
  const [, explain] = byName.find(([names]) => names.includes(error.name)) ?? [];
  if (explain) return explain(error);
  if (statusOf(error) === 403) return denied(error);
  const unusable = unusableEndpoint(error);
  if (unusable) return unusable;
  // the SDK stumbles over a profile that names a section which is not there
  if (error instanceof TypeError && isOfRequest(error)) return unusableCredentials(error);
  if ((statusOf(error) ?? 0) < 500) return undefined;
  return serviceFailed(
    `${serviceOf(error)} failed (${serviceSaid(error)}), repeated requests included; try again`,
    {
      cause: error,
    },
  );
}

function denied(cause: Error): FedstepError {
  const action = actionOf(cause);
  const policy = policyOf(cause);
  const lacking = action === undefined ? "a permission" : `the permission ${action}`;
  const wanted = policy === undefined ? "for it" : `to attach the policy ${policy}, which this stack brings`;
  return permissionMissing(
    `these AWS credentials lack ${lacking}; ask whoever manages the account ${wanted} (${serviceSaid(cause)})`,
    { cause },
  );
}
