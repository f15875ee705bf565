import type { ColumnKind, RowReader } from "../csv/columns.ts";
import type { Decimal } from "../csv/dialect.ts";
import { checkHeader } from "../header.ts";
import { placeOf } from "../place-of.ts";
import type { Problems } from "../problems.ts";
import { unevenText } from "../uneven.ts";
import { Cells } from "./cells.ts";

/** What people begin a line of sums with. */
const totals = /^(?:(?:grand |sub)?totals?|sum|summe|gesamt|insgesamt|합계|총계)$/i;

/** One column of one file. */
export interface InFile {
  readonly problems: Problems;
  readonly owner: string;
  readonly header: string;
  readonly cells: Cells;
}

/** What is found of one file's columns: of all of its rows. */
export class FileSurvey implements RowReader {
  readonly owner: string;
  readonly problems: Problems;
  readonly #file: string;
  readonly #decimal: Decimal;
  readonly #asText: ReadonlySet<string>;
  /** A code is told as text: of an amount nobody writes 007. */
  readonly codesAreStray = true;
  header: readonly string[] = [];
  #cells: readonly Cells[] = [];
  #numberCells: readonly Cells[] = [];
  #textCells: readonly Cells[] = [];
  #total: { readonly text: string; readonly line: number } | undefined;
  #lastLine = 0;
  #uneven = 0;
  rows = 0;

  /** @param asText names of columns whose numbers are words, in small letters */
  constructor(
    { owner, file, decimal }: { readonly owner: string; readonly file: string; readonly decimal: Decimal },
    asText: ReadonlySet<string>,
    problems: Problems,
  ) {
    this.owner = owner;
    this.#file = file;
    this.#decimal = decimal;
    this.#asText = asText;
    this.problems = problems;
  }

  /** @throws DatasetInvalid where the header names no table's columns */
  columns(header: readonly string[], line: number): ColumnKind[] {
    checkHeader(this.#file, header, line);
    this.header = header;
    this.#cells = header.map(() => new Cells(this.#decimal));
    const isText = header.map((name) => this.#asText.has(name.trim().toLowerCase()));
    this.#textCells = this.#cells.filter((_, at) => isText[at]);
    this.#numberCells = this.#cells.filter((_, at) => !isText[at]);
    for (const [at, name] of header.entries()) {
      const twin = header.findIndex((one) => one.trim().toLowerCase() === name.trim().toLowerCase());
      if (twin === at) continue;
      this.problems.add(
        `line ${line}: columns ${twin + 1} and ${at + 1}, ${JSON.stringify(header[twin])} and ${JSON.stringify(name)}, differ in capitals alone, which no schema tells apart: rename one`,
        { line },
      );
    }
    return isText.map((text) => (text ? "text" : "number"));
  }

  uneven(fields: number, line: number): void {
    this.#uneven++;
    this.problems.add(`line ${line} ${unevenText(fields, this.header)}`, { line });
  }

  stray(text: string, line: number, column: number): number {
    this.#cells[column]?.add(text, line);
    this.#noteTotal(text, line);
    return Number.NaN;
  }

  texts(cells: readonly string[], line: number): void {
    for (let i = 0; i < cells.length; i++) {
      const text = cells[i] ?? "";
      this.#textCells[i]?.add(text, line);
      this.#noteTotal(text, line);
    }
  }

  #noteTotal(text: string, line: number): void {
    if (text.length < 12 && totals.test(text)) this.#total = { text, line };
  }

  numbers(block: Float64Array, rows: number, lines: Uint32Array): void {
    const columns = this.#numberCells.length;
    for (const [at, cells] of this.#numberCells.entries()) cells.addNumbers(block, at, columns);
    this.rows += rows;
    this.#lastLine = lines[rows - 1] ?? this.#lastLine;
  }

  /** Adds what the whole file is to blame for. */
  finish(label: string): void {
    if (this.problems.none && this.rows + this.#uneven === 0) {
      this.problems.add("holds no rows: a header, then rows, are a table");
    }
    if (this.header.length > 0 && placeOf(this.header, { name: label }) < 0) {
      this.problems.add(
        `has no column ${JSON.stringify(label)}, which --label names; it has ${this.header.map((one) => JSON.stringify(one)).join(", ")}`,
      );
    }
    const { text, line } = this.#total ?? {};
    if (line !== undefined && line === this.#lastLine) {
      this.problems.add(
        `line ${line}, the last one, has ${JSON.stringify(text)}: take a line of sums out, or rename the value where it is none`,
        { line },
      );
    }
  }

  column(name: string): InFile | undefined {
    const at = placeOf(this.header, { name });
    const cells = this.#cells[at];
    return cells && { problems: this.problems, owner: this.owner, header: this.header[at] ?? name, cells };
  }
}
