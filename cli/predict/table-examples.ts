import { canonicalDecimal, isDecimal } from "../../shared/dataset/decimal.ts";
import { exampleInvalid } from "../../shared/errors.ts";
import { usualGaps } from "../../shared/schema/table-schema.ts";
import { calledClasses } from "../../shared/task/called-classes.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import type { Decimal, SaidDialect } from "../../tables/csv/dialect.ts";
import { labelText, parseNumber, withPoint } from "../../tables/csv-number.ts";
import { readCsvRecords } from "../../tables/csv-records.ts";
import type { NamedBytes } from "../../tables/pieces.ts";
import type { Example } from "./example.ts";
import { type Columns, namedColumns, numberedColumns } from "./table-columns.ts";

interface Row {
  readonly fields: readonly string[];
  /** From 1, as editors count. */
  readonly line: number;
}

export interface TableAsking {
  /** The column that --label names. */
  readonly labelColumn?: string | undefined;
  /** What the person says of how the file is written. */
  readonly csv?: SaidDialect | undefined;
  /** Says what the person should know of how the file was read. */
  readonly say?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows of a CSV file as examples. A first line that is not all numbers names the columns.
 * @throws ExampleInvalid naming the file, the line and the column; the signal's reason
 */
export async function tableExamples(
  named: NamedBytes,
  dataset: DatasetRecord,
  { labelColumn, csv = {}, say, signal }: TableAsking,
): Promise<Example[]> {
  const { label: file } = named;
  const { rows, decimal, notes } = await readRows(named, csv, signal);
  for (const note of notes) say?.(note);
  const [first] = rows;
  if (!first) throw exampleInvalid(`${file} is empty: give a row for each example`);
  const { length } = first.fields;
  if (!first.fields.every((text) => isDecimal(withPoint(text, decimal)))) {
    const columns = namedColumns(file, first.fields, dataset, labelColumn);
    const examples = rows.slice(1);
    if (examples.length === 0) throw exampleInvalid(`${file} has a line of names, but no rows`);
    return examples.map((row) => exampleOf({ file, decimal, expected: length }, row, columns, dataset));
  }
  if (labelColumn !== undefined) {
    throw exampleInvalid(
      `--label: ${file} has no line of names; its labels are the column behind the features`,
    );
  }
  const columns = numberedColumns(file, length, dataset);
  return rows.map((row) => exampleOf({ file, decimal, expected: length }, row, columns, dataset));
}

async function readRows(named: NamedBytes, said: SaidDialect, signal: AbortSignal | undefined) {
  const rows: Row[] = [];
  const take = (fields: string[], line: number) => void rows.push({ fields, line });
  const begin = () => void rows.splice(0);
  const { dialect, notes } = await readCsvRecords(named, {
    take,
    begin,
    said,
    invalid: exampleInvalid,
    signal,
  });
  return { rows, decimal: dialect.decimal, notes };
}

interface InFile {
  readonly file: string;
  readonly decimal: Decimal;
  /** Fields of the first line. */
  readonly expected: number;
}

function exampleOf(
  { file, decimal, expected }: InFile,
  { fields, line }: Row,
  { features, label }: Columns,
  dataset: DatasetRecord,
): Example {
  const source = `${file}:${line}`;
  if (fields.length !== expected) {
    throw exampleInvalid(`${source} has ${fields.length} fields, and the first line ${expected}`);
  }
  const numbers = features.map((at) => {
    const value = parseNumber(fields[at] ?? "", decimal);
    if (typeof value === "string") throw exampleInvalid(`${source}, column ${at + 1} ${value}`);
    return value;
  });
  const values = valuesOf(source, numbers, dataset);
  const place = { source, file, line };
  if (label === undefined) return { ...place, values };
  return { ...place, values, ...labelOf(source, labelText(fields[label] ?? "", decimal), dataset) };
}

/** The class or the number that stands in the column of the labels; nothing where that is a gap: then it is not known. */
export function labelOf(source: string, text: string, dataset: DatasetRecord): { readonly label?: number } {
  if (usualGaps.includes(text) && !calledClasses(dataset).includes(text)) return {};
  if (!dataset.target) return { label: classOf(source, text, dataset) };
  const label = isDecimal(text) ? Math.fround(Number(text)) : Number.NaN;
  if (Number.isFinite(label)) return { label };
  throw exampleInvalid(
    `${source}: ${JSON.stringify(text)}, where the number to predict stands, is no number of float32: mend it, or leave it empty`,
  );
}

export function valuesOf(
  source: string,
  numbers: ArrayLike<number>,
  { name, element }: DatasetRecord,
): Example["values"] {
  if (element === "float32") return Float32Array.from(numbers);
  const stray = Array.from(numbers).find((value) => !(Number.isInteger(value) && value >= 0 && value <= 255));
  if (stray === undefined) return Uint8Array.from(numbers);
  throw exampleInvalid(`${source} has ${stray}, and ${name} has bytes: give integers from 0 to 255`);
}

function classOf(source: string, text: string, dataset: DatasetRecord): number {
  const names = calledClasses(dataset);
  // 1 and 1.0 are one class
  const number = canonicalDecimal(text);
  const at = names.findIndex(
    (name) => name === text || (number !== undefined && canonicalDecimal(name) === number),
  );
  if (at >= 0) return at;
  throw exampleInvalid(
    `${source}: the label "${text}" is none of the classes ${names.slice(0, 20).join(", ")}`,
  );
}
