import { datasetInvalid, isNamed } from "../shared/errors.ts";

/**
 * Reads several files one after the other, so that people mend all of them at once.
 * @throws DatasetInvalid with what is wrong with any of them; at once whatever else the reading throws
 */
export async function readAll<File, Read>(
  files: readonly File[],
  read: (file: File) => Promise<Read>,
): Promise<Read[]> {
  const refused: string[] = [];
  const all: Read[] = [];
  for (const file of files) {
    try {
      all.push(await read(file));
    } catch (error) {
      if (!isNamed(error, "DatasetInvalid")) throw error;
      refused.push(error.message);
    }
  }
  if (refused.length > 0) throw datasetInvalid(refused.join("\n"));
  return all;
}
