import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openOwnersFolder, openTableFile, type TableOptions } from "../../../cli/dataset/open-tables.ts";
import { temporaryFolder } from "../terminal.ts";

type Content = string | Uint8Array;

/** A file of the content, opened. */
export function single(content: Content, given: TableOptions = { label: "y" }, name = "t.csv") {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return openTableFile(file, "--data", given);
}

/** A folder of such files, one an owner's, opened. */
export function owners(files: Readonly<Record<string, Content>>, given: TableOptions = { label: "y" }) {
  const folder = join(temporaryFolder(), "clinics");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return openOwnersFolder(folder, given);
}

/** The message that opening it is refused by. */
export async function refusal(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "DatasetInvalid" });
  return error instanceof Error ? error.message : "";
}

/** So many rows, each with what the functions say of its number. */
export const rows = (count: number, ...fields: ((i: number) => string)[]) =>
  Array.from({ length: count }, (_, i) => fields.map((field) => field(i)).join(",")).join("\n");

/** A table whose rows have the labels. */
export const labelled = (...labels: string[]) =>
  `a,y\n${rows(labels.length, String, (i) => labels[i] ?? "")}\n`;
