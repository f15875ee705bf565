import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { systemCode, systemReason } from "../local/system-error.ts";
import { homeUnwritable } from "../shared/errors.ts";

/** Where another user's files are, and where nobody may write. */
const unwritable = ["EACCES", "EPERM", "EROFS"];

/**
 * Replaces a file as a whole, for its owner alone, as all that lies below a home. One that has these bytes already stays
 * as it is, so that a home is enough that can only be read.
 * @param otherwise what a person does who may not write there
 * @throws HomeUnwritable
 */
export async function writePrivately(
  path: string,
  content: Uint8Array | string,
  otherwise = "take another home by --home or FEDSTEP_HOME",
): Promise<void> {
  const bytes = Buffer.from(content);
  if ((await readFile(path).catch(() => undefined))?.equals(bytes)) return;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, bytes, { mode: 0o600 });
  } catch (cause) {
    if (!unwritable.includes(systemCode(cause) ?? "")) throw cause;
    throw homeUnwritable(`cannot write ${path} (${systemReason(cause)}): ${otherwise}`, { cause });
  }
}
