import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openOwnersFolder } from "../../../cli/dataset/open-tables.ts";
import { temporaryFolder } from "../terminal.ts";

function folder(files: Record<string, string[]>): string {
  const path = join(temporaryFolder(), "stays");
  mkdirSync(path);
  for (const [name, lines] of Object.entries(files)) writeFileSync(join(path, name), lines.join("\n"));
  return path;
}

const options = { label: "days", numbers: true };

test("labels that are to be predicted as numbers are read as such, each owner's its own", async () => {
  const { dataset } = await openOwnersFolder(
    folder({ "a.csv": ["age,days", "1.5,3", "2.25,-0.5"], "b.csv": ["days,age", "1e3,7", "3,8"] }),
    options,
  );
  expect(dataset.examples.y).toEqual(Float32Array.of(3, -0.5, 1000, 3));
  expect(dataset).toMatchObject({ classes: 1, owners: [{ examples: 2 }, { examples: 2 }] });
  expect(dataset).not.toHaveProperty("classNames");
});

test("what is no number there is refused by file, line and column", async () => {
  const path = folder({ "a.csv": ["age,days", "1.5,3", "2.5,many"], "b.csv": ["age,days", "1.5,3"] });
  await expect(openOwnersFolder(path, options)).rejects.toMatchObject({
    name: "DatasetInvalid",
    message: expect.stringMatching(/a\.csv: line 3, column "days" has "many", and the task takes a number/),
  });
  await expect(openOwnersFolder(path, { ...options, classes: ["1", "2"] })).rejects.toMatchObject({
    message: expect.stringMatching(/^--classes: the task takes numbers as labels/),
  });
});
