import type { Config } from "../config/schema.ts";
import { configInvalid } from "../errors.ts";
import { randomStream, shuffle } from "../random.ts";

/**
 * How many of so many clients a round selects: fraction times clients, rounded down, and at least the minimum.
 * @throws ConfigInvalid where that is nobody, or more than there are
 */
export function selectedCount({ fraction, minClients }: Config["federation"], clients: number): number {
  if (minClients !== null && minClients > clients) {
    throw configInvalid(
      `federation.minClients: ${minClients} is more than the ${clients} clients that there are`,
    );
  }
  // a fraction such as 0.29 of 100 must not lose a client to its binary digits
  const selected = Math.max(Math.floor(fraction * clients + 1e-9), minClients ?? 0);
  if (selected > 0) return selected;
  throw configInvalid(
    `federation.fraction: ${fraction} of ${clients} clients selects nobody; take at least ${1 / clients}, or set ` +
      "federation.minClients to 1 or more",
  );
}

/**
 * The clients that train in a round, ascending: drawn without replacement, each with the same probability, from a
 * stream of the round's own, so that whoever repeats the round selects the same.
 */
export function selectClients(
  { seed, federation }: Pick<Config, "seed" | "federation">,
  round: number,
  clients: readonly number[],
): number[] {
  const selected = selectedCount(federation, clients.length);
  if (selected === clients.length) return [...clients];
  const drawn = shuffle(Uint32Array.from(clients), randomStream(seed, "selection", round));
  return [...drawn.subarray(0, selected).sort()];
}
