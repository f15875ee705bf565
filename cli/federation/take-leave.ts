import { isRemote } from "../../shared/client/place.ts";
import { FedstepError } from "../../shared/errors.ts";
import { clientsKey, clientsModelsOf, keys } from "../../shared/layout.ts";
import type { Leave } from "../../shared/owners/leave.ts";
import type { Signed } from "../../shared/owners/signed.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { changeMembers, readMembers } from "../../storage/federation-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { existing } from "./opened.ts";

/** What taking an owner off has done. */
export interface Left {
  /** Whether it stood on the list. */
  readonly removed: boolean;
  /** Runs whose updates of it are deleted. */
  readonly runs: readonly string[];
  /** Runs whose plans cannot be read, so that nobody can say which updates are its. */
  readonly unread: readonly string[];
}

/**
 * Takes the owner that has signed it off the list, and deletes the updates that its key has sent. Taken in again, it does the
 * rest.
 * @throws FederationMissing
 */
export async function takeLeave(objects: Objects, { content, key }: Signed<Leave>): Promise<Left> {
  const federation = content.leaves;
  const before = existing(await readMembers(objects, federation), federation);
  const removed = before.members.some((one) => one.signingKey === key);
  if (removed) {
    await changeMembers(objects, federation, (list) => {
      const now = existing(list, federation);
      return { ...now, members: now.members.filter((one) => one.signingKey !== key) };
    });
  }
  const names = (await objects.listFolders(keys.runs)).filter((run) => run.startsWith(`${federation}.`));
  const runs: string[] = [];
  const unread: string[] = [];
  for (const run of names) {
    const client = await clientOf(objects, run, key);
    if (client === "unread") unread.push(run);
    if (typeof client !== "number") continue;
    const [updates] = clientsModelsOf(run);
    await objects.removeAll(updates, (one) => clientsKey(one)?.client === client);
    runs.push(run);
  }
  return { removed, runs, unread };
}

/** Which client of a run has that key; undefined where none has, or nothing is planned yet. */
async function clientOf(objects: Objects, run: string, key: string): Promise<number | "unread" | undefined> {
  try {
    const plan = await objects.findRecord(keys.plan(run), planRecord);
    return plan?.clients.find(({ place }) => place && isRemote(place) && place.key === key)?.client;
  } catch (error) {
    if (error instanceof FedstepError) return "unread";
    throw error;
  }
}
