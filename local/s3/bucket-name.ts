import { noSuchBucket } from "./errors.ts";

/** S3's rule; also what makes a name safe as a folder's. */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..");
}

/** @throws NoSuchBucket for a name that no bucket can have, such as one that would lead out of the directory */
export function checkedBucketName(name: string): string {
  if (!isBucketName(name)) throw noSuchBucket(name);
  return name;
}
