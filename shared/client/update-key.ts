import { keys } from "../layout.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { accountOf } from "./place.ts";

/** The key of what a client sends in a round of an attempt: by its place, since an account writes below its own number. */
export function updateKey(
  { run, clients }: Pick<Plan, "run" | "clients">,
  client: number,
  round: number,
  attempt: number | undefined,
): string {
  const place = clients.find((one) => one.client === client)?.place;
  return keys.update(run, round, client, attempt, accountOf(place));
}
