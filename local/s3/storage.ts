import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { homeUnwritable } from "../../shared/errors.ts";
import { checkedBucketName } from "./bucket-name.ts";
import { Draft } from "./draft.ts";
import { cardPrefix, DirectoryLock, isAlive } from "./lock.ts";
import { MetadataLogs } from "./metadata-logs.ts";

/** No bucket's name begins with a dot. */
const ownFolder = ".s3";

/** The directory: one folder for each bucket, and beside them one for what a bucket does not show. */
export interface Storage {
  readonly root: string;
  readonly lock: DirectoryLock;
  readonly metadata: MetadataLogs;
  /** Whether names that differ only in case are two files here. */
  readonly caseSensitive: boolean;
  readonly uploads: string;
  readonly locations: string;
  /** @throws NoSuchBucket for what cannot be a bucket's name */
  bucketPath(bucket: string): string;
  draft(): Draft;
}

/** @throws HomeUnwritable */
export function openStorage(path: string): Storage {
  const directory = resolve(path);
  const own = join(directory, ownFolder);
  const folder = (name: string) => join(own, name);
  try {
    for (const name of ["drafts", "metadata", "uploads", "locations"]) {
      mkdirSync(folder(name), { recursive: true });
    }
    sweep(folder("drafts"), "");
    sweep(own, cardPrefix);
    const mark = randomBytes(6).toString("hex");
    let drafts = 0;
    // a folder with the set-group-ID bit is shared on purpose; any other one's shards are nobody else's
    const mode = statSync(directory).mode & 0o2000 ? 0o660 : 0o600;
    return {
      root: directory,
      lock: new DirectoryLock(own),
      metadata: new MetadataLogs(folder("metadata")),
      caseSensitive: distinguishesCase(own, mark),
      uploads: folder("uploads"),
      locations: folder("locations"),
      bucketPath: (bucket) => join(directory, checkedBucketName(bucket)),
      draft: () => new Draft(join(folder("drafts"), `${process.pid}-${mark}-${drafts++}`), mode),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw homeUnwritable(
      `The local S3 endpoint cannot keep objects in ${directory} (${reason}): choose a directory that can be written`,
      { cause: error },
    );
  }
}

function distinguishesCase(folder: string, mark: string): boolean {
  const probe = join(folder, `probe-${mark}`);
  writeFileSync(probe, "");
  const found = existsSync(join(folder, `PROBE-${mark}`));
  rmSync(probe);
  return !found;
}

/** What processes that were killed have left: files whose name is the prefix and the process's number. */
function sweep(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    const process = Number.parseInt(name.slice(prefix.length), 10);
    if (!name.startsWith(prefix) || Number.isNaN(process)) continue;
    if (!isAlive(process)) rmSync(join(folder, name), { force: true });
  }
}
