import type { Config } from "../../shared/config/schema.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { clientsAtOnce } from "../cost/run-counts.ts";

/** Lambdas that a new account may run at once. */
const newAccount = 10;

/**
 * What to tell of Lambdas that run at once: AWS throttles more than an account may run, and the workflow repeats them,
 * which takes time; undefined where none can be throttled.
 */
export function concurrencyNote(config: Config): string | undefined {
  const atOnce = clientsAtOnce(participantCounts(config)) + (config.baseline.enabled ? 1 : 0);
  if (atOnce <= newAccount) return undefined;
  return (
    `up to ${atOnce} Lambda functions run at once; an account whose quota is ${newAccount}, as a new one's may be, throttles ` +
    "the others, which are repeated and wait: ask AWS for a higher quota of concurrent executions"
  );
}
