import { datasetInvalid } from "../../shared/errors.ts";
import { ColumnSurveyor, keptOf } from "../../tables/column-survey.ts";
import type { ColumnKind, RowReader } from "../../tables/csv/columns.ts";
import type { Dialect, SaidDialect } from "../../tables/csv/dialect.ts";
import type { Guess } from "../../tables/csv/scan.ts";
import { readCsvColumns } from "../../tables/csv-columns.ts";
import { labelText, parseNumber } from "../../tables/csv-number.ts";
import { GrowingFloats } from "../../tables/growing-floats.ts";
import type { NamedBytes, NamedFile } from "../../tables/pieces.ts";
import { labelAt } from "./csv-header.ts";
import { DistinctLabels } from "./distinct-labels.ts";
import { NoTable } from "./no-table.ts";
import { asBytes, pixelSide } from "./pixel-columns.ts";
import type { Table } from "./table.ts";

export interface CsvOptions {
  /** What the person says of how the file is written. */
  readonly said?: SaidDialect | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A header, then rows of numbers and one label, which may be text.
 * @param column the column that holds the labels
 * @throws DatasetInvalid naming file, line and column; the signal's reason
 */
export async function readCsvTable(
  named: NamedBytes | NamedFile,
  column: string | undefined,
  { said = {}, signal }: CsvOptions = {},
): Promise<Table> {
  let rows: CsvRows | undefined;
  const { notes } = await readCsvColumns(
    named,
    { said, invalid: datasetInvalid, signal },
    (dialect, guess) => {
      rows = new CsvRows(named.label, column, dialect, guess);
      return rows;
    },
  );
  if (!rows) throw datasetInvalid(`${named.label} is empty: CSV begins with a line of column names`);
  return rows.table(notes);
}

/** Takes the rows into numbers. */
class CsvRows implements RowReader {
  readonly #file: string;
  readonly #column: string | undefined;
  readonly #dialect: Dialect;
  readonly #guess: Guess;
  #header: readonly string[] = [];
  #labelAt = -1;
  #pixels: ReturnType<typeof pixelSide>;
  readonly #labels = new DistinctLabels();
  #surveyors: readonly ColumnSurveyor[] = [];
  readonly #x = new GrowingFloats();

  constructor(file: string, column: string | undefined, dialect: Dialect, guess: Guess) {
    this.#file = file;
    this.#column = column;
    this.#dialect = dialect;
    this.#guess = guess;
  }

  get headless(): boolean {
    return this.#pixels?.headless ?? false;
  }

  columns(first: readonly string[], line: number): ColumnKind[] {
    const pixels = this.#column === undefined || this.#column === "label" ? pixelSide(first) : undefined;
    const header = pixels?.headless ? first.map((_, at) => (at === 0 ? "label" : `pixel${at - 1}`)) : first;
    this.#pixels = pixels;
    this.#labelAt = pixels ? 0 : labelAt(this.#file, { header, line }, this.#column);
    this.#header = header;
    const features = header.length - 1;
    this.#surveyors = Array.from({ length: features }, () => new ColumnSurveyor(keptOf(header.length)));
    return header.map((_, at) => (at === this.#labelAt ? "text" : "number"));
  }

  uneven(fields: number, line: number): never {
    throw new NoTable(
      `${this.#file}: line ${line} has ${fields} fields, and the header ${this.#header.length}`,
    );
  }

  stray(text: string, line: number, column: number, texts: readonly string[]): never {
    // of two faults the first
    if (this.#labelAt < column) this.texts(texts, line);
    throw datasetInvalid(`${this.#place(line, column)} ${parseNumber(text, this.#dialect.decimal)}`);
  }

  texts([label = ""]: readonly string[], line: number): void {
    if (label === "")
      throw datasetInvalid(`${this.#place(line, this.#labelAt)} is empty: every row needs a label`);
    this.#labels.add(labelText(label, this.#dialect.decimal), () => `line ${line}`);
  }

  numbers(block: Float64Array): void {
    this.#x.expect(Math.min(this.#guess.lines * this.#surveyors.length, this.#guess.cells));
    this.#x.append(block);
    const columns = this.#surveyors.length;
    for (const [at, surveyor] of this.#surveyors.entries()) surveyor.addAll(block, at, columns);
  }

  /** @throws DatasetInvalid where there are no rows */
  table(notes: readonly string[]): Table {
    if (this.#header.length === 0)
      throw datasetInvalid(`${this.#file} is empty: CSV begins with a line of column names`);
    const featureNames = this.#header.toSpliced(this.#labelAt, 1);
    const bytes = this.#pixels && asBytes(this.#x.all());
    const { side = 0 } = this.#pixels ?? {};
    const asImages =
      bytes && `${this.#file}: images of ${side} x ${side} pixels, labelled by its first column`;
    const said = [...notes, ...(asImages === undefined ? [] : [asImages])];
    const rowLabels = this.#labels.rows();
    if (rowLabels.length === 0) throw datasetInvalid(`${this.#file} has a header, but no rows`);
    return {
      label: this.#file,
      labelColumn: `column "${this.#header[this.#labelAt]}"`,
      featureNames: bytes ? undefined : featureNames,
      ...(bytes && { imageShape: [side, side] }),
      x: bytes ?? this.#x.all(),
      count: rowLabels.length,
      features: featureNames.length,
      surveys: bytes ? undefined : this.#surveyors.map((surveyor) => surveyor.survey()),
      rowLabels,
      labels: this.#labels.labels,
      ...(said.length > 0 && { notes: said }),
    };
  }

  #place(line: number, field: number): string {
    return `${this.#file}: line ${line}, column "${this.#header[field]}"`;
  }
}
