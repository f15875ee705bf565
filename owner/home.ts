import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { ownerHomeInvalid } from "../shared/errors.ts";
import { fingerprintOf, ownerName } from "../shared/owners/identity.ts";
import { policy } from "../shared/owners/policy.ts";
import { makeFolder } from "../system/make-folder.ts";
import {
  assertPrivate,
  homeFiles,
  inHome,
  isMissing,
  type OwnerRecord,
  ownerRecord,
  readHomeFile,
  writeHomeFile,
  writeLasting,
} from "./home-files.ts";
import { keyFileSchema, newKeys, OwnerKeys, publicKeysOf } from "./keys.ts";
import { OwnerLog } from "./owner-log.ts";

/** An owner's home that was opened: who it is, what it signs by, what has happened. */
export interface OwnerHome {
  readonly folder: string;
  readonly owner: OwnerRecord;
  readonly fingerprint: string;
  /** The newest. */
  readonly keys: OwnerKeys;
  /** Those before, where a federation may go by them still. */
  readonly keysBefore: OwnerKeys | undefined;
  readonly log: OwnerLog;
}

/**
 * Makes a home with keys and a policy of every field's default. owner.json is written last: where it stands, all does.
 * @throws OwnerHomeInvalid where there is one already, or other files
 */
export async function makeHome(folder: string, name: string, at: Date): Promise<OwnerHome> {
  const path = resolve(folder);
  const called = ownerName.safeParse(name);
  if (!called.success) throw ownerHomeInvalid(`--name: ${called.error.issues[0]?.message}`);
  if (await readHomeFile(inHome(path, homeFiles.owner), ownerRecord)) {
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
  const keys = newKeys();
  const owner = { format: 1, name: called.data, ...publicKeysOf(keys) } as const;
  await writeHomeFile(inHome(path, homeFiles.keys), keys);
  await writeHomeFile(inHome(path, homeFiles.policy), policy.parse({}));
  await writeLasting(inHome(path, homeFiles.log), "", 0o600);
  await (await OwnerLog.open(path)).append({ event: "made", key: owner.signingKey }, at);
  await writeHomeFile(inHome(path, homeFiles.owner), owner);
  return openHome(folder);
}

/** @throws OwnerHomeInvalid where it is none, or open to others; LogBroken */
export async function openHome(folder: string): Promise<OwnerHome> {
  const path = resolve(folder);
  const owner = await readHomeFile(inHome(path, homeFiles.owner), ownerRecord);
  if (!owner) {
    throw ownerHomeInvalid(
      `${path} is no owner's home: fedstep owner init --name NAME makes one, or name it by --home`,
    );
  }
  for (const name of ["", homeFiles.keys, homeFiles.policy, homeFiles.log, homeFiles.owner]) {
    await assertPrivate(inHome(path, name)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      throw ownerHomeInvalid(`${inHome(path, name)} is missing: bring back the whole home from a backup`);
    });
  }
  const keys = await readHomeFile(inHome(path, homeFiles.keys), keyFileSchema);
  if (!keys) throw ownerHomeInvalid(`${inHome(path, homeFiles.keys)} is missing`);
  const before = keys.before && { ...keys, ...keys.before };
  // a crash may have come between new keys and the file that names them
  const isNamedBefore = before && publicKeysOf(before).signingKey === owner.signingKey;
  const now = isNamedBefore ? { ...owner, ...publicKeysOf(keys) } : owner;
  return {
    folder: path,
    owner: now,
    fingerprint: fingerprintOf(now.signingKey),
    keys: new OwnerKeys(keys, now),
    keysBefore: before && new OwnerKeys(before, { ...owner, ...publicKeysOf(before) }),
    log: await OwnerLog.open(path),
  };
}
