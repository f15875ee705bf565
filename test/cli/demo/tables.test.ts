import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { givenTables } from "../../../cli/demo/tables.ts";
import { temporaryFolder } from "../terminal.ts";

const { signal } = new AbortController();

function folderOf(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(join(folder, name), "age,outcome\n40,0\n60,1\n");
  return folder;
}

test("a demonstration takes a folder of three tables and more, an owner each, and predicts the last column", async () => {
  const folder = folderOf("north.csv", "south.csv", "west.csv");
  expect(await givenTables(folder, {}, signal)).toMatchObject({
    tables: ["north", "south", "west"].map((owner) => ({ owner, file: join(folder, `${owner}.csv`) })),
    label: "outcome",
  });
});

test("of fewer it says how many a round takes, before anything is made", async () => {
  await expect(givenTables(folderOf("north.csv", "south.csv"), {}, signal)).rejects.toMatchObject({
    name: "DatasetInvalid",
    message: expect.stringMatching(/holds 2 CSV files, and a round takes 3 owners at least/),
  });
});
