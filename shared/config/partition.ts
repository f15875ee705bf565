import * as z from "zod";
import { count } from "./count.ts";

/** Clients that a run can have. */
export const mostClients = 10_000;

const clients = count(mostClients).default(10).describe("Number of clients.");

const mainLabel = z
  .strictObject({
    // the kind of a partition that names none
    kind: z
      .literal("main-label")
      .optional()
      .default("main-label")
      .describe("The rule that divides the examples."),
    clients,
    otherShare: z
      .number()
      .min(0)
      .lt(1)
      .default(0.05)
      .describe(
        "Share of a label's examples that each client with another main label gets; 0 leaves every client without " +
          "the labels that are not its own.",
      ),
  })
  .describe("The paper's split: each client has one label that dominates.");

const iid = z
  .strictObject({ kind: kindOf("iid"), clients })
  .describe("All examples in random order, in equal parts (flwr-datasets' IidPartitioner).");

const dirichlet = z
  .strictObject({
    kind: kindOf("dirichlet"),
    clients,
    alpha: z
      .number()
      .min(1e-3)
      .max(1e6)
      .default(0.5)
      .describe(
        "Concentration: near 0 each label lies with few clients, large values come near an even split.",
      ),
    minSize: z
      .int()
      .min(2)
      .max(1_000_000)
      .default(10)
      .describe("Examples that every client gets at least; shares are drawn again until it holds."),
    balanced: z
      .boolean()
      .default(false)
      .describe(
        "A client that has more than the average number of examples gets none of the labels that follow.",
      ),
  })
  .describe(
    "Of each label, the clients' shares are drawn from the symmetric Dirichlet distribution " +
      "(Yurochkin et al. 2019, arXiv:1905.12022; flwr-datasets' DirichletPartitioner).",
  );

const pathological = z
  .strictObject({
    kind: kindOf("pathological"),
    clients,
    labelsPerClient: count(10_000).default(2).describe("Labels that each client has, exactly."),
  })
  .describe(
    "Each client has a fixed number of labels, and shares each evenly with the others that have it " +
      "(Li et al. 2021, arXiv:2102.02079; flwr-datasets' PathologicalPartitioner, first-deterministic).",
  );

const shard = z
  .strictObject({
    kind: kindOf("shard"),
    clients,
    shardsPerClient: count(10_000).default(2).describe("Shards that each client is dealt."),
  })
  .describe(
    "The examples sorted by label, cut into equal shards that are dealt at random " +
      "(McMahan et al. 2017, arXiv:1602.05629; flwr-datasets' ShardPartitioner).",
  );

const size = z
  .strictObject({
    kind: kindOf("size"),
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

const naturalId = z
  .strictObject({
    kind: kindOf("natural-id"),
    clients: clients.describe("Number of owners; filled in from the folder that --clients names."),
  })
  .describe(
    "Each data owner is a client with exactly its own examples (flwr-datasets' NaturalIdPartitioner); takes a folder " +
      "of owners' files, and is what --clients chooses.",
  );

function kindOf<const K extends string>(kind: K) {
  return z.literal(kind).describe("The rule that divides the examples.");
}

export const partition = z
  .discriminatedUnion("kind", [mainLabel, iid, dirichlet, pathological, shard, size, naturalId])
  .describe("How the examples are divided among the clients.");
