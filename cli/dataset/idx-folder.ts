import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { decompress } from "./decompress.ts";
import { type IdxSet, poolIdxSet, unpublished } from "./idx-set.ts";
import { type IdxName, idxNames } from "./mnist.ts";

/**
 * The data set that the user's folder holds: MNIST where the digests are the published ones, and else a data set by
 * the folder's name.
 * @param origin what named the folder, "--data" or "FEDSTEP_DATA": the messages say what to change
 * @throws DatasetInvalid naming the folder or the file
 */
export async function openIdxFolder(
  folder: string,
  origin: string,
): Promise<{ dataset: Dataset; notes: string[] }> {
  const set = await readIdxFolder(folder, origin);
  const others = unpublished(set);
  if (others.length === 0) return { dataset: poolIdxSet(set, "mnist", "directory"), notes: [] };
  const name = basename(resolve(folder)) || "data";
  return {
    dataset: poolIdxSet(set, name, "directory"),
    notes: [
      `${folder} is not the published MNIST, so its name is "${name}": another SHA-256 has ${others.join(", ")}`,
    ],
  };
}

async function readIdxFolder(folder: string, origin: string): Promise<IdxSet> {
  const present = await listFiles(folder, origin);
  const found = idxNames.map((name) => spellings(name).find((spelling) => present.has(spelling)));
  const missing = idxNames.filter((_, i) => found[i] === undefined);
  if (missing.length > 0) {
    throw datasetInvalid(
      `${origin}: ${folder} lacks ${missing.join(", ")}; it takes the four IDX files ${idxNames.join(", ")}, ` +
        "each gzipped (.gz) or not",
    );
  }
  const files = await Promise.all(
    idxNames.map(async (name, i) => {
      const label = join(folder, found[i] ?? name);
      return [name, { label, bytes: await decompress(await read(label, origin), label) }] as const;
    }),
  );
  return Object.fromEntries(files) as Record<IdxName, (typeof files)[number][1]>;
}

/** As the mirrors have it, and with the dot that some archives put before the type. */
function spellings(name: IdxName): string[] {
  const dotted = name.replace(/-(?=idx\d)/, ".");
  return [name, dotted, `${name}.gz`, `${dotted}.gz`];
}

async function listFiles(folder: string, origin: string): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    // a link counts as what it leads to, which reading it tells
    return new Set(entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const reason =
      code === "ENOENT"
        ? "there is no such folder"
        : code === "ENOTDIR"
          ? "is a file; name the folder that holds it"
          : `cannot be read (${code})`;
    throw datasetInvalid(`${origin}: ${folder}: ${reason}`, { cause });
  }
}

async function read(path: string, origin: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw datasetInvalid(`${origin}: ${path} cannot be read (${code})`, { cause });
  }
}
