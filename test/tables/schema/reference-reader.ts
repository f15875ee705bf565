import { canonicalDecimal, isDecimal } from "../../../shared/dataset/decimal.ts";
import { datasetInvalid } from "../../../shared/errors.ts";
import { encodersOf } from "../../../shared/schema/encode.ts";
import type { TableSchema } from "../../../shared/schema/table-schema.ts";
import type { SaidDialect } from "../../../tables/csv/dialect.ts";
import { readCsvRecords } from "../../../tables/csv-records.ts";

const gaps = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-", "?"];

/**
 * How fedstep read a table by its schema before it read bytes: a string of each cell, row by row, and problems as they come.
 * The faster reader is held against it.
 */
export async function referenceTable(text: string, schema: TableSchema, said: SaidDialect) {
  const records: { fields: string[]; line: number }[] = [];
  let fault: Error | undefined;
  await readCsvRecords(
    { label: "t.csv", bytes: Buffer.from(text) },
    { take: (fields, line) => records.push({ fields, line }), said, invalid: datasetInvalid },
  ).catch((error: Error) => {
    fault = error;
  });
  const problems: string[] = [];
  const [head, ...rows] = records;
  const { decimal = "." } = said;
  const usual = (cell: string) => (decimal === "," && !cell.includes(".") ? cell.replace(",", ".") : cell);
  const places = encodersOf(schema).map((encoder) => ({
    encoder,
    at: head?.fields.findIndex((one) => one.toLowerCase() === encoder.column.name.toLowerCase()) ?? -1,
    others: 0,
  }));
  const labelAt = head?.fields.indexOf(schema.label.name) ?? -1;
  const [x, y, lines]: [number[], number[], number[]] = [[], [], []];
  for (const { fields, line } of rows) {
    if (fields.length !== head?.fields.length) {
      problems.push(
        `line ${line} has ${fields.length} fields, and the header ${head?.fields.length}; quote a field that holds what separates them`,
      );
      continue;
    }
    lines.push(line);
    for (const place of places) {
      const { column, absent } = place.encoder;
      const cell = fields[place.at];
      const number = column.type === "number" && cell !== undefined;
      const open = number && decimal === "," && isDecimal(cell) && cell.includes(".");
      if (open) {
        problems.push(`line ${line}, column "${column.name}": open`);
        continue;
      }
      const encode = place.encoder.encode;
      const encoded =
        cell === undefined
          ? absent
          : encode(number || (column.type === "category" && isDecimal(usual(cell))) ? usual(cell) : cell);
      if ("problem" in encoded) {
        // a number that is none of its range is told by its value
        const inRange = number && Number.isFinite(Math.fround(Number(usual(cell))));
        const byValue = inRange && isDecimal(usual(cell)) ? encode(String(Number(usual(cell)))) : encoded;
        const told = "problem" in byValue ? byValue : encoded;
        problems.push(`line ${line}, column "${column.name}": ${told.problem}`);
      } else {
        if (column.type === "category" && encoded[column.categories?.length ?? 0] === 1) place.others++;
        x.push(...encoded);
      }
    }
    const wrong = (why: string) => problems.push(`line ${line}, column "${schema.label.name}": ${why}`);
    const cell = fields[labelAt] ?? "";
    const { classes, spellings = {} } = schema.label;
    const own = (one: string) => (isDecimal(usual(one)) ? canonicalDecimal(usual(one)) : one);
    const index = classes?.findIndex((name) =>
      [name, ...(spellings[name] ?? [])].some((one) => own(one) === own(cell)),
    );
    if (index !== undefined && index >= 0) y.push(index);
    else if (gaps.includes(cell))
      wrong("is a gap: every row needs a label; fill it in, or leave the row out");
    else if (classes) wrong("no class");
    else {
      const value = decimal === "," && cell.includes(".") ? Number.NaN : Math.fround(Number(usual(cell)));
      if (isDecimal(usual(cell)) && Number.isFinite(value)) y.push(value);
      else if (isDecimal(cell)) wrong("open");
      else wrong("no number");
    }
  }
  const others = places
    .filter(({ others }) => others > 0)
    .map(({ others, encoder }) => `${others} of ${lines.length} rows have a "${encoder.column.name}"`);
  return {
    x: Float32Array.from(x),
    y,
    lines,
    others,
    problems,
    broken: fault !== undefined,
    rows: rows.length,
  };
}
