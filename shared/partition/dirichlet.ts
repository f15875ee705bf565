import * as z from "zod";
import { partitionInvalid } from "../errors.ts";
import { randomStream } from "../random.ts";
import { dealLabels } from "./deal.ts";
import { dirichletShares } from "./dirichlet-shares.ts";
import { labelCounts } from "./labels.ts";
import { definePartitioner, type PartitionInput } from "./partitioner.ts";
import { clients, kindField } from "./settings.ts";

/** Draws before a minimum size counts as out of reach; flwr-datasets gives up after 11. */
const maxDraws = 100;

const settings = z
  .strictObject({
    kind: kindField("dirichlet"),
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

type Settings = z.output<typeof settings>;

/**
 * Yurochkin et al. 2019, "Bayesian Nonparametric Federated Learning of Neural Networks": the clients' shares of each
 * label are drawn from Dirichlet(alpha, ..., alpha), and its examples are cut where the shares' running sums fall.
 * All labels are drawn again until every client has minSize examples.
 */
export const dirichlet = definePartitioner(settings, divide, { byClass: true });

function divide({ labels, classes, settings, seed }: PartitionInput<Settings>): Uint32Array[] {
  const totals = labelCounts(labels, classes);
  const { clients, minSize } = settings;
  const fits = Math.floor(labels.length / clients);
  if (minSize > fits) {
    throw partitionInvalid(
      `partition.minSize: ${minSize} for each of ${clients} clients are more than the ${labels.length} examples; ` +
        `with ${clients} clients at most ${fits}, and with this minimum at most ` +
        `${Math.floor(labels.length / minSize)} clients fit`,
    );
  }
  let best = 0;
  for (let draw = 0; draw < maxDraws; draw++) {
    const { shares, smallest } = drawShares(totals, settings, seed, draw);
    if (smallest >= minSize) return dealLabels(labels, shares, seed);
    best = Math.max(best, smallest);
  }
  throw partitionInvalid(
    `partition.minSize: ${maxDraws} draws with partition.alpha ${settings.alpha} left one of ${clients} clients with ` +
      `fewer than ${minSize} examples each time; raise partition.alpha, lower partition.clients` +
      `${best >= 2 ? `, or take a partition.minSize of at most ${best}, the most that a draw reached` : ""}`,
  );
}

interface Draw {
  /** Examples by [label][client]. */
  readonly shares: readonly (readonly number[])[];
  /** Examples of the client that has fewest. */
  readonly smallest: number;
}

function drawShares(
  totals: readonly number[],
  { clients, alpha, balanced }: Settings,
  seed: number,
  draw: number,
): Draw {
  const average = totals.reduce((sum, total) => sum + total, 0) / clients;
  const sizes = new Array<number>(clients).fill(0);
  const shares = totals.map((total, label) => {
    const drawn = dirichletShares(
      alpha,
      clients,
      randomStream(seed, "partition", label, draw),
      // not all can be above the average, so somebody always takes part
      (client) => !balanced || (sizes[client] as number) <= average,
    );
    const counts = cutByShares(total, drawn);
    for (const [client, count] of counts.entries()) sizes[client] = (sizes[client] as number) + count;
    return counts;
  });
  return { shares, smallest: sizes.reduce((least, size) => Math.min(least, size), Number.POSITIVE_INFINITY) };
}

/**
 * From floor(total S(i - 1)) to floor(total S(i)) of the running sums S; the last client with any share takes what
 * their rounding leaves.
 */
function cutByShares(total: number, shares: readonly number[]): number[] {
  const last = shares.findLastIndex((share) => share > 0);
  let running = 0;
  let from = 0;
  return shares.map((share, i) => {
    running += share;
    const to = i >= last ? total : Math.min(Math.floor(running * total), total);
    const count = to - from;
    from = to;
    return count;
  });
}
