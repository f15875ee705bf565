import type { DataSize } from "../../cloud/cost/data-size.ts";
import { type CostEstimate, estimateRun } from "../../cloud/cost/estimate.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { prices } from "../../cloud/prices.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { footprints } from "../../functions/footprints.ts";
import { dollarAmount } from "../../report/bill.ts";
import { duration } from "../../report/numbers.ts";
import type { Config } from "../../shared/config/schema.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";

/** A run that is about to be started. */
export interface Expected extends Pick<RunRecord, "from"> {
  readonly config: Config;
  readonly data: DataSize;
}

const listPrices = `at the list prices of ${prices.region}`;

/** What a run will cost, in a sentence for whoever is about to pay for it. */
export function expectedCost(run: Expected, deployment: Deployment): string {
  const { bill, seconds } = estimateOf(run, deployment);
  return `estimate: ${dollarAmount(bill.dollars)} dollars ${listPrices}, and ${duration(seconds)}`;
}

/** The same of the runs of a study, some of which may have finished before. */
export function expectedCostOfAll(runs: readonly Expected[], deployment: Deployment): string {
  const dollars = runs.reduce((sum, run) => sum + estimateOf(run, deployment).bill.dollars, 0);
  return `estimate: ${dollarAmount(dollars)} dollars ${listPrices}, if all of its runs are to be run`;
}

/** Rounds of another run are not paid for again. */
function estimateOf({ config, data, from }: Expected, deployment: Deployment): CostEstimate {
  const { federation } = config;
  const rounds = federation.rounds - (from?.round ?? 0);
  const own = { ...config, federation: { ...federation, rounds } };
  return estimateRun(sizingOf(own, data), deployment, footprints);
}
