import { readdir, readFile } from "node:fs/promises";
import { makeFolder } from "../system/make-folder.ts";
import type { OwnerHome } from "./home.ts";
import { homeFiles, inHome, isMissing, writeLasting } from "./home-files.ts";

/** Names of files are keys, of which no character means anything to a disk. */
const fileOf = (key: string) => encodeURIComponent(key);

/** What its rounds of a run have left with the owner, by key: what the strategy has clients keep for their next round. */
export async function readKept({ folder }: OwnerHome, run: string): Promise<Map<string, Uint8Array>> {
  const path = inHome(folder, homeFiles.kept, run);
  const names = await readdir(path).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const read = names.map(
    async (name): Promise<[string, Uint8Array]> => [
      decodeURIComponent(name),
      await readFile(inHome(path, name)),
    ],
  );
  return new Map(await Promise.all(read));
}

/** Keeps all that a training has written but its update. */
export async function keepWritten(
  { folder }: OwnerHome,
  run: string,
  written: ReadonlyMap<string, Uint8Array>,
  update: string,
): Promise<void> {
  const kept = [...written].filter(([key]) => key !== update);
  if (kept.length === 0) return;
  const path = inHome(folder, homeFiles.kept, run);
  await makeFolder(path);
  for (const [key, bytes] of kept) await writeLasting(inHome(path, fileOf(key)), bytes, 0o600);
}
