import type { OwnersPlace } from "../client/place.ts";
import { fitScaling, type Moments, type Scaling } from "../dataset/scaling.ts";
import { agreementInvalid } from "../errors.ts";
import { visible } from "../visible.ts";
import type { PartitionRecord } from "../workflow/plan-record.ts";
import type { Acceptance } from "./acceptance.ts";
import { type Agreement, memberOf, simulatedIn } from "./agreement.ts";
import { belowCohort } from "./cohort.ts";
import { type DataSchema, featuresOf } from "./data-schema.ts";
import type { ToldExamples } from "./description.ts";
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
    scaling: scalingOf(
      agreed,
      everybody.map(({ told }) => told),
    ),
    acceptances: [...accepted],
    minimumCohort: agreed.minimumCohort,
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
  return moments.length === told.length ? fitScaling(moments) : scalingOfRanges(schema);
}

/** Mean and deviation of values that are spread evenly over the range: (a + b) / 2, and (b - a) / sqrt(12). */
function scalingOfRanges(schema: DataSchema): Scaling {
  const features = featuresOf(schema);
  const without = features.filter(({ range }) => !range).map(({ name }) => visible(name));
  if (without.length > 0) {
    throw agreementInvalid(
      `an owner keeps the sums that features are scaled by, and ${without.join(", ")} ${without.length > 1 ? "have" : "has"} no ` +
        "range in the agreed schema; agree upon ranges, or set dataset.scaling=none",
    );
  }
  const ranges = features.flatMap(({ range }) => (range ? [range] : []));
  return {
    mean: ranges.map(([lowest, highest]) => (lowest + highest) / 2),
    deviation: ranges.map(([lowest, highest]) => (highest - lowest) / Math.sqrt(12)),
  };
}
