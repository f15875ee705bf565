import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openOwnersFolder, openTableFile, type TableOptions } from "../../../cli/dataset/open-tables.ts";
import { decodeDataset, encodeDataset } from "../../../shared/dataset/dataset.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";

let folder = "";
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "fedstep-tables-")), "clinics");
  await mkdir(folder);
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

type Files = Record<string, string | Uint8Array>;

async function write(files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

async function owners(files: Files, given: TableOptions = { label: "y" }) {
  await write(files);
  return openOwnersFolder(folder, given);
}

async function single(text: string, given: TableOptions = { label: "y" }) {
  await write({ "t.csv": text });
  return openTableFile(join(folder, "t.csv"), "--data", given);
}

async function refusal(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: "DatasetInvalid" });
  return error instanceof Error ? error.message.replaceAll(folder, "DIR") : "";
}

describe("the classes of a CSV file", () => {
  it.each<[string, string[], string[]]>([
    ["numbers, in ascending order", ["10", "9", "-1", "9", "10", "-1"], ["-1", "9", "10"]],
    ["numbers however they are written", ["1", "1.0", "0", "0e0"], ["0", "1"]],
    [
      "names by code point",
      ["\u{1f34b}", "\uff5e", "b", "C", "é", "b"],
      ["C", "b", "é", "\uff5e", "\u{1f34b}"],
    ],
  ])("are %s", async (_, labels, classNames) => {
    const { examples, ...set } = await single(`a,y\n${labels.map((label) => `1,${label}`).join("\n")}`);
    expect(set).toMatchObject({
      name: "t",
      source: "file",
      classes: classNames.length,
      classNames,
      featureNames: ["a"],
    });
    const canonical = labels.map((label) => (classNames.includes(label) ? label : String(Number(label))));
    expect(Array.from(examples.y, (label) => classNames[label])).toEqual(canonical);
  });

  it("are those that --classes lists, in its order, where it does", async () => {
    const { classes, classNames, examples } = await single("a,y\n1,u\n2,w\n3,u", {
      label: "y",
      classes: ["w", "v", "u"],
    });
    expect({ classes, classNames, y: examples.y }).toEqual({
      classes: 3,
      classNames: ["w", "v", "u"],
      y: Int32Array.of(2, 0, 2),
    });
  });

  const rows = (count: number, label: (i: number) => string) =>
    `a,y\n${Array.from({ length: count }, (_, i) => `${i},${label(i)}`).join("\n")}`;

  it.each<[string, string, TableOptions, RegExp]>([
    ["one", rows(5, () => "u"), {}, /DIR\/t\.csv: column "y" has only the label "u"/],
    [
      "measurements",
      rows(100, (i) => `${(i % 90) + 0.25}`),
      {},
      /DIR\/t\.csv: column "y" is not a label: 90 different values in 100 rows, and not integers, are measurements/,
    ],
    [
      "another for each row",
      rows(9, (i) => `n${i}`),
      {},
      /not a label: each of the 9 rows has another value/,
    ],
    ["too many", rows(3_000, (i) => `${i % 1_001}`), {}, /has 1001 classes, and at most 1000 are supported/],
    [
      "not as declared",
      rows(4, (i) => `u${i % 3}`),
      { classes: ["u0", "u1"] },
      /DIR\/t\.csv: line 4, column "y": the label "u2" is not one of --classes u0,u1/,
    ],
    ["one of two that are declared", rows(4, () => "u"), { classes: ["u", "v"] }, /only the label "u"/],
    [
      "declared twice",
      rows(4, (i) => `${i % 2}`),
      { classes: ["0", "1", "1.0"] },
      /--classes: repeats a class/,
    ],
  ])("are refused where they are %s", async (_, text, given, message) => {
    expect(await refusal(single(text, { label: "y", ...given }))).toMatch(message);
  });

  it("may be as many as there are, few as the rows may be, where the labels are integers or text", async () => {
    expect((await single(rows(2_000, (i) => `${i % 1_000}`))).classes).toBe(1_000);
    expect((await single(rows(5, (i) => `${(i % 2) + 0.5}`))).classNames).toEqual(["0.5", "1.5"]);
  });
});

describe("a folder of owners' files", () => {
  const files = {
    "west.csv": "y,b,a\nv,20,2\nu,30,3\n",
    "north.csv": "a,b,y\n1,10,u\n4,40,v\n5,50,u\n",
    "south.csv.gz": gzipSync("b,a,y\n60,6,v\n70,7,u\n"),
  };

  it("is one data set in the order of the files' names, columns as the first file has them", async () => {
    const { dataset, notes } = await owners(files);
    expect(notes).toEqual([]);
    expect(dataset).toEqual({
      name: "clinics",
      source: "files of 3 owners",
      classes: 2,
      classNames: ["u", "v"],
      featureNames: ["a", "b"],
      owners: [
        { name: "north", examples: 3 },
        { name: "south", examples: 2 },
        { name: "west", examples: 2 },
      ],
      examples: {
        x: Float32Array.of(1, 10, 4, 40, 5, 50, 6, 60, 7, 70, 2, 20, 3, 30),
        y: Int32Array.of(0, 1, 0, 1, 0, 1, 0),
        count: 7,
        features: 2,
      },
    });
    const { source: _, ...content } = dataset;
    expect(decodeDataset(encodeDataset(dataset))).toEqual(content);
  });

  it("may hold safetensors, of bytes too, and fedstep's own", async () => {
    const file = (y: number[], metadata: Record<string, string>) =>
      encodeSafetensors(
        [
          { name: "x", shape: [2, 4], data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255) },
          { name: "y", shape: [2], data: Int32Array.from(y) },
        ],
        metadata,
      );
    const images = { classNames: '["cat","dog","eel"]', rows: "2", columns: "2" };
    const { dataset } = await owners(
      { "a.safetensors": file([0, 2], images), "b.safetensors": file([1, 1], images) },
      {},
    );
    expect(dataset).toMatchObject({ classNames: ["cat", "dog", "eel"], imageShape: [2, 2] });
    expect(dataset.examples.y).toEqual(Int32Array.of(0, 2, 1, 1));
    expect(dataset.examples.x).toBeInstanceOf(Uint8Array);
  });

  it("names what it leaves out, but for hidden files", async () => {
    const { notes } = await owners({ ...files, "notes.txt": "", ".DS_Store": "" });
    expect(notes.map((note) => note.replace(folder, "DIR"))).toEqual([
      "DIR: notes.txt: no owner's file, left out",
    ]);
  });

  it("whose owners lack labels is taken with --classes", async () => {
    const { dataset } = await owners(
      { "a.csv": "a,y\n1,u\n2,u", "b.csv": "a,y\n3,v\n4,w" },
      { label: "y", classes: ["u", "v", "w", "x"] },
    );
    expect(dataset).toMatchObject({ classes: 4, classNames: ["u", "v", "w", "x"] });
    expect(dataset.examples.y).toEqual(Int32Array.of(0, 0, 1, 2));
  });

  it("takes labels that one owner writes as integers and another as floats for the same", async () => {
    const { dataset } = await owners({ "a.csv": "a,y\n1,0\n2,1\n3,1", "b.csv": "a,y\n3,1.0\n4,0.0\n5,0.0" });
    expect(dataset.classNames).toEqual(["0", "1"]);
  });

  const bytes = encodeSafetensors([
    { name: "x", shape: [2, 1], data: Uint8Array.of(0, 1) },
    { name: "y", shape: [2], data: Int32Array.of(0, 1) },
  ]);
  const floats = encodeSafetensors([
    { name: "x", shape: [2, 1], data: Float32Array.of(0, 1) },
    { name: "y", shape: [2], data: Int32Array.of(0, 1) },
  ]);

  it.each<[string, Files, TableOptions, RegExp]>([
    [
      "nothing that it could read",
      { "a.txt": "" },
      {},
      /^--clients: DIR holds no \.csv or \.safetensors files/,
    ],
    [
      "two files of one owner",
      { "a.csv": "a,y\n1,u", "a.csv.gz": "" },
      { label: "y" },
      /^--clients: DIR\/a\.csv and DIR\/a\.csv\.gz are both owner "a"/,
    ],
    [
      "other columns",
      { "a.csv": "a,b,y\n1,2,u\n1,2,v\n1,2,u", "b.csv": "c,b,y\n1,2,u\n1,2,v\n1,2,v" },
      { label: "y" },
      /^DIR\/b\.csv has other columns than DIR\/a\.csv: it lacks "a", and only it has "c"$/,
    ],
    [
      "no label column in one",
      { "a.csv": "a,y\n1,u\n2,v", "b.csv": "a,b\n1,2" },
      { label: "y" },
      /^--label: DIR\/b\.csv has no column "y"; the columns are "a", "b"/,
    ],
    [
      "other labels",
      { "a.csv": "a,y\n1,u\n2,v v", "b.csv": "a,y\n1,u\n2,w\n3,v v", "c.csv": "a,y\n1,v v\n2,u" },
      { label: "y" },
      /^the owners have different labels\n {2}a, c: u, v v\n {2}b: u, v v, w\n.*--classes u,'"v v"',w$/,
    ],
    [
      "a label that was not agreed upon",
      { "a.csv": "a,y\n1,u\n2,v", "b.csv": "a,y\n1,u\n2,u\n3,w" },
      { label: "y", classes: ["u", "v"] },
      /^DIR\/b\.csv: line 4, column "y": the label "w" is not one of --classes u,v$/,
    ],
    [
      "measurements for labels",
      { "a.csv": "a,y\n1,0.5\n2,1.25", "b.csv": "a,y\n1,3.5\n2,0.75" },
      { label: "y" },
      /^the files in DIR: column "y" is not a label: 4 different values in 4 rows/,
    ],
    [
      "a bad value",
      { "a.csv": "a,y\n1,u\n2,v", "b.csv": "a,y\n1,u\n,v" },
      { label: "y" },
      /^DIR\/b\.csv: line 3/,
    ],
    [
      "bytes and floats",
      { "a.safetensors": bytes, "b.safetensors": floats },
      {},
      /^DIR\/a\.safetensors holds bytes, .* and DIR\/b\.safetensors floats/,
    ],
    [
      "features with and without names",
      { "a.csv": "a,y\n1,0\n2,1", "b.safetensors": floats },
      { label: "y" },
      /^DIR\/b\.safetensors does not name its features .* and DIR\/a\.csv does/,
    ],
    [
      "--label where no file is CSV",
      { "b.safetensors": floats },
      { label: "y" },
      /^--label: names a column of CSV files, and DIR holds safetensors files/,
    ],
  ])("is refused for %s", async (_, contents, given, message) => {
    expect(await refusal(owners(contents, given))).toMatch(message);
  });
});

describe("a file that --data names", () => {
  it("may be safetensors, but then has no --label", async () => {
    const path = join(folder, "t.safetensors");
    const tensors = [
      { name: "x", shape: [3, 1], data: Float32Array.of(1, 2, 3) },
      { name: "y", shape: [3], data: Int32Array.of(0, 1, 1) },
    ];
    await write({ "t.safetensors": encodeSafetensors(tensors) });
    expect(await openTableFile(path, "--data", {})).toMatchObject({ name: "t", classes: 2 });
    expect(await refusal(openTableFile(path, "--data", { label: "y" }))).toMatch(
      /^--label: names a column of CSV files, and DIR\/t\.safetensors is a safetensors file/,
    );
  });

  it("of another kind is refused", async () => {
    await write({ "t.parquet": "" });
    expect(await refusal(openTableFile(join(folder, "t.parquet"), "FEDSTEP_DATA", {}))).toMatch(
      /^FEDSTEP_DATA: DIR\/t\.parquet is neither a \.csv nor a \.safetensors file/,
    );
  });
});
