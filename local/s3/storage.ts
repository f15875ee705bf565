import { randomBytes } from "node:crypto";
import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { homeUnreadable, homeUnwritable } from "../../shared/errors.ts";
import { systemCode, systemReason } from "../../system/system-error.ts";
import { isLeft, ownerInName } from "../owner-in-name.ts";
import { checkedBucketName } from "./bucket-name.ts";
import { distinguishesCase } from "./case.ts";
import { Draft } from "./draft.ts";
import { S3Error } from "./errors.ts";
import { cardPrefix, DirectoryLock, type Lock } from "./lock.ts";
import { MetadataLogs } from "./metadata-logs.ts";

/** No bucket's name begins with a dot. */
const ownFolder = ".s3";

/** The directory of an account: one folder for each bucket, and beside them one for what a bucket does not show. */
export interface LocalStorage {
  readonly root: string;
  readonly lock: Lock;
  readonly metadata: MetadataLogs;
  /** Whether names that differ only in case are two files here. */
  readonly caseSensitive: boolean;
  readonly uploads: string;
  readonly locations: string;
  /** Whether it was opened for reading: nothing below it is made, changed or removed. */
  readonly readOnly: boolean;
  /** Buckets that are told as there whether or not they have a folder. */
  readonly presumed: ReadonlySet<string>;
  /** @throws NoSuchBucket for what cannot be a bucket's name */
  bucketPath(bucket: string): string;
  draft(): Draft;
}

/** @throws HomeUnwritable */
export function openLocalStorage(path: string): LocalStorage {
  const directory = resolve(path);
  const own = join(directory, ownFolder);
  const folder = (name: string) => join(own, name);
  try {
    for (const name of ["drafts", "metadata", "uploads", "locations"]) {
      mkdirSync(folder(name), { recursive: true });
    }
    sweep(folder("drafts"), "");
    sweep(own, cardPrefix);
    const owner = ownerInName();
    const mark = randomBytes(6).toString("hex");
    let drafts = 0;
    return {
      ...foldersOf(directory),
      lock: new DirectoryLock(own),
      readOnly: false,
      presumed: new Set(),
      draft: () => new Draft(join(folder("drafts"), `${owner}-${mark}-${drafts++}`)),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw homeUnwritable(
      `The local S3 endpoint cannot keep objects in ${directory} (${reason}): choose a directory that can be written`,
      { cause: error },
    );
  }
}

/**
 * What was stored, for those who may not or do not want to write: there is neither a lock nor a draft.
 * @param presumed buckets that are empty where they are not there
 * @throws HomeUnreadable
 */
export function readStorage(path: string, presumed: readonly string[]): LocalStorage {
  const directory = resolve(path);
  try {
    accessSync(directory, constants.R_OK | constants.X_OK);
  } catch (cause) {
    // nothing has been stored yet
    if (systemCode(cause) !== "ENOENT") throw unreadable(directory, cause);
  }
  return {
    ...foldersOf(directory),
    lock: { run: async () => refuseWriting(), close() {} },
    readOnly: true,
    presumed: new Set(presumed),
    draft: refuseWriting,
  };
}

/** Where this user may not read what another one has stored: a file where the system names one, or something in a directory. */
export function unreadable(directory: string, cause: unknown) {
  const file = cause instanceof Error && "path" in cause && typeof cause.path === "string" ? cause.path : "";
  return homeUnreadable(
    `${file || `${directory}, or something in it,`} cannot be read (${systemReason(cause)}): ask its owner, or take another home by --home or FEDSTEP_HOME`,
    { cause },
  );
}

export function refuseWriting(): never {
  throw new S3Error("AccessDenied", "The local S3 endpoint has opened this directory for reading only");
}

function foldersOf(directory: string) {
  const folder = (name: string) => join(directory, ownFolder, name);
  return {
    root: directory,
    metadata: new MetadataLogs(folder("metadata")),
    caseSensitive: distinguishesCase(directory),
    uploads: folder("uploads"),
    locations: folder("locations"),
    bucketPath: (bucket: string) => join(directory, checkedBucketName(bucket)),
  };
}

/** Removes what processes that were killed have left: files whose names are the prefix and their owner. */
function sweep(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() && isLeft(name.slice(prefix.length), stats.mtimeMs)) rmSync(path, { force: true });
  }
}
