import * as z from "zod";
import { partitionInvalid } from "../errors.ts";
import { cut } from "./deal.ts";
import { definePartitioner, type PartitionInput } from "./partitioner.ts";
import { clients, kindField } from "./settings.ts";

const settings = z
  .strictObject({
    kind: kindField("natural-id"),
    clients: clients.describe("Number of owners; filled in from the folder that --clients names."),
  })
  .describe(
    "Each data owner is a client with exactly its own examples (flwr-datasets' NaturalIdPartitioner); takes a folder " +
      "of owners' files, and is what --clients chooses.",
  );

type Settings = z.output<typeof settings>;

/** Each owner is a client with exactly its own examples; nothing is drawn. */
export const naturalId = definePartitioner(settings, divide);

function divide({ labels, settings, owners }: PartitionInput<Settings>): Uint32Array[] {
  if (!owners) {
    throw partitionInvalid(
      "partition.kind: natural-id takes data that comes from owners, and nobody is named as owner here; give a folder " +
        "with one file an owner with --clients, or take another kind",
    );
  }
  if (owners.length !== settings.clients) {
    throw partitionInvalid(
      `partition.clients: ${settings.clients}, but the data comes from ${owners.length} owners, and natural-id makes ` +
        "each of them a client",
    );
  }
  const small = owners.find(({ examples }) => examples < 2);
  if (small) {
    throw partitionInvalid(
      `partition.kind: natural-id: owner "${small.name}" has ${small.examples} of the ${labels.length} examples that take ` +
        "part, and needs two: one to train on and one held out; leave the owner out, or raise dataset.limit",
    );
  }
  return cut(
    Uint32Array.from(labels, (_, position) => position),
    owners.map(({ examples }) => examples),
  );
}
