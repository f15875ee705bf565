import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsvTable } from "../../../cli/dataset/csv-table.ts";
import type { Table } from "../../../cli/dataset/table.ts";
import { datasetInvalid } from "../../../shared/errors.ts";
import { plainDialect } from "../../../tables/csv/dialect.ts";
import { FieldCursor, lineFeed } from "../../../tables/csv/field-cursor.ts";
import { wholeRecords } from "../../../tables/csv/records.ts";
import { readWholeLines } from "../../../tables/csv/whole-lines.ts";
import { readCsvRecords } from "../../../tables/csv-records.ts";
import { referenceTable } from "./reference-reader.ts";

const digits = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.bigInt({ min: 0n, max: 10n ** 24n }))
  .map(([count, value]) => String(value).padStart(24, "7").slice(0, count));
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer({ min: -300, max: 300 }).map(String),
  fc.tuple(fc.constantFrom("", "-", "+"), digits, digits).map(([sign, a, b]) => `${sign}${a}.${b}`),
  fc.tuple(digits, fc.integer({ min: -330, max: 50 })).map(([a, e]) => `${a}e${e}`),
  fc.constantFrom("0", "-0", ".5", "5.", "+7", "1E3", "00012", "0.000", "1e+2", "0e99999"),
);
const blanks = fc.constantFrom("", "", "", " ", "  ");
const odd = fc.constantFrom(
  ...[
    "",
    "x",
    "NaN",
    "-inf",
    "1e39",
    "1,5",
    "0x10",
    "1 2",
    ".",
    "e5",
    "1e",
    "--1",
    '"',
    'a"b',
    '"a"b',
    "\u00a01",
  ],
);
/** A few of a thousand cells are none, so that most tables have many rows before the first that is refused. */
const cell = fc
  .tuple(fc.integer({ min: 0, max: 200 }), number, odd, blanks, blanks, fc.boolean())
  .map(([which, good, bad, before, behind, quoted]) => {
    if (which === 0) return bad;
    return `${before}${quoted && which < 20 ? `"${good}"` : good}${behind}`;
  });
const label = fc
  .constantFrom("a", "b", "b", "10", "größer", "two\nlines", "x,y", 'say "so"', " ")
  .map((text) => (/[\n,"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));

const tableText = fc
  .record({
    columns: fc.integer({ min: 1, max: 5 }),
    at: fc.nat(5),
    end: fc.constantFrom("\n", "\n", "\r\n"),
    mark: fc.constantFrom("", "\ufeff"),
    lastEnd: fc.boolean(),
  })
  .chain(({ columns, at, end, mark, lastEnd }) => {
    const row = fc
      .tuple(
        fc.array(cell, { minLength: columns, maxLength: columns }),
        label,
        fc.integer({ min: 0, max: 300 }),
      )
      .map(([cells, own, which]) => {
        if (which === 0) return "";
        if (which === 1) return cells.join();
        return cells.toSpliced(Math.min(at, columns), 0, own).join();
      });
    return fc.array(row, { maxLength: 60 }).map((rows) => {
      const header = Array.from({ length: columns }, (_, i) => `c${i}`).toSpliced(
        Math.min(at, columns),
        0,
        "y",
      );
      return `${mark}${[header.join(), ...rows].join(end)}${lastEnd ? end : ""}`;
    });
  });

/** What reading came to: of a refusal the message, but for how CSV itself is broken. */
async function outcome<T>(reading: () => T | Promise<T>): Promise<T | string> {
  try {
    return await reading();
  } catch (error) {
    expect(error).toMatchObject({ name: "DatasetInvalid" });
    const message = error instanceof Error ? error.message : "";
    return message.startsWith("t.csv is not CSV") ? "t.csv is not CSV" : message;
  }
}

const bits = (values: Float32Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");

describe("a table that is read from its bytes", () => {
  it("has the bits, the labels, the surveys and the refusals that its cells as strings have", async () => {
    let [read, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(tableText, async (text) => {
        const bytes = Buffer.from(text);
        const expected = await outcome(() => referenceTable("t.csv", bytes, "y"));
        const said = { delimiter: ",", decimal: "." } as const;
        const found = await outcome<Table>(() => readCsvTable({ label: "t.csv", bytes }, "y", { said }));
        if (typeof expected === "string" || typeof found === "string") {
          expect(found).toEqual(expected);
          refused++;
          return;
        }
        read++;
        expect(bits(found.x as Float32Array)).toBe(bits(expected.x));
        const { featureNames, rowLabels, labels, count } = expected;
        expect(found).toMatchObject({ featureNames, rowLabels, labels, count });
        const different = expected.exact.map((values) => [...new Set(values)]);
        expect(found.surveys?.map((survey) => [...survey.different])).toEqual(different);
        expect(found.surveys?.map(({ lowest, highest }) => [lowest + 0, highest + 0])).toEqual(
          expected.exact.map((values) => [Math.min(...values) + 0, Math.max(...values) + 0]),
        );
        expect(found.surveys?.map(({ unique }) => unique)).toEqual(
          expected.exact.map(
            (values) => values.every(Number.isInteger) && new Set(values).size === values.length,
          ),
        );
      }),
      { numRuns: 1_500 },
    );
    // neither side alone would say anything
    expect(Math.min(read, refused)).toBeGreaterThan(100);
  });

  it("is the same however its bytes come", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableText,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        async (text, cuts) => {
          const bytes = Buffer.from(text.replace("\ufeff", ""));
          const records: [string[], number][] = [];
          const cursor = new FieldCursor({ dialect: plainDialect, encodingSaid: true, lineEnd: lineFeed });
          const take = (fields: string[], line: number) => void records.push([fields, line]);
          const inPieces = await readWholeLines(cutInto(bytes, cuts), lineFeed, {
            get line() {
              return cursor.line;
            },
            read: (buffer, end) => {
              cursor.enter(buffer, end);
              return wholeRecords(cursor, take);
            },
          }).then(
            () => "read",
            () => "refused",
          );
          const whole: [string[], number][] = [];
          const atOnce = await readCsvRecords(
            { label: "t.csv", bytes },
            { take: (fields, line) => void whole.push([fields, line]), invalid: datasetInvalid },
          ).then(
            () => "read",
            () => "refused",
          );
          expect([inPieces, records]).toEqual([atOnce, whole]);
        },
      ),
    );
  });
});

async function* cutInto(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const next = at + (cuts[i % cuts.length] ?? 1);
    yield bytes.subarray(at, next);
    at = next;
  }
}
