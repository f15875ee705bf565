import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Draft } from "./draft.ts";
import { systemCode } from "./errors.ts";
import type { KeyPaths } from "./paths.ts";

/** A folder has the file's name, or a file has the name of one of its folders. */
const occupied = new Set(["EISDIR", "ENOTDIR", "EEXIST", "ENOTEMPTY", "EPERM"]);

/**
 * Moves a draft to where its key belongs. A key keeps the path that it has, so that it never has two; a new one gets
 * its plain path, or the escaped one if another key's file or folder is in the way. @returns the path
 */
export function moveInto(
  draft: Draft,
  root: string,
  { plain, escaped }: KeyPaths,
  current: string | undefined,
): string {
  if (current !== undefined) {
    draft.moveTo(current);
    return current;
  }
  if (plain !== undefined) {
    const path = join(root, plain);
    try {
      moveMakingFolders(draft, path);
      return path;
    } catch (error) {
      if (!occupied.has(systemCode(error) ?? "")) throw error;
    }
  }
  const path = join(root, escaped);
  moveMakingFolders(draft, path);
  return path;
}

function moveMakingFolders(draft: Draft, path: string): void {
  try {
    draft.moveTo(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true });
    draft.moveTo(path);
  }
}
