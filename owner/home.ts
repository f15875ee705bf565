import { readdir } from "node:fs/promises";
import { ownerHomeInvalid } from "../shared/errors.ts";
import { fingerprintOf, ownerName } from "../shared/owners/identity.ts";
import { policy } from "../shared/owners/policy.ts";
import { makeFolder } from "../system/make-folder.ts";
import {
  assertPrivate,
  homeFiles,
  type OwnerRecord,
  ownerRecord,
  readHomeFile,
  writeHomeFile,
} from "./home-files.ts";
import { newKeys, OwnerKeys, publicKeysOf } from "./keys.ts";
import { OwnerLog } from "./owner-log.ts";
import { FolderStorage } from "./storage/folder-storage.ts";
import type { HomeStorage } from "./storage/home-storage.ts";

/** An owner's home that was opened: who it is, what it signs by, what has happened. */
export interface OwnerHome {
  readonly storage: HomeStorage;
  /** Where it lies, as messages name it: a folder's path. */
  readonly place: string;
  readonly owner: OwnerRecord;
  readonly fingerprint: string;
  /** The newest. */
  readonly keys: OwnerKeys;
  /** Those before, where a federation may go by them still. */
  readonly keysBefore: OwnerKeys | undefined;
  readonly log: OwnerLog;
}

/**
 * Makes a home in a folder, with keys and a policy of every field's default.
 * @throws OwnerHomeInvalid where there is one already, or other files
 */
export async function makeHome(folder: string, name: string, at: Date): Promise<OwnerHome> {
  const storage = new FolderStorage(folder);
  const path = storage.place;
  const called = ownerName.safeParse(name);
  if (!called.success) throw ownerHomeInvalid(`--name: ${called.error.issues[0]?.message}`);
  if (await readHomeFile(storage, homeFiles.owner, ownerRecord)) {
    throw ownerHomeInvalid(
      `${path} is an owner's home already, and its keys are not made anew; another owner takes another --home`,
    );
  }
  await makeFolder(path);
  await assertPrivate(path);
  if ((await readdir(path)).length > 0) {
    throw ownerHomeInvalid(
      `${path} holds files and is no owner's home: name another --home, or remove it where an earlier init was interrupted`,
    );
  }
  await fillHome(storage, called.data, at);
  return openHome(storage);
}

/** The home in an account, which is made where nobody has asked for it before. @throws OwnerHomeInvalid where one was lost; LogBroken */
export async function openOrMakeHome(storage: HomeStorage, name: string, at: Date): Promise<OwnerHome> {
  await storage.change(async () => {
    if (await storage.read(homeFiles.owner)) return;
    // by keys that are there a home was made before, and what it has told and signed would be told anew; looked for first, since
    // whoever makes the home at the same time writes them later than the policy
    if ((await storage.keys.read()) && !(await storage.read(homeFiles.policy))) {
      throw ownerHomeInvalid(
        `${storage.place} is empty, and ${storage.keys.place} has the keys of a home that was there before, or is in the bucket of an ` +
          `earlier stack: bring back all of it, or ${anew}; that parameter may be deleted for it`,
      );
    }
    await fillHome(storage, name, at);
  });
  return openHome(storage);
}

const anew = "take part as another owner with new keys, and have the coordinator revoke the old one";

/**
 * Done again, it goes on where it was. The policy is written first, so that nobody finds keys alone but where a home was lost;
 * owner.json is written last: where it stands, all does.
 */
async function fillHome(storage: HomeStorage, name: string, at: Date): Promise<void> {
  if (!(await storage.read(homeFiles.policy)))
    await writeHomeFile(storage, homeFiles.policy, policy.parse({}));
  const keys = await storage.keys.keep(newKeys(storage.keys.mac === undefined));
  const owner = { format: 1, name, ...publicKeysOf(keys) } as const;
  if ((await storage.log.read()) === undefined) {
    await OwnerLog.begin(storage.log).append({ event: "made", key: owner.signingKey }, at);
  }
  await writeHomeFile(storage, homeFiles.owner, owner);
}

/** @throws OwnerHomeInvalid where it is none, or open to others; LogBroken */
export async function openHome(at: string | HomeStorage): Promise<OwnerHome> {
  const storage = typeof at === "string" ? new FolderStorage(at) : at;
  const owner = await readHomeFile(storage, homeFiles.owner, ownerRecord);
  if (!owner) {
    throw ownerHomeInvalid(
      `${storage.place} is no owner's home: fedstep owner init --name NAME makes one, or name it by --home`,
    );
  }
  await storage.assertWhole();
  const keys = await storage.keys.read();
  if (!keys)
    throw ownerHomeInvalid(`${storage.keys.place} is missing: bring it back from a backup, or ${anew}`);
  const { mac } = storage.keys;
  const before = keys.before && { ...keys, ...keys.before };
  // a crash may have come between new keys and the file that names them
  const isNamedBefore = before && publicKeysOf(before).signingKey === owner.signingKey;
  const now = isNamedBefore ? { ...owner, ...publicKeysOf(keys) } : owner;
  return {
    storage,
    place: storage.place,
    owner: now,
    fingerprint: fingerprintOf(now.signingKey),
    keys: new OwnerKeys(keys, now, mac),
    keysBefore: before && new OwnerKeys(before, { ...owner, ...publicKeysOf(before) }, mac),
    log: await OwnerLog.open(storage.log),
  };
}
