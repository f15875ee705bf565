import type { Config } from "../config/schema.ts";
import { ownersHelp } from "../secure-aggregation/settings.ts";
import { type Agreement, simulatedIn } from "./agreement.ts";

/**
 * What of a configuration cannot be among owners who keep their data, each with what to change; empty where nothing.
 * @param clients members, and simulated clients beside them
 */
export function unfitForOwners(
  { partition, baseline, dataset, federation, training, privacy }: Config,
  clients: number,
): string[] {
  const problems: (string | false)[] = [
    partition.kind !== "natural-id" && "partition.kind: takes natural-id, since each owner is a client",
    partition.clients !== clients &&
      `partition.clients: takes ${clients}, as many as there are members and simulated clients`,
    baseline.enabled && "baseline.enabled: takes false, since nobody has all examples",
    dataset.limit !== null && "dataset.limit: takes null; an owner leaves rows out of its own file",
    federation.evaluation === "test-set" &&
      "federation.evaluation: takes selected or all: owners hold out examples",
    privacy.unit === "client" &&
      "privacy.unit: takes none or example: with client and central noise owners would send what they have trained as it is, and " +
        "trust the coordinator with it; and what they count and budget is examples",
    training.trainer !== "kernel" && "training.trainer: takes kernel, which owners have",
  ];
  return problems.filter((problem) => problem !== false);
}

/**
 * What of an agreement's helpers does not go with its masks, each with what to change; empty where nothing.
 */
export function unfitHelpers({ config, helpers }: Pick<Agreement, "config" | "helpers">): string[] {
  const asked = ownersHelp(config);
  const problems: (string | false)[] = [
    asked &&
      helpers === undefined &&
      `${helpersField}: owners takes three members who help, and the agreement names none: name them by --helpers`,
    !asked &&
      helpers !== undefined &&
      `helpers: ${helpers.join(", ")} would open sums of masks, and ${helpersField} is ${config.federation.secureAggregation.helpers}: ` +
        "take owners, or name none by --no-helpers",
  ];
  return problems.filter((problem) => problem !== false);
}

const helpersField = "config.federation.secureAggregation.helpers";

/**
 * What of an agreement's next version does not go on from the version before; empty where nothing. What owners have told of
 * their data is over one split of it, so that no later version may draw another.
 */
export function breaksWith(before: Agreement, beforeSha256: string, next: Agreement): string[] {
  const seats = new Map(before.members.map((one) => [one.number, one]));
  const problems: (string | false)[] = [
    next.federation !== before.federation &&
      `is of the federation ${next.federation}, not ${before.federation}`,
    next.version !== before.version + 1 && `is version ${next.version}, and ${before.version + 1} comes next`,
    next.previous !== beforeSha256 && "names another version before it",
    next.config.seed !== before.config.seed && "config.seed: draws another split of what owners have told of",
    next.config.dataset.heldOut !== before.config.dataset.heldOut &&
      "config.dataset.heldOut: splits otherwise what owners have told of",
    next.nextNumber < before.nextNumber && "nextNumber: is lower than before",
    ...next.members.map((one) => {
      const seat = seats.get(one.number);
      if (!seat)
        return one.number < before.nextNumber && `${one.name}: has the number of a member that has left`;
      if (seat.signingKey === one.signingKey && seat.exchangeKey === one.exchangeKey) return false;
      return (
        one.replaces?.key !== seat.signingKey &&
        `${one.name}: has another key, which its old one does not sign`
      );
    }),
    ...simulatedIn(next).map(
      (one) =>
        one.number < before.nextNumber &&
        simulatedIn(before).every(({ number }) => number !== one.number) &&
        `${one.name}: has the number of somebody else before`,
    ),
  ];
  return problems.filter((problem) => problem !== false);
}
