import { readdir, readFile, stat } from "node:fs/promises";
import { decompress } from "../mnist/decompress.ts";
import { datasetInvalid } from "../shared/errors.ts";

/** What the user names a file or folder with, "--data" or "FEDSTEP_DATA": messages say what to change. */
export type Origin = "--data" | "FEDSTEP_DATA" | "--clients" | "predict";

/** @throws DatasetInvalid where there is nothing */
export async function isFolder(path: string, origin: Origin): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw unreadable(path, origin, cause);
  }
}

/**
 * The names of the files in a folder, folders left out.
 * @throws DatasetInvalid
 */
export async function listFiles(folder: string, origin: Origin): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    // a link counts as what it leads to, which reading it tells
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (cause) {
    throw unreadable(folder, origin, cause);
  }
}

/**
 * A file's bytes, decompressed where they are gzip.
 * @throws DatasetInvalid, the signal's reason
 */
export async function readNamed(
  path: string,
  origin: Origin,
  signal?: AbortSignal,
): Promise<{ label: string; bytes: Uint8Array }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(path, origin, cause);
  }
  return namedBytes(path, bytes, signal);
}

/** The same of bytes that are there, whatever they are called. */
export async function namedBytes(
  label: string,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<{ label: string; bytes: Uint8Array }> {
  return { label, bytes: await decompress(bytes, label, undefined, signal) };
}

/** What is said where the system does not give what a path names. */
export function unreadable(path: string, origin: Origin, cause: unknown): Error {
  const code = cause instanceof Error && "code" in cause ? cause.code : cause;
  const reason =
    code === "ENOENT"
      ? "there is no such file or folder"
      : code === "ENOTDIR"
        ? "is a file; name the folder that holds it"
        : `cannot be read (${code})`;
  return datasetInvalid(`${origin}: ${path}: ${reason}`, { cause });
}
