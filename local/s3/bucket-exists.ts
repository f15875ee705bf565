import { statSync } from "node:fs";
import { isBucketName } from "./bucket-name.ts";
import type { LocalStorage } from "./storage.ts";

/** A folder that a person made is a bucket too. */
export function bucketExists({ bucketPath, presumed }: LocalStorage, name: string): boolean {
  if (presumed.has(name)) return true;
  return isBucketName(name) && statSync(bucketPath(name), { throwIfNoEntry: false })?.isDirectory() === true;
}
