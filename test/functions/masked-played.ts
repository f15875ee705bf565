import type { Config } from "../../shared/config/schema.ts";
import { keys } from "../../shared/layout.ts";
import type { HelperReport } from "../../shared/workflow/payloads.ts";
import { type RoundMetrics, roundMetrics } from "../../shared/workflow/round-records.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, type Play, playRun, toyConfig } from "./played-run.ts";

/** A toy federation of four clients, behind masks or with the same integers in the open. */
export const maskedConfig = (helpers: "none" | "coordinator", ...set: string[]): Config =>
  toyConfig(
    `federation.secureAggregation.helpers=${helpers}`,
    // the toy has 90 examples
    "federation.secureAggregation.minimumExamplesInSum=1",
    "federation.secureAggregation.minimumCohort=2",
    "federation.quorum=0.5",
    "partition.clients=4",
    "baseline.enabled=false",
    ...set,
  );

export const metricsOf = (bucket: MemoryBucket, round: number, run = "r"): RoundMetrics =>
  roundMetrics.parse(bucket.json(keys.roundMetrics(run, round)));

/** Plays it under the name r. */
export async function played(of: Config, play: Play = {}, bucket = new MemoryBucket()) {
  await claimRun(bucket, "r", of);
  const { result } = await playRun(bucket, "r", play);
  const rounds = result.federated.rounds.map(({ round }) => metricsOf(bucket, round));
  return { bucket, result, rounds: [...rounds, metricsOf(bucket, rounds.length + 1)] };
}

/** Clients that do not report in a round. */
export const silentIn = (round: number, ...clients: number[]): Play => ({
  interfere: async (now, client, train) =>
    now === round && clients.includes(client) ? { client, error: { Error: "Sandbox.Timedout" } } : train(),
});

/** Helpers that do not answer in a round. */
export const withoutHelpers = (round: number, ...helpers: number[]): Play => ({
  help: async (now, helper, open): Promise<HelperReport> =>
    now === round && helpers.includes(helper) ? { helper, error: { Error: "Sandbox.Timedout" } } : open(),
});
