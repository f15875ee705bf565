import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { openOwnersFolder, openTableFile, type TableOptions } from "../../../../cli/dataset/open-tables.ts";
import { temporaryFolder } from "../../terminal.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder called "set" with the files, whose names may have folders. */
export function folderOf(files: Files): string {
  const folder = join(temporaryFolder(), "set");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** What --data makes of such a folder, or of one file in it. */
export function opened(files: Files, given: TableOptions = {}, path = "") {
  return openTableFile(join(folderOf(files), path), "--data", given);
}

export function ownersOpened(files: Files, given: TableOptions = {}) {
  return openOwnersFolder(folderOf(files), given);
}

/** The message that it is refused by. */
export async function refusal(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "DatasetInvalid" });
  return error instanceof Error ? error.message : "";
}
