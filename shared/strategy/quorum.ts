import { quorumNotReached } from "../errors.ts";
import { causeMessage } from "../workflow/cause.ts";

interface Received {
  readonly updates: readonly { readonly client: number }[];
  readonly silent: readonly { readonly client: number; readonly error: string; readonly cause: string }[];
}

/** How many of so many clients must report: at least one. */
export function quorumOf(share: number, clients: number): number {
  // a share such as 0.7 of 10 must not ask for eight clients because of its binary digits
  return Math.max(1, Math.ceil(share * clients - 1e-9));
}

/**
 * Whether enough of the round's clients reported: at least the given share of them, and always one.
 * @param owners names of the clients, where they have some
 * @param called what is counted: clients, or of a federation the owners among them
 * @throws QuorumNotReached naming the silent clients and their errors, each kind of error with its cause once
 */
export function assertQuorum(
  share: number,
  clients: number,
  { updates, silent }: Received,
  round: number,
  owners?: readonly string[],
  called: "clients" | "owners" = "clients",
): void {
  const needed = quorumOf(share, clients);
  if (updates.length >= needed) return;
  throw quorumNotReached(
    `round ${round}: ${updates.length} of ${clients} ${called} reported, the quorum is ${needed} (${whoIsSilent(silent, owners)})`,
  );
}

/**
 * client 1: ObjectInvalid: its cause, client 2: ObjectInvalid
 * @param owners names of the clients, where they have some
 */
export function whoIsSilent(silent: Received["silent"], owners: readonly string[] = []): string {
  const told = new Set<string>();
  const each = silent.map(({ client, error, cause }) => {
    const why = told.has(error) || cause === "" ? "" : `: ${causeMessage(cause)}`;
    told.add(error);
    return `${owners[client] ?? `client ${client}`}: ${error}${why}`;
  });
  return each.join(", ");
}
