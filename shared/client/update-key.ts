import { keys } from "../layout.ts";
import type { HelperNumber } from "../secure-aggregation/seeds.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { accountOf, type Place } from "./place.ts";

/** What of a plan says where its clients are, and where those who open sums. */
export interface PlacedClients extends Pick<Plan, "run"> {
  readonly clients: readonly { readonly client: number; readonly place?: Place | undefined }[];
}
export type PlacedHelpers = Pick<Plan, "run" | "helpers">;

/** The key of what a client sends in a round of an attempt: by its place, since an account writes below its own number. */
export function updateKey(
  { run, clients }: PlacedClients,
  client: number,
  round: number,
  attempt: number | undefined,
): string {
  return keys.update(run, round, client, attempt, accountIn(clients, client));
}

/** The key of the boxes beside a masked update, likewise. */
export function boxesKey(
  { run, clients }: PlacedClients,
  client: number,
  round: number,
  attempt: number,
): string {
  return keys.boxes(run, round, client, attempt, accountIn(clients, client));
}

/** The key of what a helper opens in a round of an attempt, by where the helper is. */
export function openedKey(
  { run, helpers }: PlacedHelpers,
  helper: HelperNumber,
  round: number,
  attempt: number,
): string {
  const owner = helpers?.find((one) => one.helper === helper);
  return keys.opened(run, round, helper, attempt, owner?.account?.account);
}

const accountIn = (clients: PlacedClients["clients"], client: number) =>
  accountOf(clients.find((one) => one.client === client)?.place);
