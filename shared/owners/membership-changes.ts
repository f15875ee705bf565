import { isRecomputable } from "../secure-aggregation/settings.ts";
import type { OwnersAccount } from "./account.ts";
import { type Agreement, simulatedIn } from "./agreement.ts";
import { fingerprintOf } from "./identity.ts";

/**
 * In what a version of an agreement has other members, other keys or other accounts of theirs, other simulated clients or
 * other helpers, than the one before, or gives members more or less of each other's updates; a line each.
 */
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
  return [
    ...lines,
    ...gone.map(({ name, signingKey }) => `${name} is gone: ${fingerprintOf(signingKey)}`),
    ...simulatedChanges(before, next),
    ...helperChanges(before, next),
    ...recomputableChanges(before, next),
  ];
}

function simulatedChanges(before: Agreement, next: Agreement): string[] {
  const [were, are] = [before, next].map((one) => simulatedIn(one).map(({ name }) => name));
  const joined = are?.filter((name) => !were?.includes(name)) ?? [];
  const gone = were?.filter((name) => !are?.includes(name)) ?? [];
  const others = joined.length + gone.length === 0 && before.simulated?.dataset !== next.simulated?.dataset;
  return [
    ...joined.map((name) => `${name} is a new client that the coordinator trains itself`),
    ...gone.map((name) => `${name}, which the coordinator trained itself, is gone`),
    ...(others ? ["the clients that the coordinator trains itself have other data"] : []),
  ];
}

function helperChanges(before: Agreement, next: Agreement): string[] {
  const [were, are] = [before, next].map(({ helpers = [] }) => helpers.join(", "));
  if (were === are) return [];
  if (!are) return ["nobody opens sums of masks any more: there are none"];
  return [`sums of masks are opened by ${are}${were ? `, and before by ${were}` : ""}`];
}

function recomputableChanges(before: Agreement, next: Agreement): string[] {
  const [was, is] = [before, next].map(({ config }) => isRecomputable(config));
  if (was === is) return [];
  return is
    ? ["members may fetch each other's masked updates from now on: two helpers together read every update"]
    : ["members fetch no masked updates any more"];
}

/** Where an owner trains. */
const whereOf = (account: OwnersAccount | undefined) =>
  account ? `in the account ${account.account}, stack ${account.stack}` : "where its own process runs";
