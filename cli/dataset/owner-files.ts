import { join } from "node:path";
import { datasetInvalid } from "../../shared/errors.ts";
import { isFolder, listFiles, type Origin } from "../../tables/named-path.ts";
import { type TableFormat, tableFormat, tableName } from "./read-table.ts";

/** The file of one data owner. */
export interface OwnerFile {
  /** The owner's name: the file's, without what tells its format. */
  readonly owner: string;
  readonly path: string;
  readonly format: TableFormat;
}

export interface OwnerFiles {
  /** In the order of the files' names, by UTF-16 code units as in JavaScript: owner c is client c. */
  readonly files: readonly OwnerFile[];
  /** Names of files that are no tables; hidden ones are not mentioned. */
  readonly others: readonly string[];
}

/**
 * The owners that a folder of one file each makes.
 * @param origin the option that names the folder
 * @throws DatasetInvalid where there is no file, or where two are the same owner's
 */
export async function ownerFiles(folder: string, origin: Origin = "--clients"): Promise<OwnerFiles> {
  if (folder === "") throw datasetInvalid(`${origin}: names no folder`);
  if (!(await isFolder(folder, origin))) {
    throw datasetInvalid(`${origin}: ${folder} is a file; name a folder that holds one file an owner`);
  }
  const names = (await listFiles(folder, origin)).filter((name) => !name.startsWith(".")).sort();
  const files = names.flatMap((name): OwnerFile[] => {
    const format = tableFormat(name);
    return format ? [{ owner: tableName(name), path: join(folder, name), format }] : [];
  });
  if (files.length === 0) {
    throw datasetInvalid(
      `${origin}: ${folder} holds no .csv or .safetensors files; it takes one an owner, gzipped (.gz) or not`,
    );
  }
  const byOwner = new Map<string, OwnerFile>();
  for (const file of files) {
    const twin = byOwner.get(file.owner);
    if (twin) {
      throw datasetInvalid(
        `${origin}: ${twin.path} and ${file.path} are both owner "${file.owner}"; an owner has one file`,
      );
    }
    byOwner.set(file.owner, file);
  }
  return { files, others: names.filter((name) => !tableFormat(name)) };
}
