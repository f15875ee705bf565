import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCsvTable } from "../../../cli/dataset/csv-table.ts";
import { poolTables } from "../../../cli/dataset/pool-tables.ts";
import { isDecimal } from "../../../shared/dataset/decimal.ts";
import { parseNumber } from "../../../tables/csv-number.ts";

const read = (text: string, column: string | undefined = "y") =>
  readCsvTable({ label: "t.csv", bytes: Buffer.from(text) }, column);

async function refusal(text: string, column?: string): Promise<string> {
  try {
    await read(text, column);
  } catch (error) {
    expect(error).toMatchObject({ name: "DatasetInvalid" });
    return error instanceof Error ? error.message : "";
  }
  return "accepted";
}

describe("a CSV file", () => {
  it("is read as numbers and labels, in the header's order", async () => {
    const table = await read("a,y,b\n1,no,-2.5\n.5,yes,1e3\n+7,no,0\n");
    expect(table).toEqual({
      label: "t.csv",
      labelColumn: 'column "y"',
      featureNames: ["a", "b"],
      x: Float32Array.of(1, -2.5, 0.5, 1000, 7, 0),
      count: 3,
      features: 2,
      surveys: [
        { rows: 3, lowest: 0.5, highest: 7, unique: false, different: Float64Array.of(1, 0.5, 7) },
        { rows: 3, lowest: -2.5, highest: 1000, unique: false, different: Float64Array.of(-2.5, 1000, 0) },
      ],
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
  ])("may come %s", async (_, text) => {
    expect(await read(text)).toMatchObject({
      featureNames: ["a", "b"],
      x: Float32Array.of(1, 2),
      labels: [{ name: "u" }],
    });
  });

  it("may quote commas, quotes and line ends in names and labels", async () => {
    const table = await read('"a,b","say ""c""",y\n1,2,"two\nlines"\n3,4,"x, y"\n');
    expect(table.featureNames).toEqual(["a,b", 'say "c"']);
    expect(table.labels.map(({ name }) => name)).toEqual(["two\nlines", "x, y"]);
  });

  it("gives back every float32 that was written, in any number of rows", async () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 5_000 }),
        async (rows) => {
          const table = await read(`a,b,y\n${rows.map(([a, b]) => `${a},${b},k`).join("\n")}`);
          // a text has no negative zero
          expect(Array.from(table.x, (v) => v + 0)).toEqual(rows.flat().map((v) => v + 0));
        },
      ),
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
  ])("for %s", async (_, text, message) => {
    expect(await refusal(text)).toContain(message);
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
    ["with a name twice", "a,b,a,y\n1,2,3,4", "y", /columns 1 and 3 of the header have the same name, "a"/],
    ["with a column without a name", ",a,y\n0,1,u", "y", /column 1 of the header has no name/],
    ["with labels only", "y\nu", "y", /no column but "y"/],
    ["with a quote that does not end", 'a,y\n"1,u\n', "y", /^t\.csv is not CSV: .*line 2.*not closed/],
  ])("%s", async (_, text, column, message) => {
    const reading = readCsvTable({ label: "t.csv", bytes: Buffer.from(text) }, column);
    await expect(reading).rejects.toThrow(message);
  });

  it("whatever its bytes are, as DatasetInvalid and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        try {
          await readCsvTable({ label: "t.csv", bytes }, "y");
        } catch (error) {
          expect(error).toMatchObject({ name: "DatasetInvalid" });
        }
      }),
    );
  });
});

describe("a large CSV file", () => {
  const rows = 100_000;
  const bytes = Buffer.from(`a,y\n${"1.25,u\n".repeat(rows)}`);

  it("lets others have their turn while it is read", async () => {
    let turns = 0;
    let reading = true;
    const others = () => {
      turns++;
      if (reading) setImmediate(others);
    };
    setImmediate(others);
    expect((await readCsvTable({ label: "t.csv", bytes }, "y")).count).toBe(rows);
    reading = false;
    // one of some 25 milliseconds for each quarter of a megabyte
    expect(turns).toBeGreaterThanOrEqual(Math.floor(bytes.length / 2 ** 18));
  });

  it("is no longer read once the person interrupts", async () => {
    const interrupt = new AbortController();
    const reading = readCsvTable({ label: "t.csv", bytes }, "y", { signal: interrupt.signal });
    setImmediate(() => interrupt.abort(new Error("Ctrl-C")));
    await expect(reading).rejects.toThrow("Ctrl-C");
  });
});

/** Each took a minute or more where its time grew with the square of its length, and takes a second at most. */
describe("in a time that grows with its length alone is read", () => {
  let before = process.cpuUsage();
  beforeEach(() => {
    before = process.cpuUsage();
  });
  // the processor's time, which is the same on a busy machine
  afterEach(() => expect(process.cpuUsage(before).user).toBeLessThan(4_000_000));

  const digits = 200_000;

  it.each<[string, string, boolean]>([
    ["a whole number", "1".repeat(digits), true],
    ["a fraction", `.${"1".repeat(digits)}`, true],
    ["a number with a point", `${"1".repeat(digits)}.${"1".repeat(digits)}`, true],
    ["an exponent", `1e${"0".repeat(digits)}`, true],
    ["digits before a letter", `${"1".repeat(digits)}x`, false],
    ["digits between points", `.${"1".repeat(digits)}.`, false],
    ["an exponent before a letter", `1e${"1".repeat(digits)}x`, false],
  ])("a field of %s, and said in a short message if it is none", (_, text, decimal) => {
    expect(isDecimal(text)).toBe(decimal);
    expect(String(parseNumber(text)).length).toBeLessThan(200);
  });

  it("a header of 40,000 columns, by one owner and by another in another order", async () => {
    const names = Array.from({ length: 40_000 }, (_, i) => `gene ${i}`);
    const [one, other] = await Promise.all(
      [names, names.toReversed()].map((header) =>
        read(`${header.join()},y\n${"1,".repeat(header.length)}u\n${"2,".repeat(header.length)}v`),
      ),
    );
    if (!one || !other) throw new Error("there are two");
    const {
      dataset: { examples },
    } = poolTables([one, other], {
      name: "genes",
      source: "test",
      place: "test",
      classes: undefined,
    });
    expect(examples).toMatchObject({ count: 4, features: names.length });
    expect(await refusal(`${names.join()},gene 7,y\n`)).toMatch(/columns 8 and 40001/);
  });
});
