import { mkdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { keepPrivate } from "../local/private-home.ts";
import { homeUnwritable } from "../shared/errors.ts";
import { makeFolder } from "../system/make-folder.ts";
import { systemCode, systemReason } from "../system/system-error.ts";

/** Where another user's files are, and where nobody may write. */
const unwritable = ["EACCES", "EPERM", "EROFS"];

/**
 * Replaces a file below the home as a whole, for those to read who may read what else lies there. One that has these
 * bytes already stays as it is, so that a home is enough that can only be read.
 * @param name its path below the home
 * @param otherwise what a person does who may not write there
 * @returns its path
 * @throws HomeUnwritable
 */
export async function writeInHome(
  home: string,
  name: string,
  content: Uint8Array | string,
  otherwise = "take another home by --home or FEDSTEP_HOME",
): Promise<string> {
  const path = join(home, name);
  const bytes = Buffer.from(content);
  if ((await readFile(path).catch(() => undefined))?.equals(bytes)) return path;
  try {
    await makeFolder(resolve(home));
    const umask = keepPrivate(home);
    await mkdir(dirname(path), { recursive: true });
    // what it replaces may have been for everybody
    await writeFileAtomic(path, bytes, { mode: 0o666 & ~umask });
  } catch (cause) {
    if (!unwritable.includes(systemCode(cause) ?? "")) throw cause;
    throw homeUnwritable(`cannot write ${path} (${systemReason(cause)}): ${otherwise}`, { cause });
  }
  return path;
}
