import { CsvError, parse } from "csv-parse/sync";
import { datasetInvalid } from "../../shared/errors.ts";
import { parseNumber } from "./csv-number.ts";
import { DistinctLabels } from "./distinct-labels.ts";
import type { Table } from "./table.ts";

interface NamedBytes {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/**
 * CSV as RFC 4180 has it, in UTF-8: a header, then rows of numbers and one label, which may be text.
 * @param column the column that holds the labels
 * @throws DatasetInvalid naming file, line and column
 */
export function readCsvTable({ label: file, bytes }: NamedBytes, column: string | undefined): Table {
  let rows: CsvRows | undefined;
  const take = (fields: string[], line: number) => {
    if (rows) rows.add(fields, line);
    else rows = new CsvRows(file, fields, labelAt(file, fields, column));
  };
  try {
    parse(bytes, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      // counted here, where the header tells how many there should be
      relax_column_count: true,
      // nothing is kept as text: a file may hold many more rows than fit into memory as strings
      on_record: (fields: string[], { lines }) => {
        take(fields, lines);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError)
      throw datasetInvalid(`${file} is not CSV: ${error.message}`, { cause: error });
    throw error;
  }
  if (!rows) throw datasetInvalid(`${file} is empty: CSV begins with a line of column names`);
  return rows.table();
}

/** Where the header has the label column. */
function labelAt(file: string, header: readonly string[], column: string | undefined): number {
  const unnamed = header.indexOf("");
  if (unnamed >= 0) throw datasetInvalid(`${file}: column ${unnamed + 1} of the header has no name`);
  const repeated = header.find((name, i) => header.indexOf(name) !== i);
  if (repeated !== undefined) {
    const places = header.flatMap((name, i) => (name === repeated ? [i + 1] : []));
    throw datasetInvalid(
      `${file}: columns ${places.join(" and ")} of the header have the same name, "${repeated}"`,
    );
  }
  const there = `the columns are ${header.map((name) => `"${name}"`).join(", ")}`;
  const separated = header.length === 1 ? "; fields are separated by commas" : "";
  if (column === undefined) {
    throw datasetInvalid(`--label: name the column of ${file} that holds the labels; ${there}${separated}`);
  }
  const at = header.indexOf(column);
  if (at < 0) throw datasetInvalid(`--label: ${file} has no column "${column}"; ${there}${separated}`);
  if (header.length < 2)
    throw datasetInvalid(`${file} has no column but "${column}": an example needs features`);
  return at;
}

/** Takes the rows one by one into numbers. */
class CsvRows {
  readonly #file: string;
  readonly #header: readonly string[];
  readonly #labelAt: number;
  readonly #labels = new DistinctLabels();
  #x = new Float32Array(4096);
  #length = 0;

  constructor(file: string, header: readonly string[], labelAt: number) {
    this.#file = file;
    this.#header = header;
    this.#labelAt = labelAt;
  }

  /** @throws DatasetInvalid */
  add(fields: readonly string[], line: number): void {
    if (fields.length !== this.#header.length) {
      throw datasetInvalid(
        `${this.#file}: line ${line} has ${fields.length} fields, and the header ${this.#header.length}`,
      );
    }
    this.#reserve(fields.length);
    fields.forEach((text, i) => {
      if (i === this.#labelAt) {
        if (text === "") throw datasetInvalid(`${this.#place(line, i)} is empty: every row needs a label`);
        this.#labels.add(text, `line ${line}`);
        return;
      }
      const value = parseNumber(text);
      if (typeof value === "string") throw datasetInvalid(`${this.#place(line, i)} ${value}`);
      this.#x[this.#length++] = value;
    });
  }

  /** @throws DatasetInvalid where there are no rows */
  table(): Table {
    const featureNames = this.#header.toSpliced(this.#labelAt, 1);
    const rowLabels = this.#labels.rows();
    if (rowLabels.length === 0) throw datasetInvalid(`${this.#file} has a header, but no rows`);
    return {
      label: this.#file,
      labelColumn: `column "${this.#header[this.#labelAt]}"`,
      featureNames,
      x: this.#x.subarray(0, this.#length),
      count: rowLabels.length,
      features: featureNames.length,
      rowLabels,
      labels: this.#labels.labels,
    };
  }

  #place(line: number, field: number): string {
    return `${this.#file}: line ${line}, column "${this.#header[field]}"`;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#x.length) return;
    const larger = new Float32Array(2 * (this.#length + more));
    larger.set(this.#x);
    this.#x = larger;
  }
}
