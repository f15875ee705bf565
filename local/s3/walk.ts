import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "./errors.ts";
import { compareKeys, escapedRoot, isOrdinary, unescapeKey } from "./paths.ts";
import type { Storage } from "./storage.ts";

/** All keys of a bucket that begin with the prefix, in S3's order. Reads only the folders that can hold them. */
export async function keysWithPrefix(storage: Storage, bucket: string, prefix: string): Promise<string[]> {
  const root = storage.bucketPath(bucket);
  const keys: string[] = [];

  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (folder === "" || isOrdinary(folder.slice(0, -1), storage.caseSensitive)) {
    await visitFiles(root, folder, (path) => {
      // a file that a person named as no key is stored is not an object: it could be listed and not read
      if (path.startsWith(prefix) && isOrdinary(path, storage.caseSensitive)) keys.push(path);
    });
  }
  await visitFiles(root, `${escapedRoot}/`, (path) => {
    const key = unescapeKey(path);
    if (key?.startsWith(prefix)) keys.push(key);
  });
  return [...new Set(keys)].sort(compareKeys);
}

/** @param folder "" or a path that ends in "/"; the files' paths below the root begin with it */
async function visitFiles(root: string, folder: string, visit: (path: string) => void): Promise<void> {
  for (const entry of await entriesOf(join(root, folder))) {
    const path = folder + entry.name;
    if (entry.isFile()) visit(path);
    else if (entry.isDirectory() && path !== escapedRoot) await visitFiles(root, `${path}/`, visit);
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = systemCode(error);
    // removed meanwhile, a prefix that no key has, or one that is itself a file
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return [];
    throw error;
  }
}
