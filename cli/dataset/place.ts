import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isFolder, type Origin, unreadable } from "../../tables/named-path.ts";
import type { Place } from "./formats/format.ts";

/** Folders within a folder that are looked into: ROOT/MNIST/raw/NAME/NAME is how torchvision and Kaggle unpack. */
const deepest = 4;

/** @throws DatasetInvalid where there is nothing, or nothing that may be read */
export async function placeAt(path: string, origin: Origin): Promise<Place> {
  const name = basename(resolve(path));
  if (!(await isFolder(path, origin))) return { path, name, files: undefined };
  return { path, name, files: (await filesBelow(path, origin, deepest)).sort() };
}

async function filesBelow(folder: string, origin: Origin, depth: number): Promise<string[]> {
  let entries: Awaited<ReturnType<typeof readEntries>>;
  try {
    entries = await readEntries(folder);
  } catch (cause) {
    throw unreadable(folder, origin, cause);
  }
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    // a link counts as what it leads to, which reading it tells
    if (!entry.isDirectory()) files.push(entry.name);
    else if (depth > 0) {
      const below = await filesBelow(join(folder, entry.name), origin, depth - 1);
      files.push(...below.map((file) => `${entry.name}/${file}`));
    }
  }
  return files;
}

function readEntries(folder: string) {
  return readdir(folder, { withFileTypes: true });
}
