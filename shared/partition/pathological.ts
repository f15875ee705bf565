import * as z from "zod";
import { countUpTo } from "../config/count.ts";
import { partitionInvalid } from "../errors.ts";
import { type RandomStream, randomStream } from "../random.ts";
import { dealLabels, evenSizes } from "./deal.ts";
import { labelCounts } from "./labels.ts";
import { definePartitioner, type PartitionInput } from "./partitioner.ts";
import { clients, kindField } from "./settings.ts";

const settings = z
  .strictObject({
    kind: kindField("pathological"),
    clients,
    labelsPerClient: countUpTo(10_000).default(2).describe("Labels that each client has, exactly."),
  })
  .describe(
    "Each client has a fixed number of labels, and shares each evenly with the others that have it " +
      "(Li et al. 2021, arXiv:2102.02079; flwr-datasets' PathologicalPartitioner, first-deterministic).",
  );

type Settings = z.output<typeof settings>;

/**
 * Li et al. 2021, "Federated Learning on Non-IID Data Silos" (#C = k): client c has label c mod labels and k - 1
 * others drawn at random; each label's examples are divided evenly among the clients that have it. With fewer clients
 * than labels, label l first goes to client l mod clients, so that no label is left without one; flwr-datasets would
 * leave out its examples. Labels without a single example count for nothing.
 */
export const pathological = definePartitioner(settings, divide, { byClass: true });

function divide({ labels, classes, settings, seed }: PartitionInput<Settings>): Uint32Array[] {
  const totals = labelCounts(labels, classes);
  const present = totals.flatMap((total, label) => (total > 0 ? [label] : []));
  checkFits(present.length, settings);
  const owned = drawLabels(present, settings, randomStream(seed, "partition"));
  const shares = totals.map((total, label) => {
    const owners = owned.flatMap((own, client) => (own.has(label) ? [client] : []));
    if (owners.length > total) throw tooFewExamples(label, total, owners.length);
    const share = new Array<number>(settings.clients).fill(0);
    evenSizes(total, owners.length).forEach((size, i) => {
      share[owners[i] as number] = size;
    });
    return share;
  });
  return dealLabels(labels, shares, seed);
}

/** The labels of each client. */
function drawLabels(
  present: readonly number[],
  { clients, labelsPerClient }: Settings,
  stream: RandomStream,
): Set<number>[] {
  const owned = Array.from(
    { length: clients },
    (_, client) => new Set(present.filter((_, i) => i % clients === client || client % present.length === i)),
  );
  for (const own of owned) {
    const others = present.filter((label) => !own.has(label));
    while (own.size < labelsPerClient) {
      const [drawn] = others.splice(stream.below(others.length), 1);
      own.add(drawn as number);
    }
  }
  return owned;
}

function checkFits(labels: number, { clients, labelsPerClient }: Settings): void {
  if (labelsPerClient > labels) {
    throw partitionInvalid(
      `partition.labelsPerClient: ${labelsPerClient} is more than the ${labels} labels that the examples have`,
    );
  }
  if (clients * labelsPerClient < labels) {
    throw partitionInvalid(
      `partition.labelsPerClient: ${clients} clients with ${labelsPerClient} of ${labels} labels each leave some label ` +
        `to nobody; take at least ${Math.ceil(labels / clients)}, or partition.clients at least ` +
        `${Math.ceil(labels / labelsPerClient)}`,
    );
  }
}

function tooFewExamples(label: number, total: number, owners: number) {
  return partitionInvalid(
    `partition.clients: label ${label} has ${total} examples for the ${owners} clients that are to have it; ` +
      `lower partition.clients or partition.labelsPerClient`,
  );
}
