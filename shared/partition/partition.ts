import type { Config } from "../config/schema.ts";
import type { DatasetContent } from "../dataset/dataset.ts";
import type { Targets } from "../dataset/examples.ts";
import { ownersWithin } from "../dataset/owners.ts";
import { configInvalid, partitionInvalid } from "../errors.ts";
import { randomStream, shuffle } from "../random.ts";
import { labelCounts } from "./labels.ts";
import { divideBy, takesClasses } from "./partitioners.ts";

export interface ClientPart {
  readonly client: number;
  /** Rows of the data set that the client trains on, ascending: each epoch draws an order of its own. */
  readonly train: Uint32Array;
  /** Rows that it holds out for evaluation, ascending. */
  readonly test: Uint32Array;
  /** Of these, examples of each class. */
  readonly heldOutLabels: readonly number[];
  /** Examples of each class, trained on or held out. */
  readonly labelCounts: readonly number[];
}

export interface Partition {
  readonly clients: readonly ClientPart[];
  /** The publisher's test set where it evaluates, which no client has any of. */
  readonly testSet: { readonly rows: Uint32Array; readonly labelCounts: readonly number[] } | null;
}

/**
 * Divides the examples that dataset.limit leaves among the clients, and each client's among train and test. Where
 * the test set evaluates, it is set apart and the clients hold out nothing.
 * @param targets the class of each example, in [0, classes); or numbers, which are all of one class to whoever divides
 * @param origin what the data set itself divides: the publisher's test set, and whose the examples are
 * @throws PartitionInvalid or ConfigInvalid naming the field of the configuration that must change
 */
export function partitionDataset(
  targets: Targets,
  classes: number,
  config: Config,
  { officialTest = 0, owners }: Pick<DatasetContent, "officialTest" | "owners"> = {},
): Partition {
  const { dataset, partition: settings, seed } = config;
  const labels = labelsOf(targets, config);
  const withTestSet = config.federation.evaluation === "test-set";
  const limited = limitedRows(labels.length, dataset.limit);
  const apart = labels.length - (withTestSet ? officialTest : 0);
  const rows = limited.filter((row) => row < apart);
  const testSet = limited.filter((row) => row >= apart);
  if (withTestSet && testSet.length === 0) {
    throw configInvalid(
      "federation.evaluation: test-set takes a data set of which the publisher split off a test set, and " +
        (officialTest === 0 ? "this one has none" : "dataset.limit leaves nothing of it") +
        "; take selected or all, with which clients hold out examples",
    );
  }
  const fewest = withTestSet ? 1 : 2;
  if (rows.length < settings.clients) {
    throw partitionInvalid(
      `partition.clients: ${settings.clients} clients are more than the ${rows.length} examples` +
        `${dataset.limit === null ? "" : " that dataset.limit leaves"}; each client needs at least ${fewest}`,
    );
  }
  const kept = Int32Array.from(rows, (row) => labels[row] as number);
  const parts = divideBy({
    labels: kept,
    classes,
    settings,
    seed,
    owners: owners && ownersWithin(owners, rows),
  });
  return {
    clients: parts.map((positions, client) => {
      if (positions.length < fewest) {
        throw partitionInvalid(
          `partition.clients: with ${settings.clients} clients over ${rows.length} examples, client ${client} gets ` +
            `${positions.length}, and needs ${withTestSet ? "one to train on" : "two: one to train on and one held out"}; ` +
            "lower partition.clients" +
            `${dataset.limit === null ? "" : ", or raise dataset.limit"}`,
        );
      }
      const own = positions.map((position) => rows[position] as number).sort();
      const { train, test } = withTestSet
        ? { train: own, test: new Uint32Array() }
        : holdOut(own, dataset.heldOut, seed, client);
      return {
        client,
        train,
        test,
        heldOutLabels: countsOf(test),
        labelCounts: countsOf(own),
      };
    }),
    testSet: withTestSet ? { rows: testSet, labelCounts: countsOf(testSet) } : null,
  };

  function countsOf(some: Uint32Array): number[] {
    return labelCounts(
      Array.from(some, (row) => labels[row] as number),
      classes,
    );
  }
}

/** @throws PartitionInvalid where numbers are to be divided by classes */
function labelsOf(targets: Targets, { partition: { kind } }: Config): Int32Array {
  if (targets instanceof Int32Array) return targets;
  if (!takesClasses(kind)) return new Int32Array(targets.length);
  throw partitionInvalid(
    `partition.kind: ${kind} divides by classes, and the targets are numbers; take iid, size or natural-id`,
  );
}

/** Evenly over the data set, so that a limit keeps the mix of labels of a file in whatever order. */
function limitedRows(count: number, limit: number | null): Uint32Array {
  if (limit === null) return Uint32Array.from({ length: count }, (_, i) => i);
  if (limit > count) {
    throw partitionInvalid(`dataset.limit: ${limit} is more than the data set's ${count} examples`);
  }
  return Uint32Array.from({ length: limit }, (_, i) => Math.floor((i * count) / limit));
}

/** How many of so many examples a client holds out: round(share n), but at least one for each side. */
export function heldOutOf(examples: number, share: number): number {
  return Math.min(Math.max(Math.round(share * examples), 1), examples - 1);
}

/**
 * Which of a client's own rows it holds out: nothing but their number, the seed and the client decides.
 * @param rows ascending
 */
export function holdOut(rows: Uint32Array, share: number, seed: number, client: number) {
  const drawn = shuffle(rows.slice(), randomStream(seed, "held-out", client));
  const held = heldOutOf(rows.length, share);
  return { test: drawn.slice(0, held).sort(), train: drawn.slice(held).sort() };
}
