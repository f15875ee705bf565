import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { datasetInvalid } from "../../shared/errors.ts";
import { isFolder, type Origin, unreadable } from "../../tables/named-path.ts";
import { type KnownPlace, knownPlace, taken } from "./formats/formats.ts";
import { placeAt } from "./place.ts";

/** The file or folder of one data owner. */
export interface OwnerFile extends KnownPlace {
  /** The owner's name: the file's, without what tells its format, or the folder's. */
  readonly owner: string;
}

export interface OwnerFiles {
  /** In the order of their names, by UTF-16 code units as in JavaScript: owner c is client c. */
  readonly files: readonly OwnerFile[];
  /** Names of files and folders that no format takes; hidden ones are not mentioned. */
  readonly others: readonly string[];
}

/**
 * The owners that a folder of one file or folder each makes.
 * @param origin the option that names the folder
 * @throws DatasetInvalid where there is none, or where two are the same owner's
 */
export async function ownerFiles(folder: string, origin: Origin = "--clients"): Promise<OwnerFiles> {
  if (folder === "") throw datasetInvalid(`${origin}: names no folder`);
  if (!(await isFolder(folder, origin))) {
    throw datasetInvalid(`${origin}: ${folder} is a file; name a folder that holds one file an owner`);
  }
  const names = await readdir(folder).catch((cause: unknown) => {
    throw unreadable(folder, origin, cause);
  });
  const files: OwnerFile[] = [];
  const others: string[] = [];
  for (const name of names.filter((one) => !one.startsWith(".")).sort()) {
    const place = await placeAt(join(folder, name), origin);
    const known = knownPlace(place, origin);
    if (known) files.push({ ...known, owner: known.name });
    else others.push(name);
  }
  if (files.length === 0) {
    throw datasetInvalid(
      `${origin}: ${folder} holds no owner's files; it takes one an owner, gzipped (.gz) or not, or a folder: ${taken}`,
    );
  }
  const byOwner = new Map<string, OwnerFile>();
  for (const file of files) {
    const twin = byOwner.get(file.owner);
    if (twin) {
      throw datasetInvalid(
        `${origin}: ${twin.place.path} and ${file.place.path} are both owner "${file.owner}"; an owner has one file`,
      );
    }
    byOwner.set(file.owner, file);
  }
  return { files, others };
}
