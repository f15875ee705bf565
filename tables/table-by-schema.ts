import { isDecimal } from "../shared/dataset/decimal.ts";
import type { Examples } from "../shared/dataset/examples.ts";
import { datasetInvalid } from "../shared/errors.ts";
import { type ColumnEncoder, encodersOf } from "../shared/schema/encode.ts";
import { type TableSchema, usualGaps } from "../shared/schema/table-schema.ts";
import { spelling } from "./classes.ts";
import type { Decimal, Dialect, SaidDialect } from "./csv/dialect.ts";
import { withPoint } from "./csv-number.ts";
import { readCsvRecords } from "./csv-records.ts";
import { GrowingFloats } from "./growing-floats.ts";
import { checkHeader } from "./header.ts";
import type { NamedBytes, NamedFile } from "./pieces.ts";
import { Problems } from "./problems.ts";
import { quotedNames } from "./quoted-names.ts";

/** Columns and classes that a message names. */
const mostNamed = 10;

export interface TableReading {
  /** What the person says of how the file is written. */
  readonly said?: SaidDialect | undefined;
  /** Whether the file may lack the column that is to be predicted, as one that a model is asked about. */
  readonly unlabelled?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadTable {
  /** Of a file without labels y is empty. */
  readonly examples: Examples;
  /** Line of each example in the file. */
  readonly lines: readonly number[];
  readonly labelled: boolean;
  /** What the file's user should know of how it was read. */
  readonly notes: readonly string[];
}

/**
 * The examples of a CSV file as a schema has them: float32, in the file's order, their features as encodedFeatures names
 * them; the targets are classes, or float32 where a number is to be predicted.
 * @throws DatasetInvalid with all that is wrong, by line and column; the signal's reason
 */
export async function readTableBySchema(
  named: NamedBytes | NamedFile,
  schema: TableSchema,
  { said = {}, unlabelled = false, signal }: TableReading = {},
): Promise<ReadTable> {
  let problems = new Problems(named.label);
  let rows: Rows | undefined;
  let decimal: Decimal = ".";
  const begin = (dialect: Dialect) => {
    // what was read of the file otherwise counts for nothing
    problems = new Problems(named.label);
    rows = undefined;
    decimal = dialect.decimal;
  };
  const take = (fields: string[], line: number) => {
    if (rows) rows.add(fields, line);
    else rows = new Rows(named.label, { header: fields, line }, { schema, decimal, unlabelled }, problems);
  };
  let notes: readonly string[] = [];
  const whole = await readWhole(
    async () => {
      ({ notes } = await readCsvRecords(named, { take, begin, said, invalid: datasetInvalid, signal }));
    },
    () => problems,
  );
  if (whole && !rows?.lines.length)
    problems.add("holds no rows: a header, then at least one row, are a table");
  problems.throwIfAny("does not fit the schema");
  if (!rows) throw datasetInvalid(`${named.label} is empty: CSV begins with a line of column names`);
  return {
    examples: rows.examples(),
    lines: rows.lines,
    labelled: rows.labelled,
    notes: [...notes, ...rows.notes(named.label)],
  };
}

/** The problems are those that there are when the reading ends. */
function readWhole(work: () => Promise<void>, problems: () => Problems): Promise<boolean> {
  let failed: unknown;
  const tried = work().catch((error: unknown) => {
    failed = error;
  });
  return tried.then(() =>
    problems().read(async () => {
      if (failed !== undefined) throw failed;
    }),
  );
}

/** Where a file has a column that the schema names, by that name or another, whatever its capitals; -1 where it lacks it. */
export function placeOf(
  header: readonly string[],
  { name, aliases = [] }: { readonly name: string; readonly aliases?: readonly string[] | undefined },
): number {
  const exact = header.indexOf(name);
  if (exact >= 0) return exact;
  const wanted = [name, ...aliases].map((one) => one.toLowerCase());
  return header.findIndex((one) => wanted.includes(one.trim().toLowerCase()));
}

interface Reading {
  readonly schema: TableSchema;
  readonly decimal: Decimal;
  readonly unlabelled: boolean;
}

interface Place {
  readonly at: number;
  readonly encoder: ColumnEncoder;
  /** Rows whose value is none of the categories. */
  others: number;
}

/** Takes the rows one by one into numbers. */
class Rows {
  readonly #problems: Problems;
  readonly #decimal: Decimal;
  readonly #width: number;
  readonly #places: readonly Place[];
  readonly #label: TableSchema["label"];
  readonly #gaps: ReadonlySet<string>;
  readonly #labelAt: number;
  readonly #classes: ReadonlyMap<string, number>;
  readonly #spell: (name: string) => string;
  readonly #x = new GrowingFloats();
  readonly #y: number[] = [];
  readonly lines: number[] = [];

  /** @throws DatasetInvalid where the header names no table's columns */
  constructor(
    file: string,
    { header, line }: { readonly header: readonly string[]; readonly line: number },
    { schema, decimal, unlabelled }: Reading,
    problems: Problems,
  ) {
    checkHeader(file, header, line);
    this.#problems = problems;
    this.#decimal = decimal;
    this.#width = header.length;
    this.#label = schema.label;
    this.#gaps = new Set(schema.gaps ?? usualGaps);
    this.#labelAt = placeOf(header, schema.label);
    this.#places = encodersOf(schema).map((encoder) => ({
      at: placeOf(header, encoder.column),
      encoder,
      others: 0,
    }));
    const { classes = [], spellings = {} } = schema.label;
    this.#spell = spelling([...classes, ...Object.values(spellings).flat()]);
    const byName = classes.map((name, at): [string, number] => [this.#spell(name), at]);
    const bySpelling = Object.entries(spellings).flatMap(([name, others]) =>
      others.map((one): [string, number] => [this.#spell(one), classes.indexOf(name)]),
    );
    this.#classes = new Map([...byName, ...bySpelling]);
    const lacking = this.#places
      .filter(({ at, encoder }) => at < 0 && !encoder.column.optional)
      .map(({ encoder }) => encoder.column.name);
    const missing = [...lacking, ...(this.#labelAt < 0 && !unlabelled ? [schema.label.name] : [])];
    const known = new Set([this.#labelAt, ...this.#places.map(({ at }) => at)]);
    const others = header.filter((_, at) => !known.has(at));
    for (const name of missing) {
      problems.add(
        `line ${line}: there is no column ${quotedNames([name], 1, header)}, which the schema has: rename the one that is meant, name ` +
          `it in the schema's "aliases"${name === schema.label.name ? "" : ', or let files lack it by "optional"'}; beside the schema's there are ` +
          (quotedNames(others, mostNamed, [name]) || "none"),
      );
    }
  }

  add(fields: readonly string[], line: number): void {
    this.lines.push(line);
    if (fields.length !== this.#width) {
      this.#problems.add(
        `line ${line} has ${fields.length} fields, and the header ${this.#width}; quote a field that holds what separates them`,
      );
      return;
    }
    for (const place of this.#places) this.#addFeature(fields[place.at], line, place);
    if (this.#labelAt >= 0) this.#addLabel(fields[this.#labelAt] ?? "", line);
  }

  #addFeature(text: string | undefined, line: number, place: Place): void {
    const { encoder } = place;
    const { column, absent } = encoder;
    // what has decimal commas has them in numbers alone
    const usual =
      text !== undefined && column.type === "number" ? withPoint(text, this.#decimal) || text : text;
    const encoded = usual === undefined ? absent : encoder.encode(usual);
    if ("problem" in encoded) {
      if (text !== undefined) this.#problems.addAt(line, column.name, encoded.problem);
      return;
    }
    if (column.type === "category" && encoded[column.categories?.length ?? 0] === 1) place.others++;
    for (const value of encoded) this.#x.push(value);
  }

  #addLabel(text: string, line: number): void {
    const { name, task, classes = [] } = this.#label;
    const usual = withPoint(text, this.#decimal) || text;
    if (this.#gaps.has(text) && !this.#classes.has(this.#spell(text))) {
      this.#problems.addAt(line, name, "is a gap: every row needs a label; fill it in, or leave the row out");
      return;
    }
    if (task === "regression") {
      const value = isDecimal(usual) ? Math.fround(Number(usual)) : Number.NaN;
      if (Number.isFinite(value)) this.#y.push(value);
      else {
        this.#problems.addAt(
          line,
          name,
          `is ${quotedNames([text], 1)}, which is no number of float32: mend it, leave the row out, or set the schema's "task" to "classification"`,
        );
      }
      return;
    }
    const index = this.#classes.get(this.#spell(isDecimal(usual) ? usual : text));
    if (index !== undefined) return void this.#y.push(index);
    this.#problems.addAt(
      line,
      name,
      `is ${quotedNames([text], 1, classes)}, and the classes are ${quotedNames(classes, mostNamed, [text])}: write it as one of these, name ` +
        `it in the schema's "spellings", or leave the row out`,
    );
  }

  get labelled(): boolean {
    return this.#labelAt >= 0;
  }

  /** Of a file without problems. */
  examples(): Examples {
    const { task } = this.#label;
    return {
      x: this.#x.all(),
      y: task === "regression" ? Float32Array.from(this.#y) : Int32Array.from(this.#y),
      count: this.lines.length,
      features: this.#places.reduce((sum, { encoder }) => sum + encoder.features.length, 0),
    };
  }

  notes(file: string): string[] {
    const lacking = this.#places.filter(({ at }) => at < 0).map(({ encoder }) => encoder.column.name);
    return [
      ...(lacking.length > 0
        ? [`${file} lacks ${quotedNames(lacking, mostNamed)}: all of it counts as missing`]
        : []),
      ...this.#places
        .filter(({ others }) => others > 0)
        .map(
          ({ others, encoder }) =>
            `${file}: ${others} of ${this.lines.length} rows have a ${JSON.stringify(encoder.column.name)} that is none of the schema's categories, and count as other`,
        ),
    ];
  }
}
