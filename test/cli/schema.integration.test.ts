import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { fedstep, sharedHome, temporaryFolder } from "./terminal.ts";

/** Two clinics' tables as people have them: ids, words, gaps, dates, other delimiters, other words for the same answer. */
function clinics(folder: string): void {
  mkdirSync(folder);
  const row = (at: number, gap: string, answer: readonly [string, string]) => [
    `P${1000 + at}`,
    at % 9 === 0 ? gap : String(30 + ((at * 7) % 50)),
    at % 3 ? "f" : "m",
    `2025-0${1 + (at % 9)}-15`,
    answer[(at * 7) % 50 > 30 ? 1 : 0],
  ];
  const table = (delimiter: string, gap: string, answer: readonly [string, string], rows: number) =>
    [
      ["patient", "age", "sex", "admitted", "ill"],
      ...Array.from({ length: rows }, (_, at) => row(at, gap, answer)),
    ]
      .map((fields) => `${fields.join(delimiter)}\n`)
      .join("");
  writeFileSync(join(folder, "north.csv"), table(",", "", ["no", "yes"], 60));
  writeFileSync(join(folder, "south.csv"), table(";", "NA", ["0", "1"], 50));
}

let place: string;
const at = (...names: string[]) => join(place, ...names);
const home = () => ["--home", sharedHome()];

beforeAll(() => {
  place = join(sharedHome(), "schema-tables");
  mkdirSync(place);
  clinics(at("clinics"));
});

describe("tables as people have them, from a proposed schema to answers", () => {
  beforeAll(async () => {
    const inferred = await fedstep([
      ...["schema", "infer", "--clients", at("clinics"), "--label", "ill", "--out", at("schema.json")],
    ]);
    expect(inferred).toMatchObject({ code: 0 });
    expect(inferred.output).toContain("a classification of no, yes");
    expect(inferred.said).toMatch(/"patient" is taken for an id.*"age" has gaps in 13 of 110 rows/s);
    const run = await fedstep([
      ...[
        "run",
        "--clients",
        at("clinics"),
        "--schema",
        at("schema.json"),
        "--name",
        "from-schema",
        ...home(),
      ],
      ...["--set", "federation.rounds=3", "--set", "model.hidden=[4]", "--set", "baseline.epochs=2"],
    ]);
    expect(run, run.said).toMatchObject({ code: 0 });
  });

  test("the run knows its features and schema, and its models take them along", () => {
    const folder = join(sharedHome(), "runs", "from-schema");
    const { dataset } = JSON.parse(readFileSync(join(folder, "result.json"), "utf8"));
    expect(dataset.featureNames).toEqual([
      ...["age", "age is missing", "sex = f", "sex = m", "sex = other", "admitted"],
    ]);
    expect(dataset.schema).toEqual(JSON.parse(readFileSync(at("schema.json"), "utf8")));
    expect(dataset.readWith).toEqual(["--clients", "clinics", "--schema", "schema.json"]);
    const { metadata } = decodeSafetensors(
      readFileSync(join(folder, "models", "federated", "model.safetensors")),
    );
    expect(JSON.parse(metadata.schema ?? "")).toEqual(dataset.schema);
  });

  test("predict takes the files as they come, with labels and without", async () => {
    const asked = await fedstep(["predict", "from-schema", at("clinics", "south.csv"), ...home(), "--json"]);
    expect(asked).toMatchObject({ code: 0 });
    writeFileSync(at("ask.csv"), "AGE,Sex,admitted\nNA,f,2025-02-15\n61,x,2025-03-01\n");
    const { code, output, said } = await fedstep(["predict", "from-schema", at("ask.csv"), ...home()]);
    expect(code).toBe(0);
    expect(said).toMatch(
      /1 of 2 rows have a "sex" that is none of the schema's categories, and count as other/,
    );
    expect(output).toMatch(/ask\.csv:2 .*ask\.csv:3 /s);
    writeFileSync(at("bad.csv"), "age,sex,admitted\nold,f,2025-02-15\n61,x,15.3.2025\n");
    const bad = await fedstep(["predict", "from-schema", at("bad.csv"), ...home()]);
    expect(bad).toMatchObject({ code: 2, said: expect.stringMatching(/^ExampleInvalid: .*2 problems/) });
  });

  test("predict judges what is known, and writes every probability beside the ids", async () => {
    const out = at("answers", "south.csv");
    const asked = ["predict", "from-schema", at("clinics", "south.csv"), ...home()];
    const { code, output } = await fedstep([...asked, "--out", out]);
    expect(code).toBe(0);
    expect(output).toMatch(/over 50 labelled examples +│ +federated │ centralized/);
    expect(output).toMatch(/│ majority line +│/);
    expect(output).toContain(`predictions ${out}`);
    const rows = parse(readFileSync(out, "utf8"), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(50);
    expect(rows[3]).toMatchObject({
      line: "5",
      patient: "P1003",
      label: expect.stringMatching(/^(no|yes)$/),
    });
    const [said] = JSON.parse((await fedstep([...asked, "--json"])).output).examples;
    expect(Number(rows[0]?.["federated: yes"])).toBe(said.federated.probabilities.yes);
    expect(rows[0]?.federated).toBe(said.federated.class);
    expect(Number(rows[0]?.["federated: yes"]) >= Number(rows[0]?.["federated threshold"])).toBe(
      said.federated.class === "yes",
    );
    const wrong = await fedstep([...asked, "--out", at("answers.txt")]);
    expect(wrong).toMatchObject({
      code: 2,
      said: expect.stringMatching(/^ExampleInvalid: --out: writes CSV/),
    });
  });

  test("verify makes the same of it", async () => {
    const { code, output } = await fedstep(["verify", "from-schema", ...home()]);
    expect(output).toContain("every object is what the others say of it");
    expect(code).toBe(0);
  });

  test("partition takes the schema too", async () => {
    const { code, output } = await fedstep([
      "partition",
      "--clients",
      at("clinics"),
      "--schema",
      at("schema.json"),
    ]);
    expect(code).toBe(0);
    expect(output).toMatch(/north/);
  });
});

describe("what a beginner does wrong is told with what to change:", () => {
  test.each<[string, () => string[], RegExp]>([
    [
      "a label beside the schema",
      () => ["partition", "--clients", at("clinics"), "--schema", at("schema.json"), "--label", "ill"],
      /--label: stands in the schema/,
    ],
    [
      "a schema without tables",
      () => ["partition", "--schema", at("schema.json")],
      /--schema: goes with tables/,
    ],
    [
      "a folder as --data",
      () => ["partition", "--data", at("clinics"), "--schema", at("schema.json")],
      /of a folder with one an owner, say --clients/,
    ],
    [
      "a schema that is none",
      () => {
        writeFileSync(
          at("none.json"),
          '{"format":1,"columns":[{"name":"a","type":"words"}],"label":{"name":"b","task":"regression"}}',
        );
        return ["partition", "--clients", at("clinics"), "--schema", at("none.json")];
      },
      /none\.json: .*columns\[0\]\.type/s,
    ],
    [
      "a label that no file has",
      () => ["schema", "infer", "--clients", at("clinics"), "--label", "sick", "--out", at("s.json")],
      /north\.csv cannot be taken.*has no column "sick".*south\.csv cannot be taken.*has no column "sick"/s,
    ],
    ["no tables to infer from", () => ["schema", "infer", "--label", "y", "--out", at("s.json")], /take one/],
  ])("%s", async (_, args, message) => {
    const { code, said } = await fedstep(args());
    expect(code).toBe(2);
    expect(said).toMatch(message);
  });

  test("an empty folder", async () => {
    const { said } = await fedstep([
      ...["schema", "infer", "--clients", temporaryFolder(), "--label", "y", "--out", at("s.json")],
    ]);
    expect(said).toMatch(/holds no \.csv files; it takes one an owner/);
  });
});
