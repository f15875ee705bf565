import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

/** A run that is over soon. */
const small = ["federation.rounds=2", "model.hidden=[4]", "baseline.enabled=false"].flatMap((one) => [
  "--set",
  one,
]);
const runOf = (name: string, ...args: string[]) =>
  fedstep(["run", ...args, "--name", name, "--home", sharedHome(), ...small]);
const inHome = (name: string, file: string) =>
  JSON.parse(readFileSync(join(sharedHome(), "runs", name, file), "utf8"));

/** A folder of two owners' tables. */
function folderOf(name: string, tables: readonly string[]): string {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  for (const [at, text] of tables.entries()) writeFileSync(join(folder, `${"ab"[at]}.csv`), text);
  return folder;
}

const rows = (count: number, row: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => row(at)).join("\n");

describe("a run over tables without a schema", () => {
  test("infers one where they have words, gaps or ids, says so, and leaves it with the result", async () => {
    const table = (seed: number) =>
      `id,age,ward,y\n${rows(40, (at) => `${1000 * seed + at},${at % 7 === 0 ? "" : 30 + ((at * seed) % 40)},${at % 3 ? "icu" : "ward"},${(at * seed) % 2}`)}\n`;
    const folder = folderOf("people", [table(3), table(5)]);
    const { code, said } = await runOf("inferred", "--clients", folder, "--label", "y");
    expect(code, said).toBe(0);
    expect(said).toMatch(/read by a schema that was inferred, .* as schema\.json/);
    expect(said).toMatch(/"id" is taken for an id/);
    const schema = join(folder, "..", "s.json");
    await fedstep(["schema", "infer", "--clients", folder, "--label", "y", "--out", schema]);
    expect(inHome("inferred", "schema.json")).toEqual(JSON.parse(readFileSync(schema, "utf8")));
    const again = await runOf("reviewed", "--clients", folder, "--schema", schema);
    expect(again.code, again.said).toBe(0);
    const weights = (name: string) => inHome(name, "result.json").federated.weightsSha256;
    expect(weights("reviewed")).toBe(weights("inferred"));
  });

  test("takes tables of nothing but numbers as they stand", async () => {
    const table = (seed: number) =>
      `a,b,y\n${rows(30, (at) => `${at % 9}.5,${(at * seed) % 11},${at % 2}`)}\n`;
    const folder = folderOf("numbers", [table(3), table(7)]);
    const { code, said } = await runOf("as-they-stand", "--clients", folder, "--label", "y");
    expect(code, said).toBe(0);
    expect(said).not.toMatch(/schema/);
    expect(existsSync(join(sharedHome(), "runs", "as-they-stand", "schema.json"))).toBe(false);
  });

  test("is refused with one list of all that is wrong with all of them", async () => {
    const folder = folderOf("wrong", [
      `age,y\n${rows(30, (at) => `${30 + (at % 9)},${at % 2}`)}\nold,1\n41,\n`,
      `age,y\n${rows(30, (at) => `${30 + (at % 9)},${at % 2}`)}\nyoung,0\n`,
    ]);
    const { code, said } = await runOf("refused", "--clients", folder, "--label", "y");
    expect(code).toBe(2);
    expect(said).toMatch(/a\.csv .*2 problems/);
    expect(said).toMatch(/line 32, column "age": is "old" among numbers/);
    expect(said).toMatch(/line 33, column "y": is a gap/);
    expect(said).toMatch(/b\.csv .*1 problem.*\n.*line 32, column "age": is "young" among numbers/);
  });

  test("fills gaps by no mean where nothing is scaled, and says what to change", async () => {
    const table = (seed: number) =>
      `age,y\n${rows(30, (at) => `${at % 5 === 0 ? "" : 30 + ((at * seed) % 9)},${at % 2}`)}\n`;
    const folder = folderOf("unscaled", [table(3), table(7)]);
    const { code, said } = await fedstep([
      ...["run", "--clients", folder, "--label", "y", "--home", sharedHome(), ...small],
      ...["--set", "dataset.scaling=none"],
    ]);
    expect(code).toBe(2);
    expect(said).toMatch(/dataset\.scaling: none has no means, by which the schema fills the gaps of "age"/);
  });
});

const cases = fileURLToPath(new URL("../../../shared/cases", import.meta.url));

describe.skipIf(!existsSync(join(cases, "hospitals")))(
  "tables beside the project (needs ../shared/cases)",
  () => {
    test.each([
      ["hospitals", "outcome", "binary"],
      ["stay", "los_days", "regression"],
    ])("%s go through run and predict as they come", async (name, label, task) => {
      const clients = join(cases, name);
      const run = await runOf(name, "--clients", clients, "--label", label);
      expect(run.code, run.said).toBe(0);
      const { config, dataset } = inHome(name, "result.json");
      expect(config.task.kind).toBe(task);
      expect(dataset.featureNames).not.toContain("patient_id");
      const asked = await fedstep([
        ...["predict", name, join(clients, "alder.csv"), join(clients, "birch.csv")],
        ...["--home", sharedHome(), "--json"],
      ]);
      expect(asked.code, asked.said).toBe(0);
      const lines = ["alder.csv", "birch.csv"]
        .map((file) => readFileSync(join(clients, file), "utf8").trim().split(/\r?\n/).length - 1)
        .reduce((sum, count) => sum + count, 0);
      expect(JSON.parse(asked.output).examples).toHaveLength(lines);
    });
  },
);
