import { join } from "node:path";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import type { IdxFile } from "../../shared/dataset/idx.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { type DownloadOptions, downloadPublished, mirrorsOf } from "./download.ts";
import { openEmbeddedSample } from "./embedded-sample.ts";
import { openIdxFolder } from "./idx-folder.ts";
import { type IdxSet, poolIdxSet } from "./idx-set.ts";
import { type IdxName, idxNames } from "./mnist.ts";
import { cacheFolder, keepInCache, readCached } from "./mnist-cache.ts";

export interface OpenDatasetOptions extends Omit<DownloadOptions, "mirrors"> {
  /** The folder that --data names. */
  readonly data?: string | undefined;
  /** FEDSTEP_DATA, FEDSTEP_MNIST_MIRRORS and XDG_CACHE_HOME are read from it. */
  readonly env: NodeJS.ProcessEnv;
}

/** `source` is one of "directory", "cache", "download" and "embedded sample". */
export interface OpenedDataset extends Dataset {
  /** What its user should know: why it is not what would have come first, what could not be done. */
  readonly notes: readonly string[];
}

/**
 * The folder that --data or FEDSTEP_DATA names; where neither does, MNIST from the user's cache, else from the
 * mirrors, else, when none can be reached, the sample that fedstep carries.
 * @throws DatasetInvalid where a named folder or a mirror's file is not what it should be: neither is passed over
 */
export async function openDataset(options: OpenDatasetOptions): Promise<OpenedDataset> {
  const named = namedFolder(options);
  if (named) {
    const { dataset, notes } = await openIdxFolder(named.folder, named.origin);
    return { ...dataset, notes };
  }
  const { set, source, notes } = await publishedSet(options);
  if (set) return { ...poolIdxSet(set, "mnist", source), notes };
  const sample = await openEmbeddedSample();
  return {
    ...sample,
    notes: [
      ...notes,
      `no mirror can be reached, so the ${sample.examples.count} digits that fedstep carries stand in for MNIST's ` +
        "70000: expect lower accuracies, or give a folder that holds the four files with --data",
    ],
  };
}

function namedFolder({ data, env }: OpenDatasetOptions): { folder: string; origin: string } | undefined {
  const fromEnv = env.FEDSTEP_DATA || undefined;
  if (data === undefined)
    return fromEnv === undefined ? undefined : { folder: fromEnv, origin: "FEDSTEP_DATA" };
  // an option parser may have taken it from the environment, where an empty variable is as good as none
  if (data === "" && env.FEDSTEP_DATA === "") return undefined;
  if (data === "") throw datasetInvalid("--data: names no folder");
  return { folder: data, origin: data === fromEnv ? "FEDSTEP_DATA" : "--data" };
}

/** What the cache lacks is downloaded, file by file, and kept at once: an interrupted download goes on from there. */
async function publishedSet(options: OpenDatasetOptions) {
  const folder = cacheFolder(options.env);
  const files = new Map<IdxName, IdxFile>();
  const notes: string[] = [];
  let source = "cache";
  for (const name of idxNames) {
    const label = join(folder, name);
    const cached = await readCached(folder, name);
    if ("bytes" in cached) {
      files.set(name, { label, bytes: cached.bytes });
      continue;
    }
    if (source === "cache") notes.push(`${folder} does not hold all of MNIST yet`);
    source = "download";
    if (cached.note !== undefined) notes.push(cached.note);
    const download = await downloadPublished(name, { ...options, mirrors: mirrorsOf(options.env) });
    notes.push(...download.notes);
    if ("offline" in download) return { source, notes };
    files.set(name, { label, bytes: download.bytes });
    const lost = await keepInCache(folder, name, download.bytes);
    if (lost !== undefined) notes.push(lost);
  }
  return { set: Object.fromEntries(files) as IdxSet, source, notes };
}
