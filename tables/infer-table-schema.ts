import { isDecimal, isWhole } from "../shared/dataset/decimal.ts";
import { datasetInvalid } from "../shared/errors.ts";
import { daysOf } from "../shared/schema/encode.ts";
import { type TableColumn, type TableSchema, tableSchema, usualGaps } from "../shared/schema/table-schema.ts";
import { inClassOrder } from "./classes.ts";
import { type Decimal, type Dialect, dialectText, type SaidDialect } from "./csv/dialect.ts";
import { withPoint } from "./csv-number.ts";
import { readCsvRecords } from "./csv-records.ts";
import { checkHeader } from "./header.ts";
import type { NamedBytes, NamedFile } from "./pieces.ts";
import { placeOf } from "./place-of.ts";

/** Different texts of a column that are kept, and at most listed as its categories. */
const [mostKept, mostCategories] = [1_000, 50];
/** Rows below which a column of different values says nothing of being an id. */
const fewestRows = 20;
/** Different whole numbers of a label that are taken for classes: digits have ten. */
const mostNumberedClasses = 10;
/** Values that a message names. */
const mostNamed = 5;

export interface TableFile {
  /** Whose it is, or its name. */
  readonly owner: string;
  readonly file: NamedBytes | NamedFile;
}

export interface InferredSchema {
  readonly schema: TableSchema;
  /** What its user should look at before it counts. */
  readonly notes: readonly string[];
}

/**
 * What the tables of several owners are like, from all of their rows: a proposal for people to review. Ids and text are left
 * out, gaps get the mean of the others, and what few owners have is dropped, each with a word.
 * @param label the column that is to be predicted
 * @throws DatasetInvalid with all that stands in the way; the signal's reason
 */
export async function inferTableSchema(
  files: readonly TableFile[],
  label: string,
  {
    said = {},
    signal,
  }: { readonly said?: SaidDialect | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<InferredSchema> {
  const surveys: FileSurvey[] = [];
  const refused: string[] = [];
  const notes: string[] = [];
  for (const { owner, file } of files) {
    let survey = new FileSurvey(owner, file.label);
    let decimal: Decimal = ".";
    const begin = (dialect: Dialect) => {
      survey = new FileSurvey(owner, file.label);
      decimal = dialect.decimal;
    };
    const take = (fields: string[], line: number) => survey.take(fields, line, decimal);
    try {
      const { dialect } = await readCsvRecords(file, { take, begin, said, invalid: datasetInvalid, signal });
      const text = dialectText(dialect);
      if (text !== "") notes.push(`${file.label}: ${text}`);
      if (survey.rows === 0)
        throw datasetInvalid(`${file.label} holds no rows: a header, then rows, are a table`);
      if (survey.placeOf(label) < 0) {
        throw datasetInvalid(
          `--label: ${file.label} has no column ${JSON.stringify(label)}; it has ${survey.header.map((one) => JSON.stringify(one)).join(", ")}`,
        );
      }
      surveys.push(survey);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Error) || error.name !== "DatasetInvalid") throw error;
      refused.push(error.message);
    }
  }
  if (refused.length > 0) throw datasetInvalid(refused.join("\n"));
  const inferring = new Inferring(surveys, label);
  const proposed = { format: 1, columns: inferring.columns(), label: inferring.label() };
  if (inferring.problems.length > 0) throw datasetInvalid(inferring.problems.join("\n"));
  const parsed = tableSchema.safeParse(proposed);
  if (parsed.success) return { schema: parsed.data, notes: [...notes, ...inferring.notes] };
  throw datasetInvalid(
    `no schema can be proposed: ${parsed.error.issues.map(({ message }) => message).join("; ")}; write one by hand`,
  );
}

/** One column of one file, value by value. */
class CellSurvey {
  rows = 0;
  gaps = 0;
  numbers = 0;
  dates = 0;
  sum = 0;
  days = 0;
  fractions = 0;
  /** Rows by text; undefined once there are too many. */
  texts: Map<string, number> | undefined = new Map();
  /** Whether each row has another value than all before. */
  unique = true;
  /** The first cell of each kind, and its line. */
  readonly first: {
    [Kind in "number" | "date" | "word"]?: { readonly text: string; readonly line: number };
  } = {};
  readonly #seen = new Set<string>();

  add(text: string, line: number, decimal: Decimal): void {
    this.rows++;
    if (usualGaps.includes(text)) {
      this.gaps++;
      return;
    }
    const usual = withPoint(text, decimal);
    if (isDecimal(usual)) {
      this.numbers++;
      this.sum += Number(usual);
      if (!isWhole(usual)) this.fractions++;
      this.first.number ??= { text, line };
    } else {
      const days = daysOf(text);
      if (days !== undefined) {
        this.dates++;
        this.days += days;
      }
      this.first[days === undefined ? "word" : "date"] ??= { text, line };
    }
    if (this.unique) {
      if (this.#seen.has(text)) this.unique = false;
      else this.#seen.add(text);
      if (!this.unique) this.#seen.clear();
    }
    const key = isDecimal(usual) ? usual : text;
    if (!this.texts) return;
    this.texts.set(key, (this.texts.get(key) ?? 0) + 1);
    if (this.texts.size > mostKept) this.texts = undefined;
  }
}

/** One file's columns. */
class FileSurvey {
  readonly owner: string;
  readonly #file: string;
  header: readonly string[] = [];
  #cells: readonly CellSurvey[] = [];
  rows = 0;

  constructor(owner: string, file: string) {
    this.owner = owner;
    this.#file = file;
  }

  /** @throws DatasetInvalid of a header or a row that is none */
  take(fields: readonly string[], line: number, decimal: Decimal): void {
    if (this.header.length === 0) {
      checkHeader(this.#file, fields, line);
      this.header = fields;
      this.#cells = fields.map(() => new CellSurvey());
      return;
    }
    if (fields.length !== this.header.length) {
      throw datasetInvalid(
        `${this.#file}: line ${line} has ${fields.length} fields, and the header ${this.header.length}; quote a field that holds what separates them`,
      );
    }
    this.rows++;
    for (const [at, text] of fields.entries()) this.#cells[at]?.add(text, line, decimal);
  }

  placeOf(name: string): number {
    return placeOf(this.header, { name });
  }

  column(
    name: string,
  ): { readonly file: string; readonly owner: string; readonly cells: CellSurvey } | undefined {
    const cells = this.#cells[this.placeOf(name)];
    return cells && { file: this.#file, owner: this.owner, cells };
  }
}

type InFile = NonNullable<ReturnType<FileSurvey["column"]>>;

/** Words that mean yes and no, in the order of classes. */
const noYes = [
  ["0", "no", "n", "false", "f"],
  ["1", "yes", "y", "true", "t"],
];

class Inferring {
  readonly #files: readonly FileSurvey[];
  readonly #label: string;
  readonly notes: string[] = [];
  readonly problems: string[] = [];

  constructor(files: readonly FileSurvey[], label: string) {
    this.#files = files;
    this.#label = label;
  }

  columns(): TableColumn[] {
    const names: string[] = [];
    for (const { header } of this.#files) {
      for (const name of header) {
        const known = [this.#label, ...names].some((one) => one.toLowerCase() === name.trim().toLowerCase());
        if (!known) names.push(name);
      }
    }
    return names.map((name) => this.#column(name));
  }

  #column(name: string): TableColumn {
    const inFiles = this.#files.flatMap((file) => file.column(name) ?? []);
    const told = (why: string) => void this.notes.push(`column ${JSON.stringify(name)} ${why}`);
    const dropped = (why: string, role: "id" | "drop" = "drop"): TableColumn => {
      told(why);
      return { name, type: typeOfText(inFiles), role };
    };
    const sum = (of: (cells: CellSurvey) => number) => inFiles.reduce((all, { cells }) => all + of(cells), 0);
    const lacking = this.#files.filter((file) => !file.column(name)).map(({ owner }) => owner);
    if (2 * inFiles.length <= this.#files.length && lacking.length > 0) {
      const owners = inFiles.map(({ owner }) => owner).join(", ");
      return dropped(
        `is left out: only ${owners} ${inFiles.length === 1 ? "has" : "have"} it; it takes more than half of the files`,
      );
    }
    const [rows, gaps] = [sum((one) => one.rows), sum((one) => one.gaps)];
    const filled = rows - gaps;
    if (filled === 0) return dropped("is left out: all of it is gaps");
    const unique = inFiles.every(({ cells }) => cells.unique);
    const whole = sum((one) => one.numbers) === filled && sum((one) => one.fractions) === 0;
    const numbers = sum((one) => one.numbers) === filled;
    if (unique && rows >= fewestRows && (whole || !numbers) && sum((one) => one.dates) < filled) {
      return dropped(
        'is taken for an id, which no model sees: each row has another value; "role": "feature" takes it in',
        "id",
      );
    }
    const optional = lacking.length > 0 ? { optional: true as const } : {};
    if (lacking.length > 0)
      told(`is optional: ${lacking.join(", ")} ${lacking.length === 1 ? "lacks" : "lack"} it`);
    const hasGaps = gaps > 0 || lacking.length > 0;
    const share = `${gaps} of ${rows} rows`;
    if (numbers) {
      const missing = rounded(sum((one) => one.sum) / filled);
      if (hasGaps) told(`has gaps in ${share}: ${missing}, its mean, stands in for them`);
      return { name, type: "number", role: "feature", ...(hasGaps && { missing }), ...optional };
    }
    if (sum((one) => one.dates) === filled) {
      const missing = new Date(86_400_000 * Math.round(sum((one) => one.days) / filled))
        .toISOString()
        .slice(0, 10);
      if (hasGaps) told(`has gaps in ${share}: ${missing}, its mean, stands in for them`);
      return { name, type: "date", role: "feature", ...(hasGaps && { missing }), ...optional };
    }
    if (2 * sum((one) => one.numbers + one.dates) > filled) {
      // never a category: a slip of the pen would make one of all numbers
      const [usual, other] =
        sum((one) => one.numbers) >= sum((one) => one.dates)
          ? (["numbers", "date"] as const)
          : (["dates as 2026-01-31", "number"] as const);
      const strays = inFiles.flatMap(({ file, cells }) =>
        [cells.first.word, cells.first[other]].flatMap((one) => (one ? [{ file, ...one }] : [])),
      );
      for (const { file, line, text } of strays.slice(0, mostNamed)) {
        this.problems.push(
          `${file}: line ${line}, column ${JSON.stringify(name)}: is ${JSON.stringify(text.slice(0, 60))} among ${usual}: mend it, or leave it empty where it stands for a gap`,
        );
      }
      return { name, type: "text", role: "drop" };
    }
    const texts = mergedTexts(inFiles);
    if (!texts || texts.size > mostCategories || 2 * texts.size > filled) {
      const { text = "" } = inFiles.find(({ cells }) => cells.first.word)?.cells.first.word ?? {};
      return dropped(
        `is left out: it is text of ${texts ? texts.size : `more than ${mostKept}`} different values, such as ${JSON.stringify(text.slice(0, 40))}`,
      );
    }
    const categories = inClassOrder([...texts.keys()]);
    const alike = alikeBut(categories);
    if (alike) {
      told(
        `has ${alike.map((one) => JSON.stringify(one)).join(" and ")}: where they mean the same, join them by "spellings"`,
      );
    }
    if (gaps > 0) told(`has gaps in ${share}, which are a category of their own`);
    return {
      name,
      type: "category",
      role: "feature",
      categories,
      ...(hasGaps && { missing: "category" }),
      ...optional,
    };
  }

  label(): TableSchema["label"] {
    const inFiles = this.#files.flatMap((file) => file.column(this.#label) ?? []);
    const [first] = this.#files;
    const name = first?.header[first.placeOf(this.#label)] ?? this.#label;
    for (const { file, cells } of inFiles) {
      if (cells.gaps > 0) {
        this.problems.push(
          `${file}: ${cells.gaps} of ${cells.rows} rows have no ${JSON.stringify(name)}: every row needs a label`,
        );
      }
    }
    const texts = mergedTexts(inFiles);
    const sum = (of: (cells: CellSurvey) => number) => inFiles.reduce((all, { cells }) => all + of(cells), 0);
    const [rows, numbers, fractions] = [
      sum((one) => one.rows),
      sum((one) => one.numbers),
      sum((one) => one.fractions),
    ];
    const values = texts ? texts.size : mostKept + 1;
    if (numbers === rows && (fractions > 0 || values > mostNumberedClasses || 2 * values > rows)) {
      this.notes.push(
        `the label ${JSON.stringify(name)} is taken for a number, and the task for a regression: it has ${texts ? values : `more than ${mostKept}`} different values; write "task": "classification" with "classes" where they are names`,
      );
      return { name, task: "regression" };
    }
    const found = [...(texts?.keys() ?? [])];
    if (values > mostKept || 2 * values > rows) {
      this.problems.push(
        `the label ${JSON.stringify(name)} has ${texts ? values : `more than ${mostKept}`} different values in ${rows} rows, and is no class: name another --label`,
      );
      return { name, task: "classification", classes: found.slice(0, 2) };
    }
    const answers = noYes.map((words) => found.filter((one) => words.includes(one.toLowerCase())));
    if (
      answers.flat().length === found.length &&
      answers.every((one) => one.length > 0) &&
      found.length > 2
    ) {
      return this.#aliased(name, answers as [string[], string[]], texts ?? new Map());
    }
    if (found.length < 2) {
      this.problems.push(
        `the label ${JSON.stringify(name)} is ${JSON.stringify(found[0] ?? "")} in every row: there is nothing to tell apart`,
      );
    }
    const classes = inClassOrder(found);
    if (numbers === rows && found.length > 2) {
      this.notes.push(
        `the label ${JSON.stringify(name)} has ${found.length} different whole numbers, which are taken for classes; write "task": ` +
          '"regression", and no classes, where a number is to be predicted',
      );
    }
    const alike = alikeBut(classes);
    if (alike) {
      this.notes.push(
        `the label ${JSON.stringify(name)} has ${alike.map((one) => JSON.stringify(one)).join(" and ")}: where they mean the same, join them by "spellings"`,
      );
    }
    return { name, task: "classification", classes };
  }

  /** Of yes and no in several words: the most frequent one of each is the class. */
  #aliased(
    name: string,
    answers: readonly [readonly string[], readonly string[]],
    rows: ReadonlyMap<string, number>,
  ): TableSchema["label"] {
    const ordered = answers.map((words, answer) => {
      const byRows = words.toSorted((a, b) => (rows.get(b) ?? 0) - (rows.get(a) ?? 0));
      // whoever writes False here writes True in another file
      const others = (answers[1 - answer] ?? []).map((word) => counterpart(word, answer));
      return [...byRows, ...new Set(others.filter((word) => !words.includes(word)))];
    });
    const classes = ordered.map(([most = ""]) => most);
    const spellings = Object.fromEntries(
      ordered.flatMap(([most = "", ...others]) => (others.length > 0 ? [[most, others]] : [])),
    );
    this.notes.push(
      `the label ${JSON.stringify(name)}: ${ordered.map(([most, ...others]) => [most, ...others].map((one) => JSON.stringify(one)).join(", ")).join(" are one class, and ")} the other`,
    );
    return { name, task: "classification", classes, spellings };
  }
}

/** The other answer in the same words and capitals: True to False, y to n. @param answer 0 for no */
function counterpart(word: string, answer: number): string {
  const at = noYes[1 - answer]?.indexOf(word.toLowerCase()) ?? -1;
  const other = noYes[answer]?.[at] ?? word;
  if (word === word.toLowerCase()) return other;
  return word === word.toUpperCase() && word.length > 1
    ? other.toUpperCase()
    : `${other[0]?.toUpperCase()}${other.slice(1)}`;
}

/** Rows by text over all files; undefined where there are too many. */
function mergedTexts(inFiles: readonly InFile[]): Map<string, number> | undefined {
  const all = new Map<string, number>();
  for (const { cells } of inFiles) {
    if (!cells.texts) return undefined;
    for (const [text, rows] of cells.texts) all.set(text, (all.get(text) ?? 0) + rows);
  }
  return all.size > mostKept ? undefined : all;
}

function typeOfText(inFiles: readonly InFile[]): "number" | "text" {
  return inFiles.every(({ cells }) => cells.numbers === cells.rows - cells.gaps) ? "number" : "text";
}

/** Two values that differ in capitals or spaces alone; undefined where none do. */
function alikeBut(values: readonly string[]): [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const value of values) {
    const plain = value.trim().toLowerCase();
    const other = seen.get(plain);
    if (other !== undefined) return [other, value];
    seen.set(plain, value);
  }
  return undefined;
}

/** Six digits, as people read a mean. */
const rounded = (value: number) => Number(value.toPrecision(6));
