import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "./errors.ts";
import { compareKeys, escapedRoot, isOrdinary, unescapeKey } from "./paths.ts";
import type { LocalStorage } from "./storage.ts";

/**
 * All keys of a bucket that begin with the prefix, in S3's order. Reads only the folders that can hold them.
 *
 * @param folded of the folders below the prefix's own only one key each, for those who ask which folders there are:
 * the runs of a bucket are found without reading all of their rounds
 */
export async function keysWithPrefix(
  storage: LocalStorage,
  bucket: string,
  prefix: string,
  folded = false,
): Promise<string[]> {
  const root = storage.bucketPath(bucket);
  const keys: string[] = [];

  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (folder === "" || isOrdinary(folder.slice(0, -1), storage.caseSensitive)) {
    const visit = (path: string) => {
      // a file that a person named as no key is stored is not an object: it could be listed and not read
      const isKey = path.startsWith(prefix) && isOrdinary(path, storage.caseSensitive);
      if (isKey) keys.push(path);
      return isKey && folded && path.includes("/", prefix.length);
    };
    await visitFiles(root, folder, visit, folder);
  }
  await visitFiles(root, `${escapedRoot}/`, (path) => {
    const key = unescapeKey(path);
    if (key?.startsWith(prefix)) keys.push(key);
    return false;
  });
  return [...new Set(keys)].sort(compareKeys);
}

/**
 * @param folder "" or a path that ends in "/"; the files' paths below the root begin with it
 * @param visit says whether this one was enough
 * @param top the folder that is read to its end nevertheless, while those in it are left
 * @returns whether one was enough
 */
async function visitFiles(
  root: string,
  folder: string,
  visit: (path: string) => boolean,
  top = "",
): Promise<boolean> {
  for (const entry of await entriesOf(join(root, folder))) {
    const path = folder + entry.name;
    let enough = false;
    if (entry.isFile()) enough = visit(path);
    else if (entry.isDirectory() && path !== escapedRoot)
      enough = await visitFiles(root, `${path}/`, visit, top);
    if (enough && folder !== top) return true;
  }
  return false;
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
