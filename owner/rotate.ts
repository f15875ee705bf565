import { ownerInvalid } from "../shared/errors.ts";
import { type Agreement, memberOf } from "../shared/owners/agreement.ts";
import { hasLeft } from "../shared/owners/log-entry.ts";
import type { Rotated } from "../shared/owners/rotation.ts";
import { sign } from "../shared/owners/signed.ts";
import { acceptedFederations, highestAccepted } from "./accepted.ts";
import { type OwnerHome, openHome } from "./home.ts";
import { homeFiles, writeHomeFile } from "./home-files.ts";
import { newKeys } from "./keys.ts";
import { leavingAs, logAndWrite, type Outlet } from "./leaving.ts";

/**
 * Takes new keys, and writes the file by which a federation takes them for the same owner's: the old key signs the new ones, and
 * the new one signs the file. Until a version of the agreement that has the new ones is accepted the home has both; said again
 * by then, the same new keys are told once more.
 * @returns fingerprints
 * @throws OwnerInvalid where there is nothing to take new keys for, or another federation has not taken the last ones
 */
export async function rotateKeys(
  opened: OwnerHome,
  federation: string,
  out: Outlet,
  at: Date,
): Promise<{ readonly before: string; readonly now: string }> {
  const agreed = await highestAccepted(opened, federation);
  if (!agreed || hasLeft(opened.log.entries, federation)) {
    throw ownerInvalid(
      `${federation}: no agreement of it holds here; where there is none yet, fedstep owner request asks by the newest keys`,
    );
  }
  await out.assertWritable();
  if (memberOf(agreed, opened.keys.key)) await takeNewKeys(opened);
  const home = await openHome(opened.storage);
  const { keys, keysBefore, owner } = home;
  const seat = keysBefore && memberOf(agreed, keysBefore.key);
  if (!keysBefore || !seat) {
    throw ownerInvalid(`${federation}: its agreement has neither the home's keys nor those before them`);
  }
  const { number } = seat;
  const { exchangeKey } = keys;
  const replacement = { federation, number, signingKey: keys.key, exchangeKey };
  const { signature } = await sign("rotation", replacement, keysBefore);
  const content: Rotated = {
    ...{ format: 1, rotates: federation, name: owner.name, statement: home.log.next },
    ...{ number, exchangeKey, replaces: { key: keysBefore.key, signature } },
  };
  const { text, leaving } = await leavingAs(out, await sign("rotated", content, keys));
  const event = { event: "rotated", federation, key: keys.key, ...leaving } as const;
  await logAndWrite(home, out, text, { event, at });
  return { before: keysBefore.fingerprint, now: keys.fingerprint };
}

/** One write, by which the home has both, or is as it was. @throws OwnerInvalid */
async function takeNewKeys(home: OwnerHome): Promise<void> {
  const waiting = await stillByKeysBefore(home);
  if (waiting.length > 0) {
    throw ownerInvalid(
      `${waiting.join(", ")}: has the home's keys before these still; give its coordinator the file of fedstep owner rotate, and ` +
        "accept its next version, or leave it",
    );
  }
  const { storage } = home;
  const file = await storage.keys.read();
  if (!file) throw ownerInvalid(`${storage.named(homeFiles.keys)} is missing`);
  const { format, mac, signing, exchange } = file;
  const next = newKeys(false);
  // data are known by the same code as before
  await storage.keys.replace({
    ...next,
    format,
    ...(mac !== undefined && { mac }),
    before: { signing, exchange },
  });
  await nameKeys(home);
}

/** owner.json says which keys the home has now; until it does, it says those before. */
async function nameKeys({ storage }: OwnerHome): Promise<void> {
  const { owner } = await openHome(storage);
  await writeHomeFile(storage, homeFiles.owner, owner);
}

/** Removes the keys before where no federation goes by them any more. */
export async function forgetKeysBefore(home: OwnerHome): Promise<void> {
  if (!home.keysBefore || (await stillByKeysBefore(home)).length > 0) return;
  const { keys } = home.storage;
  const file = await keys.read();
  if (!file) return;
  const { before: _, ...now } = file;
  await nameKeys(home);
  await keys.replace(now);
}

/** Federations that know the owner by the keys before only. */
async function stillByKeysBefore(home: OwnerHome): Promise<string[]> {
  const { log, keys, keysBefore } = home;
  if (!keysBefore) return [];
  const asked = log.entries.flatMap((one) => (one.event === "asked to join" ? [one.federation] : []));
  const known = [...new Set([...(await acceptedFederations(home)), ...asked])];
  const agreements = await Promise.all(
    known.map(
      async (name): Promise<[string, Agreement | undefined]> => [name, await highestAccepted(home, name)],
    ),
  );
  return agreements.flatMap(([name, agreed]) => {
    if (hasLeft(log.entries, name)) return [];
    const isByNow = agreed ? memberOf(agreed, keys.key) : askedBy(home, name) === keys.key;
    return isByNow ? [] : [name];
  });
}

/** The key by which the owner has asked last to join a federation. */
export function askedBy({ log, keys, keysBefore }: OwnerHome, federation: string): string {
  const asked = log.entries.findLast((one) => one.event === "asked to join" && one.federation === federation);
  const taken = log.entries.find((one) => one.event === "rotated" && one.key === keys.key);
  return keysBefore && asked && taken && asked.number < taken.number ? keysBefore.key : keys.key;
}
