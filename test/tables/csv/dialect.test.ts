import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readCsvTable } from "../../../cli/dataset/csv-table.ts";
import { tableExamples } from "../../../cli/predict/table-examples.ts";
import { dialectWords, type SaidDialect, saidDialect, wordsOf } from "../../../tables/csv/dialect.ts";
import { temporaryFolder } from "../../cli/terminal.ts";

const read = (text: string | Uint8Array, said: SaidDialect = {}) =>
  readCsvTable({ label: "t.csv", bytes: Buffer.from(text as string) }, "y", { said });

const refusal = async (text: string, said?: SaidDialect): Promise<string> => {
  const error: unknown = await read(text, said).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "DatasetInvalid" });
  return error instanceof Error ? error.message : "";
};

describe("how a file is written is found out and stated", () => {
  it.each<[string, string | Uint8Array, number[], string | undefined]>([
    ["commas", "a,b,y\n1,2.5,u\n3,4,v\n", [1, 2.5, 3, 4], undefined],
    ["semicolons", "a;b;y\n1;2.5;u\n3;4;v\n", [1, 2.5, 3, 4], "t.csv: semicolons"],
    ["decimal commas", "a;b;y\n1,25;2,5;u\n3;4;v\n", [1.25, 2.5, 3, 4], "t.csv: semicolons, decimal commas"],
    ["quoted decimal commas", 'a\tb\ty\n"1,25"\t2,5\tu\n', [1.25, 2.5], "t.csv: tabs, decimal commas"],
    ["exponents", "a;y\n1,5e-3;u\n-,5E2;v\n", [0.0015, -50], "t.csv: semicolons, decimal commas"],
    ["tabs", "a\tb\ty\n1\t2\tu, v\n", [1, 2], "t.csv: tabs"],
    ["bars", "a|b|y\r\n1|2|u\r\n", [1, 2], "t.csv: vertical bars"],
    ["delimiters in quotes", 'a,"b;c;d",y\n1,2,"u;v"\n', [1, 2], undefined],
    ["a mark", "\ufeffa;y\n1;u\n", [1], "t.csv: semicolons"],
    ["lines that end with a carriage return", "a,y\r1,u\r2,v\r", [1, 2], undefined],
    ["UTF-16", Buffer.from("\ufeffa;y\r\n1;größe\r\n", "utf16le"), [1], "t.csv: semicolons, UTF-16LE"],
    ["UTF-16BE", Buffer.from("\ufeffa,y\n1,u\n", "utf16le").swap16(), [1], "t.csv: UTF-16BE"],
    [
      "Windows-1252",
      Buffer.from("a;y\n1,5;Stra\xdfe\n2;\x80\n", "latin1"),
      [1.5, 2],
      't.csv: semicolons, decimal commas, Windows-1252, since line 2 is no UTF-8: there it says "1,5;Straße"',
    ],
  ])("%s", async (_, text, x, note) => {
    const table = await read(text);
    expect([...table.x]).toEqual(x.map(Math.fround));
    expect(table.notes ?? []).toEqual(note === undefined ? [] : [note]);
  });

  it("in labels that are numbers, too", async () => {
    const { labels } = await read("a;y\n0,5;1,0\n1,5;0,0\n2,25;1,0\n");
    expect(labels.map(({ name }) => name)).toEqual(["1.0", "0.0"]);
  });

  it("beyond what was looked at first, where the file is no UTF-8 only there", async () => {
    const rows = "1.5,u\n".repeat(100_000);
    const text = Buffer.concat([Buffer.from(`a,y\n${rows}`), Buffer.from("2.5,gr\xf6\xdfer\n", "latin1")]);
    const { labels, count, notes } = await read(text);
    expect([labels.map(({ name }) => name), count]).toEqual([["u", "größer"], 100_001]);
    expect(notes).toEqual([expect.stringMatching(/Windows-1252, since line 100002 is no UTF-8.*größer/)]);
  });

  it("by predict, too", async () => {
    const known = { name: "d", source: "t", digest: "0".repeat(64), examples: 9, features: 2, classes: 2 };
    const bytes = Buffer.from("b;a;y\n2,5;1;0\n-1,25;3;1\n");
    const dataset = { ...known, element: "float32" as const, featureNames: ["a", "b"] };
    const examples = await tableExamples({ label: "t.csv", bytes }, dataset, { labelColumn: "y" });
    expect(examples.map(({ values, label }) => [[...values], label])).toEqual([
      [[1, 2.5], 0],
      [[3, -1.25], 1],
    ]);
  });
});

describe("what can be read in two ways is refused by what to say", () => {
  it.each<[string, string, RegExp, SaidDialect]>([
    [
      "two delimiters",
      "a,x;y\n1,2;u\n3,4;v\n",
      /can be read as fields between commas and between semicolons: .*--csv commas or --csv semicolons/,
      { delimiter: ";" },
    ],
    [
      "commas of thousands or of fractions",
      "a;y\n1,234;u\n12,500;v\n",
      /1,234 in line 2, and three digits behind every comma: say --csv decimal-commas/,
      { decimal: "," },
    ],
    [
      "points of thousands or of fractions",
      "a;y\n1.234;u\n12.500;v\n",
      /1\.234 in line 2, and three digits behind every point: say --csv decimal-points/,
      { decimal: "." },
    ],
    ["both marks", "a;b;y\n1,5;1.234;u\n", /has 1\.234 in line 2 and 1,5 in line 2/, { decimal: "." }],
    ["groups", "a;b;y\n1,5;1.234.567;u\n", /has 1\.234\.567 in line 2 and 1,5/, { decimal: "." }],
  ])("%s", async (_, text, message, said) => {
    expect(await refusal(text)).toMatch(message);
    // whoever says it is believed, or told of the line
    const answer = await read(text, said).catch((error: Error) => error.message);
    if (typeof answer === "string") expect(answer).toMatch(/^t\.csv: line 2, column/);
    else expect(answer.count).toBeGreaterThan(0);
  });

  it("a point in a file of decimal commas, wherever it comes", async () => {
    const rows = "1,5;u\n".repeat(100_000);
    expect(await refusal(`a;y\n${rows}1.234;u\n`)).toMatch(
      /line 100002, column "a" is 1\.234, in a file of decimal commas: .*thousands/,
    );
    expect(await refusal("a;y\n1.234;u\n", { decimal: "," })).toMatch(
      /line 2, column "a" is 1\.234, in a file of/,
    );
  });

  it("a comma in a file whose beginning has none", async () => {
    expect(await refusal(`a;y\n${"1;u\n".repeat(100_000)}1,5;v\n`)).toMatch(
      /line 100002, column "a" is "1,5".*say --csv decimal-commas/,
    );
  });
});

describe("--csv", () => {
  it("takes words, one of a kind, and gives them back", () => {
    expect(saidDialect("semicolons, decimal-commas,WINDOWS-1252")).toEqual({
      delimiter: ";",
      decimal: ",",
      encoding: "windows-1252",
    });
    for (const word of dialectWords) expect(wordsOf(saidDialect(word) ?? {})).toBe(word);
    expect([saidDialect("commas,tabs"), saidDialect("quotes"), saidDialect("")]).toEqual(
      Array(3).fill(undefined),
    );
  });
});

describe("a gzipped file", () => {
  it("is read as its content, and refused where it is cut off", async () => {
    const path = join(temporaryFolder(), "t.csv.gz");
    const content = gzipSync(`a,y\n${"1.5,u\n2.5,v\n".repeat(50_000)}`);
    writeFileSync(path, content);
    const named = { label: "t.csv.gz", path, origin: "--data" } as const;
    expect(await readCsvTable(named, "y")).toMatchObject({ count: 100_000 });
    writeFileSync(path, content.subarray(0, content.length - 20));
    await expect(readCsvTable(named, "y")).rejects.toThrow(
      /t\.csv\.gz is truncated: its gzip stream ends early/,
    );
  });
});

describe("a file of another kind that is called .csv", () => {
  it.each<[string, Uint8Array, RegExp]>([
    [
      "a workbook",
      Buffer.from("PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0", "latin1"),
      /workbooks of Excel \(\.xlsx\) are: save/,
    ],
    ["Parquet", Buffer.from("PAR1\x15\0\x15\0", "latin1"), /but Parquet: call it \.parquet/],
    ["a page", Buffer.from("\n<!DOCTYPE html>\n<html>a,b</html>\n"), /HTML or XML: download/],
    ["JSON", Buffer.from('[\n  {"a": 1, "y": 2}\n]\n'), /JSON: write/],
  ])("is refused by what it is: %s", async (_, bytes, message) => {
    const reading = readCsvTable({ label: "t.csv", bytes }, "y");
    await expect(reading).rejects.toThrow(message);
  });
});
