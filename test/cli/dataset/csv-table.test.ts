import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsvTable } from "../../../cli/dataset/csv-table.ts";

const read = (text: string, column: string | undefined = "y") =>
  readCsvTable({ label: "t.csv", bytes: Buffer.from(text) }, column);

function refusal(text: string, column?: string): string {
  try {
    read(text, column);
  } catch (error) {
    expect(error).toMatchObject({ name: "DatasetInvalid" });
    return error instanceof Error ? error.message : "";
  }
  return "accepted";
}

describe("a CSV file", () => {
  it("is read as numbers and labels, in the header's order", () => {
    const table = read("a,y,b\n1,no,-2.5\n.5,yes,1e3\n+7,no,0\n");
    expect(table).toEqual({
      label: "t.csv",
      labelColumn: 'column "y"',
      featureNames: ["a", "b"],
      x: Float32Array.of(1, -2.5, 0.5, 1000, 7, 0),
      count: 3,
      features: 2,
      rowLabels: Int32Array.of(0, 1, 0),
      labels: [
        { name: "no", firstAt: "line 2" },
        { name: "yes", firstAt: "line 3" },
      ],
    });
  });

  it.each<[string, string]>([
    ["with a byte order mark", "\ufeffa,y,b\n1,u,2\n"],
    ["with carriage returns", "a,y,b\r\n1,u,2\r\n"],
    ["without a last line end", "a,y,b\n1,u,2"],
    ["with blank lines", "a,y,b\n\n1,u,2\n\n\n"],
    ["with blanks around fields", " a , y,b \n 1 , u ,2 \n"],
    ["with quotes", '"a","y","b"\n"1","u",2\n'],
  ])("may come %s", (_, text) => {
    expect(read(text)).toMatchObject({
      featureNames: ["a", "b"],
      x: Float32Array.of(1, 2),
      labels: [{ name: "u" }],
    });
  });

  it("may quote commas, quotes and line ends in names and labels", () => {
    const table = read('"a,b","say ""c""",y\n1,2,"two\nlines"\n3,4,"x, y"\n');
    expect(table.featureNames).toEqual(["a,b", 'say "c"']);
    expect(table.labels.map(({ name }) => name)).toEqual(["two\nlines", "x, y"]);
  });

  it("gives back every float32 that was written, in any number of rows", () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 5_000 }), (rows) => {
        const table = read(`a,b,y\n${rows.map(([a, b]) => `${a},${b},k`).join("\n")}`);
        // a text has no negative zero
        expect(Array.from(table.x, (v) => v + 0)).toEqual(rows.flat().map((v) => v + 0));
      }),
      { numRuns: 30 },
    );
  });
});

describe("a CSV file is refused with file, line and column", () => {
  it.each<[string, string, string]>([
    ["a text", "a,y\n1,u\nx1,v", 't.csv: line 3, column "a" is "x1", which is not a number'],
    ["a hexadecimal number", "a,y\n0x10,u", 't.csv: line 2, column "a" is "0x10", which is not a number'],
    ["a decimal comma", 'a,y\n"1,5",u', 't.csv: line 2, column "a" is "1,5", which is not a number'],
    ["nothing", "a,b,y\n1,2,u\n3,,v", 't.csv: line 3, column "b" is empty'],
    ["blanks", 'a,b,y\n1,"  ",u', 't.csv: line 2, column "b" is "  ", which is not a number'],
    ["not a number", "a,y\nNaN,u", 't.csv: line 2, column "a" is NaN, which is not finite'],
    ["infinity", "a,y\n-inf,u", 't.csv: line 2, column "a" is -inf, which is not finite'],
    [
      "more than float32",
      "a,y\n1e39,u",
      't.csv: line 2, column "a" is 1e39, which is beyond the range of float32',
    ],
    ["no label", "a,y\n1,u\n2,", 't.csv: line 3, column "y" is empty: every row needs a label'],
    ["a short row", "a,b,y\n1,2,u\n1,2", "t.csv: line 3 has 2 fields, and the header 3"],
    ["a long row", "a,y\n1,u,2", "t.csv: line 2 has 3 fields, and the header 2"],
    ["what follows blank lines", "a,y\n\n\n1,u\n?,u", 't.csv: line 5, column "a" is "?"'],
    ["what follows a label of two lines", 'a,y\n1,"u\nv"\n?,u', 't.csv: line 4, column "a" is "?"'],
  ])("for %s", (_, text, message) => {
    expect(refusal(text)).toContain(message);
  });
});

describe("a CSV file is refused", () => {
  it.each<[string, string, string | undefined, RegExp]>([
    ["empty", "", "y", /^t\.csv is empty/],
    ["without rows", "a,y\n", "y", /^t\.csv has a header, but no rows/],
    [
      "without the label column",
      "a,b,c\n1,2,3",
      "y",
      /^--label: t\.csv has no column "y"; the columns are "a", "b", "c"$/,
    ],
    ["where no label column is named", "a,b\n1,2", undefined, /^--label: name the column .* "a", "b"$/],
    [
      "with semicolons",
      "a;y\n1;2",
      "y",
      /has no column "y"; the columns are "a;y"; fields are separated by commas/,
    ],
    ["with a name twice", "a,b,a,y\n1,2,3,4", "y", /columns 1 and 3 of the header have the same name, "a"/],
    ["with a column without a name", ",a,y\n0,1,u", "y", /column 1 of the header has no name/],
    ["with labels only", "y\nu", "y", /no column but "y"/],
    ["with a quote that does not end", 'a,y\n"1,u\n', "y", /^t\.csv is not CSV: Quote Not Closed.*line/],
  ])("%s", (_, text, column, message) => {
    expect(() => readCsvTable({ label: "t.csv", bytes: Buffer.from(text) }, column)).toThrow(message);
  });

  it("whatever its bytes are, as DatasetInvalid and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readCsvTable({ label: "t.csv", bytes }, "y");
        } catch (error) {
          expect(error).toMatchObject({ name: "DatasetInvalid" });
        }
      }),
    );
  });
});
