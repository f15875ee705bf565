import { datasetInvalid } from "../../shared/errors.ts";
import { ColumnSurveyor, keptOf } from "../../tables/column-survey.ts";
import { parseNumber } from "../../tables/csv-number.ts";
import { type NamedBytes, readCsvRecords } from "../../tables/csv-records.ts";
import { GrowingFloats } from "../../tables/growing-floats.ts";
import { labelAt } from "./csv-header.ts";
import { DistinctLabels } from "./distinct-labels.ts";
import type { Table } from "./table.ts";

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
    else rows = new CsvRows(file, fields, labelAt(file, { header: fields, line }, column));
  };
  await readCsvRecords(named, { take, invalid: datasetInvalid, signal });
  if (!rows) throw datasetInvalid(`${file} is empty: CSV begins with a line of column names`);
  return rows.table();
}

/** Takes the rows one by one into numbers. */
class CsvRows {
  readonly #file: string;
  readonly #header: readonly string[];
  readonly #labelAt: number;
  readonly #labels = new DistinctLabels();
  readonly #surveyors: readonly ColumnSurveyor[];
  readonly #x = new GrowingFloats();

  constructor(file: string, header: readonly string[], labelAt: number) {
    this.#file = file;
    this.#header = header;
    this.#labelAt = labelAt;
    this.#surveyors = header.map(() => new ColumnSurveyor(keptOf(header.length)));
  }

  /** @throws DatasetInvalid */
  add(fields: readonly string[], line: number): void {
    if (fields.length !== this.#header.length) {
      throw datasetInvalid(
        `${this.#file}: line ${line} has ${fields.length} fields, and the header ${this.#header.length}`,
      );
    }
    fields.forEach((text, i) => {
      if (i === this.#labelAt) {
        if (text === "") throw datasetInvalid(`${this.#place(line, i)} is empty: every row needs a label`);
        this.#labels.add(text, `line ${line}`);
        return;
      }
      const value = parseNumber(text);
      if (typeof value === "string") throw datasetInvalid(`${this.#place(line, i)} ${value}`);
      this.#x.push(value);
      this.#surveyors[i]?.add(Number(text));
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
      x: this.#x.all(),
      count: rowLabels.length,
      features: featureNames.length,
      surveys: this.#surveyors.toSpliced(this.#labelAt, 1).map((surveyor) => surveyor.survey()),
      rowLabels,
      labels: this.#labels.labels,
    };
  }

  #place(line: number, field: number): string {
    return `${this.#file}: line ${line}, column "${this.#header[field]}"`;
  }
}
