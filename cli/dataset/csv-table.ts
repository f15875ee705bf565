import { datasetInvalid } from "../../shared/errors.ts";
import { ColumnSurvey } from "./column-survey.ts";
import { parseNumber } from "./csv-number.ts";
import { type NamedBytes, readCsvRecords } from "./csv-records.ts";
import { DistinctLabels } from "./distinct-labels.ts";
import { quotedNames } from "./quoted-names.ts";
import type { Table } from "./table.ts";

/** Columns that a message about the header names: enough to find one's own in most files. */
const mostNamed = 100;

/**
 * A header, then rows of numbers and one label, which may be text.
 * @param column the column that holds the labels
 * @throws DatasetInvalid naming file, line and column; the signal's reason
 */
export async function readCsvTable(
  named: NamedBytes,
  column: string | undefined,
  signal?: AbortSignal,
): Promise<Table> {
  const { label: file } = named;
  let rows: CsvRows | undefined;
  const take = (fields: string[], line: number) => {
    if (rows) rows.add(fields, line);
    else rows = new CsvRows(file, fields, labelAt(file, fields, column));
  };
  await readCsvRecords(named, { take, invalid: datasetInvalid, signal });
  if (!rows) throw datasetInvalid(`${file} is empty: CSV begins with a line of column names`);
  return rows.table();
}

/** Where the header has the label column. */
function labelAt(file: string, header: readonly string[], column: string | undefined): number {
  const unnamed = header.indexOf("");
  if (unnamed >= 0) throw datasetInvalid(`${file}: column ${unnamed + 1} of the header has no name`);
  const repeated = firstRepeated(header);
  if (repeated !== undefined) {
    const places = header.flatMap((name, i) => (name === repeated ? [i + 1] : []));
    throw datasetInvalid(
      `${file}: columns ${places.join(" and ")} of the header have the same name, "${repeated}"`,
    );
  }
  const there = `the columns are ${quotedNames(header, mostNamed)}`;
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

/** In one pass, since a header may have tens of thousands of names. */
function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => {
    if (seen.has(name)) return true;
    seen.add(name);
    return false;
  });
}

/** Takes the rows one by one into numbers. */
class CsvRows {
  readonly #file: string;
  readonly #header: readonly string[];
  readonly #labelAt: number;
  readonly #labels = new DistinctLabels();
  readonly #surveys: readonly ColumnSurvey[];
  #x = new Float32Array(4096);
  #length = 0;

  constructor(file: string, header: readonly string[], labelAt: number) {
    this.#file = file;
    this.#header = header;
    this.#labelAt = labelAt;
    this.#surveys = header.map(() => new ColumnSurvey());
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
      this.#surveys[i]?.add(Number(text));
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
      notes: this.#surveys.flatMap((survey, i) =>
        i === this.#labelAt ? [] : survey.notes(`${this.#file}: column "${this.#header[i]}"`),
      ),
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
