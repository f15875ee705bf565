import { CsvError, parse } from "csv-parse/sync";
import { exampleInvalid } from "../../shared/errors.ts";
import type { DatasetRecord } from "../../shared/workflow/records.ts";
import { isDecimal, parseNumber } from "../dataset/csv-number.ts";
import { classNamesOf, type Example } from "./example.ts";
import { type Columns, namedColumns, numberedColumns } from "./table-columns.ts";

interface Row {
  readonly fields: readonly string[];
  /** From 1, as editors count. */
  readonly line: number;
}

/**
 * The rows of a CSV file as examples. A first line that is not all numbers names the columns.
 * @param labelColumn the column that --label names
 * @throws ExampleInvalid naming the file, the line and the column
 */
export function tableExamples(
  file: string,
  bytes: Uint8Array,
  dataset: DatasetRecord,
  labelColumn: string | undefined,
): Example[] {
  const rows = readRows(file, bytes);
  const [first] = rows;
  if (!first) throw exampleInvalid(`${file} is empty: give a row for each example`);
  const { length } = first.fields;
  if (!first.fields.every(isDecimal)) {
    const columns = namedColumns(file, first.fields, dataset, labelColumn);
    const examples = rows.slice(1);
    if (examples.length === 0) throw exampleInvalid(`${file} has a line of names, but no rows`);
    return examples.map((row) => exampleOf(file, row, length, columns, dataset));
  }
  if (labelColumn !== undefined) {
    throw exampleInvalid(
      `--label: ${file} has no line of names; its labels are the column behind the features`,
    );
  }
  const columns = numberedColumns(file, length, dataset);
  return rows.map((row) => exampleOf(file, row, length, columns, dataset));
}

function readRows(file: string, bytes: Uint8Array): Row[] {
  const rows: Row[] = [];
  try {
    parse(bytes, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      // counted here, where it is known how many there should be
      relax_column_count: true,
      on_record: (fields: string[], { lines }) => {
        rows.push({ fields, line: lines });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) {
      throw exampleInvalid(`${file} is not CSV: ${error.message}`, { cause: error });
    }
    throw error;
  }
  return rows;
}

function exampleOf(
  file: string,
  { fields, line }: Row,
  expected: number,
  { features, label }: Columns,
  dataset: DatasetRecord,
): Example {
  const source = `${file}:${line}`;
  if (fields.length !== expected) {
    throw exampleInvalid(`${source} has ${fields.length} fields, and the first line ${expected}`);
  }
  const numbers = features.map((at) => {
    const value = parseNumber(fields[at] ?? "");
    if (typeof value === "string") throw exampleInvalid(`${source}, column ${at + 1} ${value}`);
    return value;
  });
  const values = valuesOf(source, numbers, dataset);
  if (label === undefined) return { source, values };
  return { source, values, label: classOf(source, fields[label] ?? "", dataset) };
}

function valuesOf(
  source: string,
  numbers: readonly number[],
  { name, element }: DatasetRecord,
): Example["values"] {
  if (element === "float32") return Float32Array.from(numbers);
  const stray = numbers.find((value) => !(Number.isInteger(value) && value >= 0 && value <= 255));
  if (stray === undefined) return Uint8Array.from(numbers);
  throw exampleInvalid(`${source} has ${stray}, and ${name} has bytes: give integers from 0 to 255`);
}

function classOf(source: string, text: string, dataset: DatasetRecord): number {
  const names = classNamesOf(dataset);
  // 1 and 1.0 are one class
  const at = names.findIndex(
    (name) => name === text || (isDecimal(name) && isDecimal(text) && Number(name) === Number(text)),
  );
  if (at >= 0) return at;
  throw exampleInvalid(
    `${source}: the label "${text}" is none of the classes ${names.slice(0, 20).join(", ")}`,
  );
}
