import { randomStream, shuffle } from "../random.ts";
import { positionsByLabel } from "./labels.ts";

/**
 * Gives each client its number of every label's examples, which are shuffled before; the clients take theirs in
 * ascending order.
 * @param shares examples by [label][client]
 */
export function dealLabels(
  labels: Int32Array,
  shares: readonly (readonly number[])[],
  seed: number,
): Uint32Array[] {
  const clients = shares[0]?.length ?? 0;
  const parts = Array.from({ length: clients }, (_, client) => {
    return new Uint32Array(shares.reduce((sum, share) => sum + (share[client] as number), 0));
  });
  const filled = parts.map(() => 0);
  shuffledByLabel(labels, shares.length, seed).forEach((positions, label) => {
    let dealt = 0;
    shares[label]?.forEach((share, client) => {
      parts[client]?.set(positions.subarray(dealt, dealt + share), filled[client]);
      filled[client] = (filled[client] as number) + share;
      dealt += share;
    });
  });
  return parts;
}

/** The positions of each class, each in an order of its own. */
export function shuffledByLabel(labels: Int32Array, classes: number, seed: number): Uint32Array[] {
  return positionsByLabel(labels, classes).map((positions, label) =>
    shuffle(positions, randomStream(seed, "partition", label)),
  );
}

/** Consecutive parts of these sizes. */
export function cut(positions: Uint32Array, sizes: readonly number[]): Uint32Array[] {
  let from = 0;
  return sizes.map((size) => {
    from += size;
    return positions.slice(from - size, from);
  });
}

/** Sizes that differ by at most one, the first ones taking what is left over. */
export function evenSizes(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, part) => Math.floor(total / parts) + (part < total % parts ? 1 : 0),
  );
}
