import type { OwnersAccount } from "./account.ts";
import type { Agreement } from "./agreement.ts";
import { fingerprintOf } from "./identity.ts";

/** In what a version of an agreement has other members, other keys or other accounts of theirs, than the one before; a line each. */
export function membershipChanges(before: Agreement, next: Agreement): string[] {
  const seats = new Map(before.members.map((one) => [one.number, one]));
  const gone = before.members.filter(({ number }) => !next.members.some((one) => one.number === number));
  const lines = next.members.flatMap(({ number, name, signingKey, account }) => {
    const seat = seats.get(number);
    const fingerprint = fingerprintOf(signingKey);
    const moved = seat && whereOf(seat.account) !== whereOf(account);
    const changes = [
      ...(seat && seat.signingKey !== signingKey
        ? [`${name} has new keys, which its old one has signed: ${fingerprint}`]
        : []),
      ...(moved
        ? [`${name} has moved: it trains ${whereOf(account)}, and before ${whereOf(seat.account)}`]
        : []),
    ];
    if (seat) return changes;
    const namesake = gone.find((one) => one.name.toLowerCase() === name.toLowerCase());
    const joined = `${name} is new: ${fingerprint}`;
    if (!namesake) return [joined];
    return [
      `${joined}; whoever was called so before had ${fingerprintOf(namesake.signingKey)}, which has not signed the new one: have it read out`,
    ];
  });
  return [...lines, ...gone.map(({ name, signingKey }) => `${name} is gone: ${fingerprintOf(signingKey)}`)];
}

/** Where an owner trains. */
const whereOf = (account: OwnersAccount | undefined) =>
  account ? `in the account ${account.account}, stack ${account.stack}` : "where its own process runs";
