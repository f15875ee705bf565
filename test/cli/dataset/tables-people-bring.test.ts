import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openBySchema, readSchemaFile } from "../../../cli/dataset/open-by-schema.ts";
import { fedstep, temporaryFolder } from "../terminal.ts";
import { everybody, owners, type Row, rows, written, y } from "./ways-of-writing.ts";

/** Writes the owners' files into a folder. */
function tables(row: Row, damage?: Row["bad"]): string {
  const folder = join(temporaryFolder(), "owners");
  mkdirSync(folder);
  for (const [owner, writing] of row.writings.entries()) {
    const bytes = written(writing, owners[owner] ?? []);
    const own = damage?.[0] === owner ? Buffer.from(damage[1](Buffer.from(bytes).toString("utf8"))) : bytes;
    writeFileSync(join(folder, `${"abc"[owner]}.csv`), own);
  }
  return folder;
}

async function inferred(folder: string) {
  const out = join(folder, "..", "schema.json");
  const answer = await fedstep(["schema", "infer", "--clients", folder, "--label", "y", "--out", out]);
  return { ...answer, out };
}

describe.each(rows.map((row) => [row.what, row] as const))("%s", (_, row) => {
  test("are read right by the schema that is proposed of them", async () => {
    const folder = tables(row);
    const { code, said, out } = await inferred(folder);
    expect(code, said).toBe(0);
    const dataset = await openBySchema({ path: folder, origin: "--clients" }, await readSchemaFile(out), {});
    const names = Object.keys(row.features);
    expect(dataset.featureNames?.toSorted()).toEqual(names.toSorted());
    const expected = owners.flatMap((of, owner) =>
      of.flatMap((patient) =>
        (dataset.featureNames ?? []).map((name) =>
          Math.fround(row.features[name]?.(patient, owner) ?? Number.NaN),
        ),
      ),
    );
    expect([...dataset.examples.x]).toEqual(expected);
    expect([...dataset.examples.y]).toEqual(everybody.map(row.target ?? y));
    expect(dataset.owners).toEqual(owners.map((of, owner) => ({ name: "abc"[owner], examples: of.length })));
  });

  test("are refused with all that is wrong, by file, line, column and change", async () => {
    const folder = tables(row, row.bad);
    const [owner, , told] = row.bad;
    const { code, said } = await inferred(folder);
    expect(code).toBe(2);
    for (const one of told) expect(said).toMatch(one);
    // the other owners' files have nothing wrong
    expect([...said.matchAll(/([abc])\.csv (?:cannot be taken|has)/g)].map(([, name]) => name)).toEqual([
      "abc"[owner],
    ]);
  });
});

test("what is wrong is told by run and partition, too, where a schema is there already", async () => {
  const [, , row] = rows;
  if (!row) throw new Error("no such row");
  const { out } = await inferred(tables(row));
  const { code, said } = await fedstep(["partition", "--clients", tables(row, row.bad), "--schema", out]);
  expect(code).toBe(2);
  expect(said).toMatch(/c\.csv does not fit the schema, 3 problems:/);
  expect(said).toMatch(
    /line 2, column "y": is a gap.*\n\s*line 7, column "y": is a gap.*\n\s*line 9, column "crp": is "missing"/,
  );
  expect(readFileSync(out, "utf8")).toContain('"missing"');
});
