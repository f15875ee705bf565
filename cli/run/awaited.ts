import { participantsOf } from "../../shared/rounds/participants.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { Clients } from "./client-tally.ts";

type OfOwners = Pick<RunRecord, "config" | "owners"> & Partial<Pick<RunRecord, "dataset">>;

/** Names of the owners whom a round waits for; none of a run whose clients are simulated. */
export function awaitedOwners(
  run: OfOwners,
  round: number,
  { invited, unfinished }: Pick<Clients, "invited" | "unfinished">,
): string[] {
  const names = run.dataset?.owners ?? [];
  // a final pass, which everybody takes part in, may come before the last round
  const asked = askedOwners(run, invited === names.length ? Number.POSITIVE_INFINITY : round);
  // they begin in any order
  return [...unfinished].sort((a, b) => a - b).flatMap((place) => asked[place] ?? []);
}

/** Names of the owners whom a round asks; those of all in the final pass, which comes after the last one at the latest. */
export function askedOwners({ config, dataset, owners }: OfOwners, round: number): string[] {
  if (!owners) return [];
  const names = dataset?.owners ?? [];
  if (round > config.federation.rounds) return names;
  const clients = names.map((_, client) => ({ client, train: 1, heldOut: 1, heldOutLabels: [] }));
  return participantsOf({ config, clients, examiner: null }, round).flatMap(
    ({ client }) => names[client] ?? [],
  );
}
