import * as z from "zod";
import { partitionInvalid } from "../errors.ts";
import { dealLabels } from "./deal.ts";
import { labelCounts } from "./labels.ts";
import { definePartitioner, type PartitionInput } from "./partitioner.ts";
import { clients } from "./settings.ts";

const settings = z
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

type Settings = z.output<typeof settings>;

/**
 * The paper's split: of a label's n examples, each client with another main label gets ceil(otherShare n), and the
 * clients whose main label it is divide the rest evenly, the first ones taking what is left over.
 */
export const mainLabel = definePartitioner(settings, divide, { byClass: true });

function divide({ labels, classes, settings, seed }: PartitionInput<Settings>): Uint32Array[] {
  const totals = labelCounts(labels, classes);
  checkFits(totals, settings);
  const shares = totals.map((total, label) => labelShares(total, label, classes, settings));
  return dealLabels(labels, shares, seed);
}

/** Examples of one label for each client. */
function labelShares(total: number, label: number, classes: number, settings: Settings): number[] {
  const { clients } = settings;
  const mains = mainClients(label, classes, clients);
  const other = otherCount(settings.otherShare, total);
  const rest = total - other * (clients - mains);
  const shares = new Array<number>(clients).fill(other);
  for (let i = 0; i < mains; i++) {
    shares[(label % clients) + i * classes] = Math.floor(rest / mains) + (i < rest % mains ? 1 : 0);
  }
  return shares;
}

/**
 * How many clients have this main label: those with client % classes == label, where every label has a client, and
 * else the one client label % clients.
 */
function mainClients(label: number, classes: number, clients: number): number {
  return clients < classes ? 1 : Math.ceil((clients - label) / classes);
}

/**
 * ceil(share n) of the share as it was written: the nearest double to 0.05 times 6900 may come out just above 345,
 * so the result's relative error, at most 2^-52, is taken off first.
 */
export function otherCount(share: number, total: number): number {
  return Math.ceil(share * total * (1 - 2 ** -51));
}

function checkFits(totals: readonly number[], settings: Settings): void {
  const { clients, otherShare } = settings;
  const classes = totals.length;
  const needed = (label: number, count: number) =>
    otherCount(otherShare, totals[label] as number) * (count - mainClients(label, classes, count));
  const fits = (count: number) => totals.every((total, label) => needed(label, count) <= total);
  if (fits(clients)) return;

  const label = totals.findIndex((total, candidate) => needed(candidate, clients) > total);
  const total = totals[label] as number;
  const others = clients - mainClients(label, classes, clients);
  const largest = Math.min(
    ...totals.map((of, candidate) => {
      const receivers = clients - mainClients(candidate, classes, clients);
      return of === 0 || receivers === 0 ? 1 : Math.floor(of / receivers) / of;
    }),
  );
  let fewer = clients - 1;
  while (fewer > 1 && !fits(fewer)) fewer--;
  throw partitionInvalid(
    `partition.otherShare: ${otherShare} of label ${label}'s ${total} examples is ` +
      `${otherCount(otherShare, total)} for each of ${others} clients with another main label, more than there are; ` +
      `with partition.clients ${clients} at most ${Math.floor(largest * 1e4) / 1e4} fits, and with this ` +
      `partition.otherShare at most ${fewer} clients`,
  );
}
