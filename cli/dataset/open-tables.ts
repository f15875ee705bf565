import { basename, resolve } from "node:path";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import type { Origin } from "../../tables/named-path.ts";
import type { Said } from "./formats/format.ts";
import { knownPlace, readPlaces, taken } from "./formats/formats.ts";
import { ownerFiles } from "./owner-files.ts";
import { placeAt } from "./place.ts";
import { type PooledTables, poolTables } from "./pool-tables.ts";

export interface TableOptions extends Said {
  /** The classes that were agreed upon, in their order; without them, the labels that are there. */
  readonly classes?: readonly string[] | undefined;
  /** Whether the labels are numbers that are to be predicted, and no classes. */
  readonly numbers?: boolean | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A file or folder of any format as a data set of its name.
 * @throws DatasetInvalid
 */
export async function openTableFile(
  path: string,
  origin: Origin,
  { classes, numbers, ...said }: TableOptions,
): Promise<Dataset & Omit<PooledTables, "dataset">> {
  const place = await placeAt(path, origin);
  const known = knownPlace(place, origin);
  if (!known) {
    const instead = place.files
      ? "; a folder of such files and folders, one an owner, goes with --clients"
      : "";
    throw datasetInvalid(
      `${origin}: ${path} is nothing that --data takes: ${taken}; files may be gzipped (.gz)${instead}`,
    );
  }
  const [table] = await readPlaces([known], `${path} is`, { ...said, origin });
  if (!table) throw datasetInvalid(`${origin}: ${path} holds nothing`);
  const { dataset, ...pooled } = poolTables([table], {
    name: table.name ?? (known.name || "data"),
    source: place.files ? "directory" : "file",
    place: path,
    classes,
    numbers,
  });
  const { officialTest } = table;
  return { ...dataset, ...(officialTest !== undefined && { officialTest }), ...pooled };
}

/**
 * The ready-made federation of a folder with one file or folder an owner: a data set of the folder's name whose owners
 * follow one another.
 * @throws DatasetInvalid
 */
export async function openOwnersFolder(
  folder: string,
  { classes, numbers, ...said }: TableOptions,
): Promise<PooledTables> {
  const { files, others } = await ownerFiles(folder);
  const tables = await readPlaces(files, `each owner's in ${folder} is`, { ...said, origin: "--clients" });
  const owners = files.map(({ owner }) => owner);
  const { notes, ...pooled } = poolTables(tables, {
    name: basename(resolve(folder)) || "data",
    source: `files of ${owners.length} owners`,
    place: `the files in ${folder}`,
    owners,
    classes,
    numbers,
  });
  const left = others.length > 0 ? [`${folder}: ${others.join(", ")}: no owner's file, left out`] : [];
  const divided = tables.find(({ officialTest }) => officialTest !== undefined);
  const tests = divided
    ? [`${divided.label}: its publisher's test set is among its owner's examples, as the rest is`]
    : [];
  return { ...pooled, notes: [...left, ...tests, ...notes] };
}
