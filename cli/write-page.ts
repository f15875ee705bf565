import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { pageUnwritable } from "../shared/errors.ts";

/** A page where the person wants it, by --html FILE. @throws PageUnwritable */
export async function writePage(file: string, page: string): Promise<void> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, page);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw pageUnwritable(`--html: cannot write ${file}: ${reason}`, { cause });
  }
}
