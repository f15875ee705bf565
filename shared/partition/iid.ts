import * as z from "zod";
import { permutation, randomStream } from "../random.ts";
import { cut, evenSizes } from "./deal.ts";
import { definePartitioner, type PartitionInput } from "./partitioner.ts";
import { clients, kindField } from "./settings.ts";

const settings = z
  .strictObject({ kind: kindField("iid"), clients })
  .describe("All examples in random order, in equal parts (flwr-datasets' IidPartitioner).");

type Settings = z.output<typeof settings>;

/** All examples in random order, in equal parts; the first clients take what is left over. */
export const iid = definePartitioner(settings, divide);

function divide({ labels, settings, seed }: PartitionInput<Settings>): Uint32Array[] {
  return cut(
    permutation(labels.length, randomStream(seed, "partition")),
    evenSizes(labels.length, settings.clients),
  );
}
