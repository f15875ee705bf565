import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { systemCode } from "../system/system-error.ts";

/** For this user alone, whatever the home's own modes are. */
const ownMode = 0o600;
/** For whom the home is, as far as the umask lets them. */
export const homesMode = 0o666;

/**
 * Writes a file whole, or not at all where there is one: of several processes at once one writes it.
 * @returns whether this one has
 */
export function writeWhereNone(path: string, text: string, mode = ownMode): boolean {
  return besides(path, text, mode, (draft) => {
    try {
      linkSync(draft, path);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
  });
}

/** Writes a file whole, in the place of the one that is there. */
export function writeOver(path: string, text: string): void {
  besides(path, text, ownMode, (draft) => renameSync(draft, path));
}

/** Writes beside the path, and removes what is left there in the end. */
function besides<T>(path: string, text: string, mode: number, publish: (draft: string) => T): T {
  // who may read in a folder may go into it
  mkdirSync(dirname(path), { recursive: true, mode: mode | ((mode & 0o444) >> 2) });
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  try {
    writeFileSync(draft, text, { mode, flag: "wx" });
    return publish(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}
