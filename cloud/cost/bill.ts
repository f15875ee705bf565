import type { Bill } from "../../shared/workflow/bill.ts";
import type { Deployment } from "../deployment.ts";
import type { Footprint } from "../footprint.ts";
import { prices } from "../prices.ts";
import type { StrategyObjects } from "../strategy-vectors.ts";
import type { RunCounts } from "./counts.ts";
import { doorUse, requestsOf, transitionsOf } from "./run-counts.ts";

/**
 * Of an invocation its own line and Lambda's three, and what a round's metrics add, as measured, with the 26 bytes that
 * CloudWatch counts for an event.
 */
const logBytes = { invocation: 750, round: 950 };
/** Metrics that a run publishes of its rounds, and those that are the stack's. */
const publishedMetrics = 8;
const hoursOfMonth = 730;

/** What the functions used. */
export interface BilledUse {
  readonly invocations: number;
  readonly gbSeconds: number;
  /** From the run's start to its end. */
  readonly seconds: number;
}

/** The bill of a run that went, or goes, so. Retries and failed attempts are not in it. */
export function billOf(
  objects: StrategyObjects,
  counts: RunCounts,
  used: BilledUse,
  { architecture }: Pick<Deployment, "architecture">,
  footprints: readonly Footprint[],
): Bill {
  const { writes, reads } = requestsOf(counts, objects, footprints);
  const door = doorUse(counts);
  const bytes = used.invocations * logBytes.invocation + (counts.rounds + 1) * logBytes.round;
  const lines = {
    transitions: transitionsOf(counts) * prices.stateTransition,
    lambdaTime: (used.gbSeconds + door.gbSeconds) * prices.lambdaGbSecond[architecture],
    lambdaRequests: (used.invocations + door.invocations) * prices.lambdaRequest,
    s3Writes: writes * prices.s3Write,
    s3Reads: reads * prices.s3Read,
    logs: (bytes / 2 ** 30) * prices.logsGb,
    metrics: (publishedMetrics * Math.ceil(used.seconds / 3600) * prices.metricMonth) / hoursOfMonth,
  };
  return { dollars: Object.values(lines).reduce((sum, line) => sum + line, 0), lines };
}
