import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { pageUnwritable } from "../shared/errors.ts";

/** A page, or a table, where the person wants it. @param option that says where @throws PageUnwritable */
export async function writePage(file: string, page: string, option = "--html"): Promise<void> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, page);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw pageUnwritable(`${option}: cannot write ${file}: ${reason}`, { cause });
  }
}
