import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coordinatorAccount } from "../assembly/names.ts";
import { isBucketName } from "./bucket-name.ts";
import { S3Error, systemCode } from "./errors.ts";
import type { LocalStorage } from "./storage.ts";

export interface LocalBucket {
  readonly name: string;
  readonly created: Date;
}

/** A folder that a person made is a bucket too. */
export function bucketExists({ bucketPath, presumed }: LocalStorage, name: string): boolean {
  if (presumed.has(name)) return true;
  return isBucketName(name) && statSync(bucketPath(name), { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Whose it is, which its ARN does not say. Of whom nothing was noted, a folder that a person made too, it is the
 * coordinator's.
 */
export function bucketAccount({ owners }: LocalStorage, name: string): string {
  const path = join(owners, name);
  if (!isBucketName(name) || !statSync(path, { throwIfNoEntry: false })) return coordinatorAccount;
  return readFileSync(path, "utf8");
}

/**
 * @param account whose it is from now on
 * @param location region that the request named, to be told again by GetBucketLocation
 */
export function createBucket(storage: LocalStorage, name: string, account: string, location?: string): void {
  if (!isBucketName(name))
    throw new S3Error("InvalidBucketName", "The specified bucket is not valid.", { BucketName: name });
  try {
    mkdirSync(storage.bucketPath(name));
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
    throw bucketTaken(name, bucketAccount(storage, name) === account);
  }
  if (account !== coordinatorAccount) writeFileSync(join(storage.owners, name), account);
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

/** Those of an account. */
export function listBuckets(storage: LocalStorage, account: string): readonly LocalBucket[] {
  const { root, bucketPath } = storage;
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isBucketName(entry.name))
    .filter(({ name }) => bucketAccount(storage, name) === account)
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
