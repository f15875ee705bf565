import { quorumNotReached } from "../errors.ts";

interface Received {
  readonly updates: readonly { readonly client: number }[];
  readonly silent: readonly { readonly client: number; readonly error: string }[];
}

/** How many of so many clients must report: at least one. */
export function quorumOf(share: number, clients: number): number {
  // a share such as 0.7 of 10 must not ask for eight clients because of its binary digits
  return Math.max(1, Math.ceil(share * clients - 1e-9));
}

/**
 * Whether enough of the round's clients reported: at least the given share of them, and always one.
 * @throws QuorumNotReached naming the silent clients and their errors
 */
export function assertQuorum(
  share: number,
  clients: number,
  { updates, silent }: Received,
  round: number,
): void {
  const needed = quorumOf(share, clients);
  if (updates.length >= needed) return;
  const who = silent.map(({ client, error }) => `client ${client}: ${error}`).join(", ");
  throw quorumNotReached(
    `round ${round}: ${updates.length} of ${clients} clients reported, the quorum is ${needed} (${who})`,
  );
}
