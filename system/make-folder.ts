import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "./system-error.ts";

/**
 * Makes a folder, and those above it, for this user alone. Node's own recursive mkdir asks for ever where a file system
 * makes nothing and says that something is missing, as /proc does.
 * @throws what the system says, EEXIST where a file is in the way
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) await makeFolder(above);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // somebody else has made it meanwhile
    if (!(systemCode(error) === "EEXIST" && (await isFolder(path)))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}
