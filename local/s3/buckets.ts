import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountStores } from "./account-stores.ts";
import { isBucketName } from "./bucket-name.ts";
import { S3Error, systemCode } from "./errors.ts";
import type { LocalStorage } from "./storage.ts";

export interface LocalBucket {
  readonly name: string;
  readonly created: Date;
}

/**
 * @param account whose it is from now on
 * @param location region that the request named, to be told again by GetBucketLocation
 */
export function createBucket(stores: AccountStores, name: string, account: string, location?: string): void {
  if (!isBucketName(name))
    throw new S3Error("InvalidBucketName", "The specified bucket is not valid.", { BucketName: name });
  const { storage } = stores.of(account);
  if (!stores.claim(name, account)) throw bucketTaken(name, false);
  try {
    mkdirSync(storage.bucketPath(name));
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    throw bucketTaken(name, true);
  }
  if (location !== undefined) writeFileSync(join(storage.locations, name), location);
}

function bucketTaken(BucketName: string, byYou: boolean): S3Error {
  if (byYou) {
    const message = "Your previous request to create the named bucket succeeded and you already own it.";
    return new S3Error("BucketAlreadyOwnedByYou", message, { BucketName });
  }
  const message =
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. " +
    "Please select a different name and try again.";
  return new S3Error("BucketAlreadyExists", message, { BucketName });
}

/** Those of the account whose storage it is. */
export function listBuckets({ root, bucketPath }: LocalStorage): readonly LocalBucket[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isBucketName(entry.name))
    .map(({ name }) => ({ name, created: statSync(bucketPath(name)).birthtime }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The region that the bucket was created for; S3's oldest one has no name here. */
export function bucketLocation({ locations }: LocalStorage, name: string): string {
  try {
    return readFileSync(join(locations, name), "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  }
}
