import type { OwnerHome } from "./home.ts";
import { homeFiles } from "./home-files.ts";

/** Names of files are keys, of which no character means anything to a disk. */
const fileOf = (run: string, key: string) => `${folderOf(run)}/${encodeURIComponent(key)}`;
const folderOf = (run: string) => `${homeFiles.kept}/${run}`;

/** What its rounds of a run have left with the owner, by key: what the strategy has clients keep for their next round. */
export async function readKept(
  { storage }: Pick<OwnerHome, "storage">,
  run: string,
): Promise<Map<string, Uint8Array>> {
  const keys = (await storage.list(folderOf(run))).map(decodeURIComponent);
  const read = await Promise.all(keys.map((key) => storage.read(fileOf(run, key))));
  return new Map(keys.flatMap((key, at) => (read[at] ? [[key, read[at]] as const] : [])));
}

/** Keeps all that a training has written but what leaves. */
export async function keepWritten(
  { storage }: Pick<OwnerHome, "storage">,
  run: string,
  written: ReadonlyMap<string, Uint8Array>,
  leaving: readonly string[],
): Promise<void> {
  for (const [key, bytes] of written)
    if (!leaving.includes(key)) await storage.write(fileOf(run, key), bytes);
}
