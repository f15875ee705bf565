import { expect, test } from "vitest";
import { plannedCounts, requestsOf } from "../../cloud/cost/run-counts.ts";
import { strategyObjects } from "../../cloud/strategy-vectors.ts";
import { footprints } from "../../functions/footprints.ts";
import { strategies } from "../../shared/strategy/strategies.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, playRun, toyConfig } from "./played-run.ts";

/** What the functions ask of S3 in a run of this configuration, and what is reckoned beforehand. */
async function countedAndPlanned(
  set: string[],
  { baselineMs = 900_000, found = false, officialTest = 0 } = {},
) {
  const bucket = new MemoryBucket();
  const config = toyConfig(...set);
  const test = officialTest > 0 ? officialTest : undefined;
  if (found) {
    await claimRun(bucket, "before", config, test);
    await playRun(bucket, "before");
  }
  await claimRun(bucket, "r", config, test);
  const start = bucket.requests();
  const { baselineInvocations } = await playRun(bucket, "r", { baselineMs });
  const end = bucket.requests();
  const planned = plannedCounts(config, {
    baseline: {
      invocations: baselineInvocations,
      epochs: config.baseline.epochs,
      checkpoints: baselineInvocations,
    },
  });
  // one process plays TrainClient and AggregateRound, and each invocation of the baseline is another; FinishRun is one
  const environments = 3 + baselineInvocations + (planned.masked ? 1 : 0);
  const counts = { ...planned, environments, shardsWritten: !found };
  return {
    counted: { writes: end.writes - start.writes, reads: end.reads - start.reads },
    planned: requestsOf(counts, strategyObjects(config), footprints),
  };
}

test.each<[string, string[], Parameters<typeof countedAndPlanned>[1]]>([
  ["of all clients", [], {}],
  ["whose shards stand already", [], { found: true }],
  ["without a baseline", ["baseline.enabled=false"], {}],
  ["whose baseline comes back after every epoch", [], { baselineMs: 0 }],
  ["where all evaluate and one trains", ["federation.evaluation=all", "federation.fraction=0.34"], {}],
  [
    "where all evaluate since it may stop, and one trains",
    ["federation.stop.patience=100", "federation.fraction=0.34"],
    {},
  ],
  ["evaluated on the test set", ["federation.evaluation=test-set"], { officialTest: 30 }],
  ["of one round", ["federation.rounds=1", "federation.strategy.name=FedAdam"], {}],
])("the requests of a run %s are known beforehand", async (_what, set, how) => {
  const { counted, planned } = await countedAndPlanned(set, how);
  expect(planned).toEqual(counted);
});

test.each(["FedAvg", "SCAFFOLD"])(
  "the requests of a run with %s behind masks are known beforehand",
  async (name) => {
    const few = ["minimumExamplesInSum=1", "minimumCohort=2", "helpers=coordinator"];
    const masked = few.map((setting) => `federation.secureAggregation.${setting}`);
    const { counted, planned } = await countedAndPlanned([...masked, `federation.strategy.name=${name}`]);
    expect(planned).toEqual(counted);
  },
);

test.each(Object.keys(strategies))("the requests of a fork with %s are known beforehand", async (name) => {
  const bucket = new MemoryBucket();
  await claimRun(
    bucket,
    "r",
    toyConfig(`federation.strategy.name=${name}`, "partition.kind=size", "partition.clients=7"),
  );
  await playRun(bucket, "r");
  const config = await claimFork(bucket, "f", { run: "r", round: 3 }, "federation.rounds=5");
  const start = bucket.requests();
  await playRun(bucket, "f");
  const end = bucket.requests();
  const counts = { ...plannedCounts(config, { rounds: 2, taken: 3 }), environments: 4, shardsWritten: false };
  expect(requestsOf(counts, strategyObjects(config), footprints)).toEqual({
    writes: end.writes - start.writes,
    reads: end.reads - start.reads,
  });
});

test.each(Object.keys(strategies))("the requests of a run with %s are known beforehand", async (name) => {
  const clients = ["partition.kind=size", "partition.clients=7"];
  const { counted, planned } = await countedAndPlanned([...clients, `federation.strategy.name=${name}`]);
  expect(planned).toEqual(counted);
});
