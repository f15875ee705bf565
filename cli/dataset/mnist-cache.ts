import { mkdir, readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import envPaths from "env-paths";
import writeFileAtomic from "write-file-atomic";
import { isPublished } from "../../mnist/mnist-set.ts";
import type { IdxName } from "../../mnist/published.ts";

/** Where the user's caches lie: XDG_CACHE_HOME on every system that sets it, else as the system has it. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const xdg = env.XDG_CACHE_HOME;
  // the XDG specification has relative paths ignored
  const base = xdg && isAbsolute(xdg) ? join(xdg, "fedstep") : envPaths("fedstep", { suffix: "" }).cache;
  return join(base, "mnist");
}

/** The cached file, or why what is there cannot serve; not being there needs no reason. */
export async function readCached(
  folder: string,
  name: IdxName,
): Promise<{ bytes: Uint8Array } | { note: string | undefined }> {
  const path = join(folder, name);
  try {
    const bytes = await readFile(path);
    if (isPublished(name, bytes)) return { bytes };
    return { note: `${path} is damaged: its SHA-256 is not that of MNIST` };
  } catch (error) {
    const code = codeOf(error);
    return { note: code === "ENOENT" ? undefined : `${path} cannot be read (${code})` };
  }
}

/**
 * Kept decompressed. The file appears under its name as a whole or not at all, so that any number of processes may
 * write it at once.
 * @returns a note where it could not be kept, which is no reason not to go on
 */
export async function keepInCache(
  folder: string,
  name: IdxName,
  bytes: Uint8Array,
): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, name), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return undefined;
  } catch (error) {
    return `${name} could not be kept in ${folder} (${codeOf(error)}) and will be downloaded again`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}
