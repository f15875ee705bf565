import { JitterType, type RetryProps } from "aws-cdk-lib/aws-stepfunctions";
import { Duration } from "aws-cdk-lib/core";
import { transientErrors } from "../../shared/errors.ts";

/** More invocations at once than the account may have; ten in a new account. */
export const throttlingErrors = ["Lambda.TooManyRequestsException"] as const satisfies readonly Transient[];

type Transient = (typeof transientErrors)[number];

/**
 * Waits at most 1 + 2 + 4 + 8 + 16 + 5 x 30 = 181 s, and half of it in the mean, since FULL jitter draws each wait
 * uniformly below its bound. A throttled invocation costs nothing and does no work, and forty clients share ten
 * environments after a few of these waits.
 */
export const whenThrottled: RetryProps = {
  errors: [...throttlingErrors],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  maxAttempts: 10,
  jitterStrategy: JitterType.FULL,
};

/**
 * Waits at most 1 + 2 + 4 = 7 s: what three repetitions do not cure is no passing fault, and each of them may take
 * the function's whole timeout.
 */
const shortly = (errors: readonly string[]): RetryProps => ({
  errors: [...errors],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxDelay: Duration.seconds(10),
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
});

export const whenTransient = shortly(
  transientErrors.filter((name) => !throttlingErrors.some((throttling) => throttling === name)),
);

/**
 * What a PUT of the state machine's own fails by where S3 has a fault of its own, or cannot be reached; Step Functions has no
 * narrower names (local/stepfunctions/object-putter.ts).
 */
export const passingStorageErrors = ["S3.S3Exception", "S3.SdkClientException"] as const;

export const whenStorageFails = shortly(passingStorageErrors);

/**
 * Waits at most 2 + 4 + 8 + 16 + 30 = 60 s. All errors have these repetitions together, since their names are the owner's to
 * choose, and each repetition may take as long as the first time; a time that is over is none of them.
 */
export const whenAccountFails: RetryProps = {
  ...shortly(transientErrors.filter((name) => name !== "States.Timeout")),
  interval: Duration.seconds(2),
  maxDelay: Duration.seconds(30),
  maxAttempts: 5,
};
