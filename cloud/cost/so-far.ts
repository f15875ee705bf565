import type { Config } from "../../shared/config/schema.ts";
import type { Bill } from "../../shared/workflow/bill.ts";
import type { Usage } from "../../shared/workflow/usage.ts";
import type { Deployment } from "../deployment.ts";
import type { Footprint } from "../footprint.ts";
import { strategyObjects } from "../strategy-vectors.ts";
import { billOf } from "./bill.ts";
import { invocationsOf, plannedCounts } from "./run-counts.ts";

interface SoFar {
  readonly rounds: number;
  readonly taken: number;
  readonly epochs: number;
  readonly usage: Usage;
  readonly seconds: number;
  /** Whether its clients are owners who keep their data. */
  readonly owners: boolean;
  /** How many of them are in accounts of their own; left out where nobody knows, and all are taken to ask at the door. */
  readonly accounts?: number;
  /** How many of those who open sums of masks; left out likewise. */
  readonly helpersInAccounts?: number;
  /** Of a run with owners the simulated clients beside them; left out likewise. */
  readonly beside?: number;
}

/**
 * The bill of a run if it ended now: its rounds so far, the final pass that none is without, and the baseline's epochs.
 * Lambda's time is that of the rounds; the baseline's is not known before its invocation ends.
 * @param rounds those that it trained itself, and taken those before them that it did not
 * @param usage of its own rounds so far
 * @param seconds since its start
 */
export function billSoFar(
  config: Config,
  { rounds, taken, epochs, usage, seconds, owners, accounts = 0, helpersInAccounts = 0, beside = 0 }: SoFar,
  deployment: Deployment,
  footprints: readonly Footprint[],
): Bill {
  const counts = plannedCounts(config, {
    rounds,
    taken,
    owners,
    accounts,
    helpersInAccounts,
    beside,
    baseline: { invocations: 1, epochs, checkpoints: 1 },
  });
  const used = {
    invocations: invocationsOf(counts, footprints),
    gbSeconds: usage.gbSeconds,
    seconds: Math.max(1, seconds),
  };
  return billOf(strategyObjects(config), counts, used, deployment, footprints);
}
