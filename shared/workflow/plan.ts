import { specOf } from "../model/spec.ts";
import { partitionDigest } from "../partition/partition-digest.ts";
import { planPrivacy } from "../privacy/planned-privacy.ts";
import { fitOf } from "../task/tasks.ts";
import type { PartitionRecord, Plan } from "./plan-record.ts";
import type { RunRecord } from "./run-record.ts";

/**
 * The plan of a run but for its start and the seal of its partition, from nothing but its records: PrepareRun writes it, and
 * fedstep verify makes it again.
 * @param claim the seal of the run's configuration
 * @param origins the runs that it has rounds of
 */
export function planOf(
  { run, startedBy, config, dataset, owners, beside }: RunRecord,
  claim: string,
  partition: PartitionRecord,
  origins: Plan["origins"],
): Omit<Plan, "start" | "partitionSeal"> {
  const fit = fitOf(config, dataset, partition);
  const privacy = planPrivacy(
    config,
    partition.clients.map(({ client }) => client),
  );
  return {
    run,
    claim,
    ...(startedBy && { startedBy }),
    config,
    dataset,
    partition: partitionDigest(config, dataset.digest),
    shards: partition.shards,
    scaling: partition.scaling,
    model: specOf(config, dataset),
    ...(fit && { fit }),
    ...(privacy && { privacy }),
    ...(beside && { beside }),
    clients: partition.clients.map(({ client, place, train, heldOut, heldOutLabels }) => ({
      client,
      ...(place && { place }),
      train,
      heldOut,
      heldOutLabels,
    })),
    ...(owners && { agreement: owners.agreement, minimumCohort: partition.minimumCohort }),
    ...(partition.helpers && { helpers: partition.helpers }),
    // its shard stands behind those of the clients
    examiner: partition.testSet ? partition.clients.length : null,
    testSet: partition.testSet,
    origins,
  };
}
