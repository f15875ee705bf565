import type { Examples } from "../shared/dataset/examples.ts";
import { datasetInvalid } from "../shared/errors.ts";
import { type DataSchema, featuresOf } from "../shared/owners/data-schema.ts";
import { classIndices } from "./classes.ts";
import { parseNumber } from "./csv-number.ts";
import { readCsvRecords } from "./csv-records.ts";
import { GrowingFloats } from "./growing-floats.ts";
import { checkHeader } from "./header.ts";
import type { NamedBytes } from "./pieces.ts";
import { Problems } from "./problems.ts";
import { quotedNames } from "./quoted-names.ts";

/** Classes and columns that a message names. */
const mostNamed = 10;

/**
 * The examples of a CSV file that fits a schema, in the file's order, their features in the schema's: the same bits that
 * the pooled data set of a simulated run has of that file. Columns stand in any order; what the schema does not name, and
 * what it has as id or drop, stays unread.
 * @throws DatasetInvalid with all that is wrong, by line and column; the signal's reason
 */
export async function readBySchema(
  named: NamedBytes,
  schema: DataSchema,
  signal?: AbortSignal,
): Promise<Examples> {
  const problems = new Problems(named.label);
  let rows: SchemaRows | undefined;
  const take = (fields: string[], line: number) => {
    if (rows) rows.add(fields, line);
    else rows = new SchemaRows(named.label, { header: fields, line }, schema, problems);
  };
  const whole = await problems.read(() => readCsvRecords(named, { take, invalid: datasetInvalid, signal }));
  if (whole && !rows?.count) problems.add("holds no rows: a header, then at least one row, are a table");
  problems.throwIfAny("does not fit the agreed schema");
  return rows?.examples() ?? { x: new Float32Array(), y: new Int32Array(), count: 0, features: 0 };
}

interface Place {
  readonly at: number;
  readonly name: string;
  readonly range: readonly [number, number] | undefined;
}

/** Takes the rows one by one into numbers. */
class SchemaRows {
  readonly #problems: Problems;
  readonly #width: number;
  readonly #features: readonly Place[];
  readonly #label: DataSchema["label"];
  readonly #labelAt: number;
  /** Class by label, -1 of what is none, for each spelling once. */
  readonly #classes = new Map<string, number>();
  readonly #x = new GrowingFloats();
  readonly #y: number[] = [];
  count = 0;

  /** @throws DatasetInvalid where the header names no table's columns */
  constructor(
    file: string,
    { header, line }: { readonly header: readonly string[]; readonly line: number },
    schema: DataSchema,
    problems: Problems,
  ) {
    checkHeader(file, header, line);
    this.#problems = problems;
    this.#width = header.length;
    this.#label = schema.label;
    this.#labelAt = header.indexOf(schema.label.name);
    const places = featuresOf(schema).map(({ name, range }) => ({ at: header.indexOf(name), name, range }));
    this.#features = places.filter(({ at }) => at >= 0);
    const missing = [...places.filter(({ at }) => at < 0), ...(this.#labelAt < 0 ? [schema.label] : [])];
    const others = header.filter((name) => !places.some((place) => place.name === name));
    for (const { name } of missing) {
      problems.add(
        `line ${line}: there is no column ${quotedNames([name], 1, header)}, which the schema has; add it, or rename ` +
          `the one that is meant: beside the schema's there are ${quotedNames(others, mostNamed, [name]) || "none"}`,
      );
    }
  }

  add(fields: readonly string[], line: number): void {
    this.count++;
    if (fields.length !== this.#width) {
      this.#problems.add(
        `line ${line} has ${fields.length} fields, and the header ${this.#width}; quote a field that holds a comma`,
      );
      return;
    }
    for (const place of this.#features) this.#addFeature(fields[place.at] ?? "", line, place);
    if (this.#labelAt >= 0) this.#addLabel(fields[this.#labelAt] ?? "", line);
  }

  #addFeature(text: string, line: number, { name, range }: Place): void {
    const value = parseNumber(text);
    if (typeof value === "string") this.#problems.addAt(line, name, value);
    else this.#x.push(value);
    if (typeof value === "string" || !range) return;
    const [lowest, highest] = range;
    if (Number(text) < lowest || Number(text) > highest) {
      this.#problems.addAt(
        line,
        name,
        `is ${text}, and the schema takes ${lowest} to ${highest}; mend it, or leave the row out`,
      );
    }
  }

  #addLabel(text: string, line: number): void {
    const { name, classes } = this.#label;
    let index = this.#classes.get(text);
    if (index === undefined) {
      index = classIndices([text], classes)[0] ?? -1;
      this.#classes.set(text, index);
    }
    if (index >= 0) return void this.#y.push(index);
    this.#problems.addAt(
      line,
      name,
      text === ""
        ? "is empty: every row needs a label; fill it in, or leave the row out"
        : `is ${quotedNames([text], 1, classes)}, and the classes are ${quotedNames(classes, mostNamed, [text])}; write it as one ` +
            "of these, or leave the row out",
    );
  }

  /** Of a file without problems. */
  examples(): Examples {
    return {
      x: this.#x.all(),
      y: Int32Array.from(this.#y),
      count: this.count,
      features: this.#features.length,
    };
  }
}
