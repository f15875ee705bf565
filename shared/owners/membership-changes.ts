import type { Agreement } from "./agreement.ts";
import { fingerprintOf } from "./identity.ts";

/** In what a version of an agreement has other members, or other keys of theirs, than the one before; a line each. */
export function membershipChanges(before: Agreement, next: Agreement): string[] {
  const seats = new Map(before.members.map((one) => [one.number, one]));
  const gone = before.members.filter(({ number }) => !next.members.some((one) => one.number === number));
  const lines = next.members.flatMap(({ number, name, signingKey }) => {
    const seat = seats.get(number);
    const fingerprint = fingerprintOf(signingKey);
    if (seat?.signingKey === signingKey) return [];
    if (seat) return [`${name} has new keys, which its old one has signed: ${fingerprint}`];
    const namesake = gone.find((one) => one.name.toLowerCase() === name.toLowerCase());
    const joined = `${name} is new: ${fingerprint}`;
    if (!namesake) return [joined];
    return [
      `${joined}; whoever was called so before had ${fingerprintOf(namesake.signingKey)}, which has not signed the new one: have it read out`,
    ];
  });
  return [...lines, ...gone.map(({ name, signingKey }) => `${name} is gone: ${fingerprintOf(signingKey)}`)];
}
