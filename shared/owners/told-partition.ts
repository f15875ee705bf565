import type { OwnersPlace } from "../client/place.ts";
import { fitScaling, type Moments, type Scaling } from "../dataset/scaling.ts";
import { fitTargets } from "../dataset/target-scaling.ts";
import { agreementInvalid } from "../errors.ts";
import { encodersOf, filledFeatures, unboundedColumns } from "../schema/encode.ts";
import type { TableSchema } from "../schema/table-schema.ts";
import type { TargetScaling } from "../task/fit.ts";
import { visible } from "../visible.ts";
import type { PartitionRecord } from "../workflow/plan-record.ts";
import type { Acceptance } from "./acceptance.ts";
import { type Agreement, memberOf, simulatedIn } from "./agreement.ts";
import { belowCohort } from "./cohort.ts";
import type { ToldExamples } from "./description.ts";
import { plannedHelpersOf } from "./planned-helpers.ts";
import type { Signed } from "./signed.ts";

/**
 * The partition of a run whose clients are owners, from nothing but what they have told: PrepareRun writes it, every owner and
 * fedstep verify make it again.
 * @param accepted of the agreement, verified, in the order of its members: owner c of these is client c, and behind them come
 * the simulated clients
 * @param shards of these by client, null of an owner; they alone do not follow from what is told. Left out before there are any
 * @throws AgreementInvalid where features cannot be scaled alike, or too few have accepted
 */
export function partitionOfOwners(
  agreed: Agreement,
  accepted: readonly Signed<Acceptance>[],
  shards: PartitionRecord["shards"] = [],
): PartitionRecord {
  const cohort = belowCohort(agreed, accepted.length);
  if (cohort !== undefined) throw agreementInvalid(cohort);
  const owners = accepted.map(({ content: { name, description }, key }) => ({
    place: placeOf(agreed, name, key),
    told: description,
  }));
  const everybody = [...owners, ...simulatedIn(agreed).map((told) => ({ place: undefined, told }))];
  const told = everybody.map((one) => one.told);
  const helpers = plannedHelpersOf(agreed);
  return {
    clients: everybody.map(({ place, told: { train, heldOut, labels } }, client) => ({
      client,
      ...(place && { place }),
      train,
      heldOut,
      heldOutLabels: [...(labels?.heldOut ?? [])],
      labelCounts: [...(labels?.all ?? [])],
    })),
    shards: [...shards],
    testSet: null,
    scaling: scalingOf(agreed, told),
    ...(agreed.schema.label.task === "regression" && { targets: targetsOf(agreed, told) }),
    acceptances: [...accepted],
    minimumCohort: agreed.minimumCohort,
    ...(helpers && { helpers }),
  };
}

/** Whether so many owners with an agreement's simulated clients can have those shards: the latter one each, if there are any. */
export function fitsShards(agreed: Agreement, owners: number, shards: PartitionRecord["shards"]): boolean {
  const clients = simulatedIn(agreed).length;
  if (clients === 0) return shards.length === 0;
  return (
    shards.length === owners + clients &&
    shards.every((shard, client) => (client < owners ? shard === null : shard !== null))
  );
}

/** As the agreement says where the owner is. */
function placeOf(agreed: Agreement, owner: string, key: string): OwnersPlace {
  const account = memberOf(agreed, key)?.account;
  return account ? { kind: "account", owner, key, ...account } : { kind: "remote", owner, key };
}

/** By the sums of all, or where somebody keeps its own by the ranges that were agreed upon. */
function scalingOf({ schema, config }: Agreement, told: readonly ToldExamples[]): Scaling | null {
  if (config.dataset.scaling === "none") return null;
  const moments = told.flatMap(({ train, moments }): Moments[] =>
    moments
      ? [{ count: train, sums: Float64Array.from(moments.sums), squares: Float64Array.from(moments.squares) }]
      : [],
  );
  const filled = filledFeatures(schema);
  return moments.length === told.length ? fitScaling(moments, filled) : scalingOfRanges(schema, filled);
}

/** Of the targets, by the sums of all, or by the range that was agreed upon. */
function targetsOf({ schema }: Agreement, told: readonly ToldExamples[]): TargetScaling {
  const moments = told.flatMap(({ train, targets }): Moments[] =>
    targets
      ? [{ count: train, sums: Float64Array.of(targets.sum), squares: Float64Array.of(targets.square) }]
      : [],
  );
  if (moments.length === told.length) return fitTargets(moments);
  const { name, range } = schema.label;
  if (range) return evenly(range);
  throw agreementInvalid(
    `an owner keeps the sums that ${visible(name)} is scaled by, and the agreed schema has no range of it; agree upon one`,
  );
}

/** Mean and deviation of values that are spread evenly over a range: (a + b) / 2, and (b - a) / sqrt(12). */
const evenly = ([lowest, highest]: readonly [number, number]): TargetScaling => ({
  mean: (lowest + highest) / 2,
  deviation: (highest - lowest) / Math.sqrt(12),
});

function scalingOfRanges(schema: TableSchema, filled: Scaling["filled"] = []): Scaling {
  const without = unboundedColumns(schema).map(visible);
  if (without.length > 0) {
    throw agreementInvalid(
      `an owner keeps the sums that features are scaled by, and ${without.join(", ")} ${without.length > 1 ? "have" : "has"} no ` +
        "range in the agreed schema; agree upon ranges, or set dataset.scaling=none",
    );
  }
  const scalings = encodersOf(schema).flatMap(({ ranges }) => ranges.map((range) => evenly(range ?? [0, 1])));
  return {
    mean: scalings.map(({ mean }) => mean),
    deviation: scalings.map(({ deviation }) => deviation),
    ...(filled.length > 0 && { filled }),
  };
}
