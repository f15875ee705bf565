import { isDecimal } from "../shared/dataset/decimal.ts";
import { datasetInvalid } from "../shared/errors.ts";
import type { ToldSchema } from "../shared/owners/data-schema.ts";
import { inClassOrder, spelling } from "./classes.ts";
import { ColumnSurveyor } from "./column-survey.ts";
import { readCsvRecords } from "./csv-records.ts";
import { checkHeader } from "./header.ts";
import type { NamedBytes } from "./pieces.ts";
import { Problems } from "./problems.ts";
import { quotedNames } from "./quoted-names.ts";

/** Rows that each told class has at least: the values of a column of text are rows of somebody. */
const leastRowsOfClass = 10;
/** Rows below which a column of different whole numbers says nothing. */
const fewestRows = 20;
/** Different labels of a column that is one. */
const mostLabels = 1_000;

/** What an owner says of its own table. */
export interface Choices {
  readonly label: string;
  readonly ids: readonly string[];
  readonly drop: readonly string[];
  /** Columns that measure something, though each of their rows has another whole number. */
  readonly features: readonly string[];
  /** What is told beside types and roles. */
  readonly tells: readonly ("ranges" | "classes")[];
}

export interface Inferred {
  readonly schema: ToldSchema;
  /** What its owner should know. */
  readonly notes: readonly string[];
}

/**
 * The types and roles of a CSV file's columns, and no cell of it but what the choices consent to.
 * @throws DatasetInvalid with all that is wrong; the signal's reason
 */
export async function inferSchema(
  named: NamedBytes,
  choices: Choices,
  signal?: AbortSignal,
): Promise<Inferred> {
  const problems = new Problems(named.label);
  let table: Survey | undefined;
  const take = (fields: string[], line: number) => {
    if (table) table.add(fields, line);
    else table = new Survey(named.label, { header: fields, line }, choices, problems);
  };
  const whole = await problems.read(() => readCsvRecords(named, { take, invalid: datasetInvalid, signal }));
  const inferred = table?.inferred();
  if (whole && !inferred) problems.add("is empty: CSV begins with a line of column names");
  problems.throwIfAny("cannot be asked with");
  return (
    inferred ?? { schema: { format: 1, columns: [], label: { name: "", task: "classification" } }, notes: [] }
  );
}

interface Surveyed {
  readonly name: string;
  readonly surveyor: ColumnSurveyor;
  /** The first cell that is no number, and its line. */
  odd?: { readonly text: string; readonly line: number };
}

class Survey {
  readonly #header: readonly string[];
  readonly #choices: Choices;
  readonly #problems: Problems;
  readonly #labelAt: number;
  readonly #columns: readonly Surveyed[];
  /** Rows by label. */
  readonly #labels = new Map<string, number>();
  #rows = 0;

  /** @throws DatasetInvalid where the header names no table's columns */
  constructor(
    file: string,
    { header, line }: { readonly header: readonly string[]; readonly line: number },
    choices: Choices,
    problems: Problems,
  ) {
    checkHeader(file, header, line);
    this.#header = header;
    this.#choices = choices;
    this.#problems = problems;
    this.#labelAt = header.indexOf(choices.label);
    this.#columns = header.map((name) => ({ name, surveyor: new ColumnSurveyor(0) }));
    const { label, ids, drop, features } = choices;
    for (const [option, names] of Object.entries({ label: [label], ids, drop, features })) {
      for (const name of names.filter((one) => !header.includes(one))) {
        problems.add(
          `--${option}: there is no column ${quotedNames([name], 1, header)}; there are ${quotedNames(header)}`,
        );
      }
    }
    const named = [label, ...ids, ...drop, ...features];
    const twice = named.find((name, at) => named.indexOf(name) !== at);
    if (twice !== undefined)
      problems.add(`column ${JSON.stringify(twice)} is named twice in --label, --ids, --drop, --features`);
  }

  add(fields: readonly string[], line: number): void {
    this.#rows++;
    if (fields.length !== this.#header.length) {
      this.#problems.add(
        `line ${line} has ${fields.length} fields, and the header ${this.#header.length}; quote a field that holds a comma`,
      );
      return;
    }
    for (const [at, text] of fields.entries()) {
      const column = this.#columns[at];
      if (at === this.#labelAt) this.#addLabel(text, line);
      else if (column && isDecimal(text)) column.surveyor.add(Number(text));
      else if (column) column.odd ??= { text, line };
    }
  }

  #addLabel(text: string, line: number): void {
    if (text === "") this.#problems.addAt(line, this.#choices.label, "is empty: every row needs a label");
    else if (this.#labels.size <= mostLabels) this.#labels.set(text, (this.#labels.get(text) ?? 0) + 1);
  }

  inferred(): Inferred {
    const notes: string[] = [];
    const columns = this.#columns
      .filter((_, at) => at !== this.#labelAt)
      .map((one) => this.#column(one, notes));
    if (this.#rows === 0) this.#problems.add("has a header, but no rows");
    if (!columns.some(({ role }) => role === "feature")) {
      this.#problems.add("leaves no feature: every column is the label, an id or dropped");
    }
    const classes = this.#classes();
    const { label, tells } = this.#choices;
    return {
      schema: {
        format: 1,
        columns,
        label: {
          name: label,
          task: "classification",
          ...(tells.includes("classes") && classes && { classes }),
        },
      },
      notes,
    };
  }

  #column({ name, surveyor, odd }: Surveyed, notes: string[]): ToldSchema["columns"][number] {
    const { ids, drop, features, tells } = this.#choices;
    const type = odd ? "text" : "number";
    const role = ids.includes(name) ? "id" : drop.includes(name) ? "drop" : "feature";
    if (role !== "feature") return { name, type, role };
    if (odd) {
      this.#problems.addAt(
        odd.line,
        name,
        `${odd.text === "" ? "is empty" : `is ${JSON.stringify(odd.text.slice(0, 60))}, which is not a number`}: mend it, or name the column in --ids or --drop`,
      );
    }
    const { rows, unique, lowest, highest } = surveyor.survey();
    if (!odd && unique && rows >= fewestRows && !features.includes(name)) {
      notes.push(
        `column ${JSON.stringify(name)} has another whole number in each row, and is proposed as an id, which no model sees; ` +
          `--features ${name} makes it a feature`,
      );
      return { name, type, role: "id" };
    }
    return {
      name,
      type,
      role,
      ...(tells.includes("ranges") && lowest < highest && { range: [lowest, highest] }),
    };
  }

  /** In the order that a simulated run gives them. */
  #classes(): string[] | undefined {
    if (this.#labelAt < 0) return undefined;
    const canonical = spelling([...this.#labels.keys()]);
    const rows = new Map<string, number>();
    for (const [name, count] of this.#labels)
      rows.set(canonical(name), (rows.get(canonical(name)) ?? 0) + count);
    const names = [...rows.keys()];
    if (this.#labels.size > mostLabels || (names.length === this.#rows && names.length > 1)) {
      this.#problems.add(
        `column ${JSON.stringify(this.#choices.label)} is no label: it has ${this.#labels.size > mostLabels ? `more than ${mostLabels} values` : "another value in each row"}`,
      );
      return undefined;
    }
    if (!this.#choices.tells.includes("classes")) return undefined;
    if (names.length < 2) this.#problems.add("--tell classes: there is but one class; leave the option out");
    for (const [name, count] of rows) {
      if (count >= leastRowsOfClass) continue;
      this.#problems.add(
        `--tell classes: ${JSON.stringify(name)} stands in ${count} of the rows, and a class of fewer than ${leastRowsOfClass} tells of ` +
          "them; leave the option out, and agree upon the classes by the coordinator's schema",
      );
    }
    return inClassOrder(names);
  }
}
