import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { openOwnersFolder, openTableFile, type TableOptions } from "../../../cli/dataset/open-tables.ts";

/** Where the test that runs has its tables: a folder called "clinics". */
export let folder = "";

/** Gives each test of the file that calls it such a folder, empty. */
export function eachInTableFolder(): void {
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "fedstep-tables-")), "clinics");
    await mkdir(folder);
  });
  afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));
}

export type Files = Record<string, string | Uint8Array>;

export async function write(files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

export async function owners(files: Files, given: TableOptions = { label: "y" }) {
  await write(files);
  return openOwnersFolder(folder, given);
}

export async function single(text: string, given: TableOptions = { label: "y" }) {
  await write({ "t.csv": text });
  return openTableFile(join(folder, "t.csv"), "--data", given);
}

export async function refusal(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "DatasetInvalid" });
  return error instanceof Error ? error.message.replaceAll(folder, "DIR") : "";
}
