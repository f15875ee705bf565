import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../system/system-error.ts";

/**
 * Whether names that differ only in case are two files in a directory, told without writing: what lies there is
 * something else, or nothing, under its name in capitals.
 */
export function distinguishesCase(directory: string): boolean {
  const identity = (name: string) => {
    const stats = statSync(join(directory, name), { bigint: true, throwIfNoEntry: false });
    return stats && `${stats.dev} ${stats.ino}`;
  };
  const names = readdirIfThere(directory).filter((name) => name !== name.toUpperCase());
  return !names.some((name) => {
    const found = identity(name);
    return found !== undefined && identity(name.toUpperCase()) === found;
  });
}

function readdirIfThere(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
