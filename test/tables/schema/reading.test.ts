import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tableSchema } from "../../../shared/schema/table-schema.ts";
import type { SaidDialect } from "../../../tables/csv/dialect.ts";
import { readTableBySchema } from "../../../tables/table-by-schema.ts";
import { referenceTable } from "./reference-reader.ts";

const columns = [
  { name: "age", missing: 40.1 },
  { name: "sex", type: "category", categories: ["f", "m", "1.5"], missing: "category" },
  { name: "crp", range: [-1e6, 1e9] },
  { name: "unit", type: "category", categories: ["icu", "größer"], spellings: { icu: ["ICU", "x,y"] } },
  { name: "day", type: "date", missing: "2025-01-01" },
  { name: "weight", missing: -7, optional: true },
  { name: "note", type: "text", role: "drop" },
];
const classes = { name: "y", task: "classification", classes: ["0", "1"], spellings: { "1": ["yes"] } };
const schemas = [classes, { name: "y", task: "regression" }].map((label) =>
  tableSchema.parse({ format: 1, columns, label }),
);

const number = fc.oneof(
  fc.integer({ min: -300, max: 300 }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e5, max: 1e5 }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e5, max: 1e5 }).map(String),
  fc.constantFrom(
    "0",
    "-0",
    ".5",
    "5.",
    "+7",
    "1E3",
    "00012",
    "1e-300",
    "12345678901234567890",
    "3.0000000000000000001",
  ),
);
const gap = fc.constantFrom("", "NA", "?", "nan", "");
/** What is wrong in a column of its kind, or unusual. */
const odd = fc.constantFrom(
  "x",
  "1e39",
  "1,5",
  "1.234",
  "1 2",
  "inf",
  "31.1.2025",
  "5 %",
  "-1e8",
  "maybe",
  '"',
  'a"b',
);
const day = fc.integer({ min: 1, max: 28 }).map((one) => `2025-02-${String(one).padStart(2, "0")}`);
const cells: Record<string, fc.Arbitrary<string>> = {
  age: fc.oneof({ weight: 4, arbitrary: number }, gap),
  crp: number,
  weight: fc.oneof(number, gap),
  sex: fc.oneof(fc.constantFrom("f", "m", "other"), gap),
  unit: fc.constantFrom("icu", "ICU", "größer", "lab", "x,y", "two\nlines", 'say "so"', " icu "),
  day: fc.oneof(day, gap),
  note: fc.constantFrom("", "é", "nothing, again", "7"),
};

const written = (text: string, quoted: boolean, blank: string) =>
  quoted || /[\n,;"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : `${blank}${text}${blank}`;

const table = fc
  .record({
    delimiter: fc.constantFrom(",", ";"),
    decimal: fc.constantFrom<(readonly ["." | ","])[]>(["."], [","]),
    end: fc.constantFrom("\n", "\r\n"),
    names: fc.shuffledSubarray(["age", "sex", "CRP", "unit", "day", "weight", "note", "y"], { minLength: 8 }),
    lacks: fc.boolean(),
    which: fc.nat(1),
    rare: fc.constantFrom(30, 2_000),
  })
  .chain(({ delimiter, decimal: [decimal], end, names, lacks, which, rare }) => {
    const header = names.filter((name) => !lacks || name !== "weight");
    const label = which === 0 ? fc.constantFrom("0", "1", "yes", "1.0") : number;
    const cell = (name: string) => {
      const own = cells[name.toLowerCase()] ?? label;
      return fc
        .tuple(
          fc.integer({ min: 0, max: rare }),
          own,
          odd,
          fc.integer({ min: 0, max: 9 }),
          fc.constantFrom("", "", " "),
        )
        .map(([slip, good, bad, quoted, blank]) => {
          const text =
            slip === 0
              ? bad
              : decimal === "," && /^[\d.+-]+(e[\d+-]+)?$/i.test(good)
                ? good.replace(".", ",")
                : good;
          return slip === 0 && /"/.test(bad) ? bad : written(text, quoted === 0, blank);
        });
    };
    const row = fc
      .tuple(fc.integer({ min: 0, max: 10 * rare }), fc.tuple(...header.map(cell)))
      .map(([slip, fields]) => (slip === 0 ? fields.slice(1) : fields).join(delimiter));
    return fc.array(row, { minLength: 1, maxLength: 60 }).map((rows) => ({
      text: [header.join(delimiter), ...rows, ""].join(end),
      said: { delimiter, decimal, encoding: "utf-8" } as SaidDialect,
      schema: schemas[which] ?? schemas[0],
    }));
  });

const bits = (values: ArrayLike<number>) => Buffer.from(Float32Array.from(values).buffer).toString("hex");

describe("a table that is read by its schema from bytes", () => {
  test("has the bits, lines, notes and problems that its cells as strings have", async () => {
    let [read, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(table, async ({ text, said, schema }) => {
        if (!schema) throw new Error("no schema");
        const expected = await referenceTable(text, schema, said);
        const reading = readTableBySchema({ label: "t.csv", bytes: Buffer.from(text) }, schema, { said });
        if (expected.problems.length > 0 || expected.broken) {
          refused++;
          const error = await reading.then(
            () => new Error("was read"),
            (one: Error) => one,
          );
          const [first, ...told] = error.message.split("\n");
          const count = expected.problems.length + (expected.broken ? 1 : 0);
          expect(first).toBe(
            `t.csv does not fit the schema, ${count} ${count === 1 ? "problem" : "problems"}:`,
          );
          for (const [at, problem] of expected.problems.slice(0, 20).entries()) {
            const [place = "", why = ""] = problem.split(/": /);
            // of some the words are the reader's own
            expect(told[at]).toContain(place);
            if (!["open", "no class", "no number"].includes(why)) expect(told[at]).toBe(problem);
          }
          return;
        }
        read++;
        const { examples, lines, notes } = await reading;
        expect(bits(examples.x)).toBe(bits(expected.x));
        expect(bits(examples.y)).toBe(bits(expected.y));
        expect(lines).toEqual(expected.lines);
        const said_ = notes
          .filter((note) => /rows have a/.test(note))
          .map((note) => /\d+ of .*?"[^"]*"/.exec(note)?.[0]);
        expect(said_.map((one) => one?.toLowerCase()).toSorted()).toEqual(expected.others.toSorted());
      }),
      { numRuns: 500 },
    );
    // neither side alone would say anything
    expect(Math.min(read, refused)).toBeGreaterThan(50);
  }, 120_000);
});
