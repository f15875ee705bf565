import { isOwners } from "../../shared/client/place.ts";
import { FedstepError, signatureInvalid } from "../../shared/errors.ts";
import { clientsKey, clientsModelsOf, keys } from "../../shared/layout.ts";
import { lineOf, withHeard } from "../../shared/owners/heard.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import type { Leave } from "../../shared/owners/leave.ts";
import { type MembersRecord, memberBy } from "../../shared/owners/members.ts";
import type { Signed } from "../../shared/owners/signed.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { changeMembers } from "../../storage/federation-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import type { Session } from "../session.ts";
import { existing } from "./opened.ts";

/** What taking an owner off has done. */
export interface Left {
  /** As it is now. */
  readonly list: MembersRecord;
  /** What the list calls it; null where it stood there no more. */
  readonly removed: string | null;
  /** Runs whose updates of it are deleted. */
  readonly runs: readonly string[];
  /** Runs whose plans cannot be read, so that nobody can say which updates are its. */
  readonly unread: readonly string[];
}

/**
 * Takes the owner that has signed it off the list, and deletes the updates that its key has sent, and those before it. Taken
 * in again, it does the rest; not once the owner has asked to join anew.
 * @throws FederationMissing; SignatureInvalid where nobody has ever asked to join by that key; StatementReplayed, KeyRevoked
 */
export async function takeLeave(objects: Objects, leaving: Signed<Leave>): Promise<Left> {
  const { content, key } = leaving;
  const federation = content.leaves;
  const fingerprint = fingerprintOf(key);
  let removed: string | null = null;
  const list = await changeMembers(objects, federation, (found) => {
    const before = existing(found, federation);
    const member = memberBy(before, key);
    if (!member && !before.heard.some((one) => one.key === key)) {
      throw signatureInvalid(
        `${federation}: nobody has asked to join by the key ${fingerprint}, which has signed it; where its owner has taken new ` +
          "keys, add the file of fedstep owner rotate first",
      );
    }
    const heard = withHeard(before.heard, leaving, member?.name ?? fingerprint);
    removed = member?.name ?? null;
    return { ...before, heard: [...heard], members: before.members.filter((one) => one !== member) };
  });
  return { list, removed, ...(await deleteUpdates(objects, federation, lineOf(list.heard, key))) };
}

/** Deletes the updates that an owner has sent, in every run of the federation. @param line all of its keys */
export async function deleteUpdates(
  objects: Objects,
  federation: string,
  line: readonly string[],
): Promise<Omit<Left, "removed" | "list">> {
  const names = (await objects.listFolders(keys.runs)).filter((run) => run.startsWith(`${federation}.`));
  const runs: string[] = [];
  const unread: string[] = [];
  for (const run of names) {
    const client = await clientOf(objects, run, line);
    if (client === "unread") unread.push(run);
    if (typeof client !== "number") continue;
    const [updates] = clientsModelsOf(run);
    await objects.removeAll(updates, (one) => clientsKey(one)?.client === client);
    runs.push(run);
  }
  return { runs, unread };
}

/** What deleting has done, in a sentence; of runs that cannot be read it says so at once. */
export function tellDeleted(
  session: Pick<Session, "say">,
  { runs, unread }: Pick<Left, "runs" | "unread">,
): string {
  if (unread.length > 0) {
    session.say(
      `${unread.join(", ")}: cannot be read, so that nothing of ${unread.length > 1 ? "them" : "it"} is deleted`,
    );
  }
  return `What it sent is deleted: ${runs.length > 0 ? `the updates of ${runs.join(", ")}` : "there was nothing"}.`;
}

/** Which client of a run has one of those keys; undefined where none has, or nothing is planned yet. */
async function clientOf(
  objects: Objects,
  run: string,
  owners: readonly string[],
): Promise<number | "unread" | undefined> {
  try {
    const plan = await objects.findRecord(keys.plan(run), planRecord);
    return plan?.clients.find(({ place }) => place && isOwners(place) && owners.includes(place.key))?.client;
  } catch (error) {
    if (error instanceof FedstepError) return "unread";
    throw error;
  }
}
