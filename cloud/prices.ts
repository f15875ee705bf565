/**
 * List prices in us-east-1, in US dollars, without free tiers and discounts, as of January 2026, from the pricing pages
 * of AWS Lambda, AWS Step Functions, Amazon S3 (S3 Standard), AWS KMS and Amazon CloudWatch; the first tier where there are several.
 * Those who quoted these pages in February to June 2026 quote the same.
 */
export const prices = {
  asOf: "January 2026",
  region: "us-east-1",
  /** Lambda: a second of a gigabyte of memory, by processor. */
  lambdaGbSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  /** Lambda: an invocation. */
  lambdaRequest: 0.2e-6,
  /** Step Functions, standard: a state that is entered, retries included. */
  stateTransition: 25e-6,
  /** S3: a PUT, COPY, POST or LIST request. */
  s3Write: 5e-6,
  /** S3: a GET, HEAD or any other request, whatever it is answered with. */
  s3Read: 0.4e-6,
  /** S3: a gigabyte (2^30 bytes) for a month. */
  s3GbMonth: 0.023,
  /** CloudWatch Logs: a gigabyte taken in. */
  logsGb: 0.5,
  /** CloudWatch: a metric of one's own for a month, billed for the hours in which something is published. */
  metricMonth: 0.3,
  /** KMS: a key of one's own for a month, and a request to it. */
  kmsKeyMonth: 1,
  kmsRequest: 3e-6,
} as const;
