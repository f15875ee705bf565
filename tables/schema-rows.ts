import type { Examples } from "../shared/dataset/examples.ts";
import { type ColumnEncoder, encodersOf, gapsOf } from "../shared/schema/encode.ts";
import type { TableSchema } from "../shared/schema/table-schema.ts";
import type { ColumnKind, RowReader } from "./csv/columns.ts";
import type { Decimal } from "./csv/dialect.ts";
import { checkHeader } from "./header.ts";
import { LabelReader } from "./label-reader.ts";
import { placeOf, placesOf } from "./place-of.ts";
import type { Problems } from "./problems.ts";
import { quotedNames } from "./quoted-names.ts";
import { NumberColumn, TextColumn, type Wrong } from "./schema-columns.ts";
import { unevenText } from "./uneven.ts";

/** Columns that a message names. */
const mostNamed = 10;

export interface SchemaReading {
  readonly schema: TableSchema;
  readonly decimal: Decimal;
  /** Whether the file may lack the column that is to be predicted. */
  readonly unlabelled: boolean;
  /** Rows that there may be: as many have room at once, and more where there are. */
  readonly expected: number;
}

/** One of the file's columns that the schema reads: a feature's, or the label's. */
interface Place {
  readonly at: number;
  readonly name: string;
  readonly column: NumberColumn | TextColumn | "label";
  readonly wrong: Wrong;
}

/** Takes a file's columns into a model's input. */
export class SchemaRows implements RowReader {
  readonly #file: string;
  readonly #reading: SchemaReading;
  readonly #problems: Problems;
  readonly #encoders: readonly ColumnEncoder[];
  readonly #width: number;
  readonly #label: LabelReader;
  #header: readonly string[] = [];
  readonly #lacking: { readonly encoder: ColumnEncoder; readonly offset: number }[] = [];
  #places: readonly Place[] = [];
  #numberPlaces: readonly Place[] = [];
  #textPlaces: readonly Place[] = [];
  /** By the file's columns. */
  #placeAt: readonly (Place | undefined)[] = [];
  #labelAt = -1;
  #x = new Float32Array();
  #y = new Float32Array();
  /** Rows whose texts are taken, and those whose numbers are. */
  #begun = 0;
  #uneven = 0;
  readonly lines: number[] = [];

  constructor(file: string, reading: SchemaReading, problems: Problems) {
    this.#file = file;
    this.#reading = reading;
    this.#problems = problems;
    this.#encoders = encodersOf(reading.schema);
    this.#width = this.#encoders.reduce((sum, { features }) => sum + features.length, 0);
    this.#label = new LabelReader(reading.schema, reading.decimal);
  }

  /** @throws DatasetInvalid where the header names no table's columns */
  columns(header: readonly string[], line: number): ColumnKind[] {
    checkHeader(this.#file, header, line);
    const { schema, decimal } = this.#reading;
    this.#header = header;
    this.#labelAt = placeOf(header, schema.label);
    const gaps = gapsOf(schema);
    const places: Place[] = [];
    let offset = 0;
    for (const [order, encoder] of this.#encoders.entries()) {
      const { column, features } = encoder;
      const at = placeOf(header, column);
      const own =
        column.type === "number"
          ? new NumberColumn(encoder, offset, decimal, gaps)
          : new TextColumn(encoder, offset, decimal);
      if (at < 0) this.#lacking.push({ encoder, offset });
      places.push({ at, name: column.name, column: own, wrong: this.#wrongAt(column.name, order) });
      offset += features.length;
    }
    const wrong = this.#wrongAt(schema.label.name, places.length);
    places.push({ at: this.#labelAt, name: schema.label.name, column: "label", wrong });
    this.#places = places;
    this.#placeAt = header.map((_, at) => places.find((one) => one.at === at));
    const there = this.#placeAt.flatMap((one) => one ?? []);
    this.#numberPlaces = there.filter(({ column }) => column instanceof NumberColumn);
    this.#textPlaces = there.filter(({ column }) => !(column instanceof NumberColumn));
    this.#checkPlaces(line);
    return this.#placeAt.map((one) =>
      one === undefined ? "skip" : one.column instanceof NumberColumn ? "number" : "text",
    );
  }

  /** The columns that are lacking, and those of which it is open which one is meant. */
  #checkPlaces(line: number): void {
    const { schema, unlabelled } = this.#reading;
    const header = this.#header;
    const lacking = this.#lacking
      .filter(({ encoder }) => !encoder.column.optional)
      .map(({ encoder }) => encoder.column.name);
    const missing = [...lacking, ...(this.#labelAt < 0 && !unlabelled ? [schema.label.name] : [])];
    const others = header.filter((_, at) => !this.#placeAt[at]);
    for (const name of missing) {
      this.#problems.add(
        `line ${line}: there is no column ${quotedNames([name], 1, header)}, which the schema has: rename the one that is meant, name ` +
          `it in the schema's "aliases"${name === schema.label.name ? "" : ', or let files lack it by "optional"'}; beside the schema's there are ` +
          (quotedNames(others, mostNamed, [name]) || "none"),
        { line },
      );
    }
    for (const called of [...this.#encoders.map(({ column }) => column), schema.label]) {
      const all = placesOf(header, called).map((at) => header[at] ?? "");
      if (all.length < 2) continue;
      this.#problems.add(
        `line ${line}: ${quotedNames(all)} are all called as the schema's ${JSON.stringify(called.name)}: rename those that are not meant`,
        { line },
      );
    }
  }

  #wrongAt(column: string, order: number): Wrong {
    return (line, problem) => this.#problems.addAt(line, column, problem, order);
  }

  uneven(fields: number, line: number): void {
    this.#uneven++;
    this.#problems.add(`line ${line} ${unevenText(fields, this.#header)}`, { line });
  }

  stray(text: string, line: number, at: number): number {
    const place = this.#placeAt[at];
    return place?.column instanceof NumberColumn ? place.column.stray(text, line, place.wrong) : Number.NaN;
  }

  texts(cells: readonly string[], line: number): void {
    const row = this.#begun++;
    this.#makeRoom(this.#begun);
    const rows = { x: this.#x, width: this.#width };
    for (let i = 0; i < cells.length; i++) {
      const [place, text] = [this.#textPlaces[i], cells[i] ?? ""];
      if (!place) continue;
      if (place.column instanceof TextColumn) place.column.take(text, line, rows, row, place.wrong);
      else if (place.column === "label") this.#takeLabel(text, line, row, place.wrong);
    }
  }

  #takeLabel(text: string, line: number, row: number, wrong: Wrong): void {
    const target = this.#label.read(text);
    if (typeof target === "number") this.#y[row] = target;
    else wrong(line, target.problem);
  }

  numbers(numbers: Float64Array, rows: number, lines: Uint32Array): void {
    const first = this.lines.length;
    this.#makeRoom(first + rows);
    const into = { x: this.#x, width: this.#width };
    const block = { numbers, rows, columns: this.#numberPlaces.length, lines };
    for (const [at, { column, wrong }] of this.#numberPlaces.entries()) {
      if (column instanceof NumberColumn) column.takeAll(block, at, into, first, wrong);
    }
    for (const { encoder, offset } of this.#lacking) {
      if ("problem" in encoder.absent) continue;
      for (let row = first; row < first + rows; row++)
        this.#x.set(encoder.absent, row * this.#width + offset);
    }
    for (let row = 0; row < rows; row++) this.lines.push(lines[row] as number);
  }

  #makeRoom(rows: number): void {
    const there = this.#y.length;
    if (rows <= there) return;
    const room = Math.max(rows, there === 0 ? this.#reading.expected : 2 * there);
    this.#x = grown(this.#x, room * this.#width);
    this.#y = grown(this.#y, room);
  }

  /** Whether the file has rows, of whatever kind. */
  get any(): boolean {
    return this.lines.length + this.#uneven > 0;
  }

  get labelled(): boolean {
    return this.#labelAt >= 0;
  }

  /** Of a file without problems. */
  examples(): Examples {
    const count = this.lines.length;
    const y = this.#y.subarray(0, this.labelled ? count : 0);
    return {
      x: this.#x.subarray(0, count * this.#width),
      y: this.#reading.schema.label.task === "regression" ? y : Int32Array.from(y),
      count,
      features: this.#width,
    };
  }

  notes(): string[] {
    const lacking = this.#lacking.map(({ encoder }) => encoder.column.name);
    const others = this.#places.flatMap(({ name, column }) =>
      column instanceof TextColumn && column.others > 0 ? [{ name, rows: column.others }] : [],
    );
    return [
      ...(lacking.length > 0
        ? [`${this.#file} lacks ${quotedNames(lacking, mostNamed)}: all of it counts as missing`]
        : []),
      ...others.map(
        ({ name, rows }) =>
          `${this.#file}: ${rows} of ${this.lines.length} rows have a ${JSON.stringify(name)} that is none of the schema's categories, and count as other`,
      ),
    ];
  }
}

function grown(values: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length);
  larger.set(values);
  return larger;
}
