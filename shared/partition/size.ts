import * as z from "zod";
import { partitionInvalid } from "../errors.ts";
import { permutation, randomStream } from "../random.ts";
import { cut } from "./deal.ts";
import { exp } from "./elementary.ts";
import { definePartitioner, type PartitionInput } from "./partitioner.ts";
import { clients, kindField } from "./settings.ts";

const settings = z
  .strictObject({
    kind: kindField("size"),
    clients,
    growth: z
      .enum(["linear", "exponential"])
      .default("linear")
      .describe("How many examples client c has: in proportion to c + 1, or to e^c."),
  })
  .describe(
    "All examples in random order, in parts that grow from client to client " +
      "(flwr-datasets' LinearPartitioner and ExponentialPartitioner).",
  );

type Settings = z.output<typeof settings>;

/**
 * All examples in random order, in parts that grow from client to client. As in flwr-datasets, client c of K gets
 * floor(n w(c) / sum w) of n examples, w(c) = c + 1 (linear) or e^c (exponential), and the last client the rest.
 */
export const size = definePartitioner(settings, divide);

function divide({ labels, settings, seed }: PartitionInput<Settings>): Uint32Array[] {
  const { clients, growth } = settings;
  const total = labels.length;
  const sizes = growingSizes(total, clients, growth);
  if ((sizes[0] as number) < 2 && total > 1) throw tooMany(total, settings, sizes[0] as number);
  return cut(permutation(total, randomStream(seed, "partition")), sizes);
}

function growingSizes(total: number, clients: number, growth: Settings["growth"]): number[] {
  // in linear growth all is integers below 2^53, so the quotient's floor is the exact one
  const weights = Array.from({ length: clients }, (_, c) =>
    growth === "linear" ? c + 1 : exp(c + 1 - clients),
  );
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const sizes = weights.map((weight) => Math.floor((total * weight) / sum));
  sizes[clients - 1] = total - sizes.slice(0, -1).reduce((all, size) => all + size, 0);
  return sizes;
}

function tooMany(total: number, { clients, growth }: Settings, first: number) {
  // of more clients the first one never gets more: the largest number that fits, by halving
  let [fits, tooMany] = [1, clients];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >>> 1;
    if ((growingSizes(total, middle, growth)[0] as number) < 2) tooMany = middle;
    else fits = middle;
  }
  return partitionInvalid(
    `partition.clients: with ${growth} growth over ${total} examples, the first of ${clients} clients gets ${first}, ` +
      `and needs two: one to train on and one held out; at most ${fits} clients fit` +
      `${growth === "linear" ? "" : ", and more with partition.growth linear"}`,
  );
}
