import { participantsOf } from "../../shared/rounds/participants.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { Clients } from "./client-tally.ts";

/** Names of the owners whom a round waits for; none of a run whose clients are simulated. */
export function awaitedOwners(
  { config, dataset, owners }: Pick<RunRecord, "config" | "owners"> & Partial<Pick<RunRecord, "dataset">>,
  round: number,
  { invited, unfinished }: Pick<Clients, "invited" | "unfinished">,
): string[] {
  if (!owners) return [];
  const names = dataset?.owners ?? [];
  const clients = names.map((_, client) => ({ client, train: 1, heldOut: 1, heldOutLabels: [] }));
  const everybody = clients.map(({ client }) => client);
  // a final pass, which everybody takes part in, may come before the last round
  const asked =
    invited === clients.length
      ? everybody
      : participantsOf({ config, clients, examiner: null }, round).map(({ client }) => client);
  return unfinished.flatMap((place) => names[asked[place] ?? -1] ?? []);
}
