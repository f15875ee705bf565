import { idxName, partOf } from "./idx-names.ts";
import { basename, dirname } from "./paths.ts";

/** The files of one set of images below a folder. */
export interface IdxSetNames {
  /** How messages call it: "emnist-letters", "FashionMNIST/raw". */
  readonly name: string;
  /** What the names of its files have in common: "emnist-letters", or nothing. */
  readonly series: string;
  /** In small letters, what --select may call it by. */
  readonly words: readonly string[];
  /** Paths below the folder, by the files' names. */
  readonly paths: ReadonlyMap<string, string>;
}

export function isIdxName(path: string): boolean {
  return idxName(basename(path)) !== undefined;
}

/**
 * The sets below a folder, by the folders that their files lie in and by what their names share. Kaggle unpacks each
 * file into a folder of its name beside it, and torchvision leaves the archive's folder "gzip": of a file that is there
 * twice the one closer to the top counts.
 */
export function idxSets(paths: readonly string[]): IdxSetNames[] {
  const found = paths.filter(isIdxName).map((path) => {
    const { stem, role } = idxName(basename(path)) ?? { stem: "", role: "" };
    return {
      path,
      stem,
      role,
      folder: folderOf(path),
      series: partOf(stem).series,
      depth: path.split("/").length,
    };
  });
  const groups = groupedBy(found, ({ folder, series }) => `${folder}\n${series}`);
  return [...groups.values()].map((group) => {
    const first = group[0] ?? { folder: "", series: "" };
    const closest = group.filter((one) =>
      group.every((other) => other.stem !== one.stem || other.role !== one.role || other.depth >= one.depth),
    );
    return {
      name: [first.folder, first.series].filter((part) => part !== "").join("/") || "without a name",
      series: first.series,
      words: [first.series, ...first.series.split("-"), ...first.folder.split("/"), first.folder]
        .map((word) => word.toLowerCase())
        .filter((word) => word !== ""),
      paths: new Map(closest.map(({ path }) => [basename(path), path])),
    };
  });
}

/** The folder that the file is of: neither one of the file's own name nor the archive's. */
function folderOf(path: string): string {
  const folder = dirname(path);
  const last = basename(folder);
  return last === "gzip" || idxName(last) !== undefined ? dirname(folder) : folder;
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
