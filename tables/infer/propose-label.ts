import type { TableSchema } from "../../shared/schema/table-schema.ts";
import { mostKept } from "./cells.ts";
import type { FoundColumn } from "./found-column.ts";
import { joinedText, valuesOf } from "./values.ts";

/** Different whole numbers of a label that are taken for classes: digits have ten. */
const mostNumberedClasses = 10;
/** Rows of a class below which it may be a slip of the pen. */
const fewRows = 2;

export interface Expected {
  /** Whether the person says that it is a number. */
  readonly numbers: boolean;
  /** Whether the tables are one owner's of several, where every row may be of one class. */
  readonly partial: boolean;
}

export interface Saying {
  /** What its user should look at. */
  readonly note: (note: string) => void;
  /** What stands in the way of a schema, and is no single file's. */
  readonly problem: (problem: string) => void;
}

/** What the label is, from all of its cells; what is wrong with single ones goes to their files' problems. */
export function proposeLabel(
  name: string,
  column: FoundColumn,
  { numbers: saidNumbers, partial }: Expected,
  say: Saying,
): TableSchema["label"] {
  const is = `the label ${JSON.stringify(name)}`;
  for (const { cells, problems } of column.inFiles) {
    for (const { line } of cells.first.gap) {
      problems.addAt(line, name, "is a gap: every row needs a label; fill it in, or leave the row out");
    }
    problems.addMore(cells.gaps - cells.first.gap.length);
  }
  const texts = column.texts();
  const { filled: rows } = column;
  const [numbers, fractions] = [column.count("number", "code"), column.sum((one) => one.fractions)];
  const { values, spellings, ...joined } = valuesOf(texts ?? new Map());
  const different = texts ? values.length : mostKept + 1;
  const named = texts ? String(values.length) : `more than ${mostKept}`;
  const isNumber = fractions > 0 || different > mostNumberedClasses || 2 * different > rows;
  if (numbers === rows && saidNumbers) return { name, task: "regression" };
  if (numbers === rows && isNumber) {
    say.note(
      `${is} is taken for a number, and the task for a regression: it has ${named} different values; write "task": "classification" with "classes" where they are names`,
    );
    return { name, task: "regression" };
  }
  if (rows > 0 && (different > mostKept || 2 * different > rows)) {
    say.problem(
      2 * numbers > rows
        ? `${is} is a number in ${numbers} of ${rows} rows, and else as ${column.example("oddNumber", "word", "date", "oddDate")}: mend these rows, or leave them out`
        : `${is} has ${named} different values in ${rows} rows, and is no class: name another --label`,
    );
    return { name, task: "classification", classes: ["0", "1"] };
  }
  if (values.length < 2 && !partial) {
    // of files that lack it or all of it the files' problems tell
    if (rows > 0)
      say.problem(`${is} is ${JSON.stringify(values[0] ?? "")} in every row: there is nothing to tell apart`);
    return { name, task: "classification", classes: ["0", "1"] };
  }
  if (numbers === rows && values.length > 2) {
    say.note(
      `${is} has ${values.length} different whole numbers, which are taken for classes; write "task": ` +
        '"regression", and no classes, where a number is to be predicted',
    );
  }
  if (joined.answers) {
    const all = values.map((value) => [value, ...(spellings[value] ?? [])]);
    say.note(
      `${is}: ${all.map((words) => words.map((one) => JSON.stringify(one)).join(", ")).join(" are one class, and ")} the other`,
    );
  } else {
    const same = joinedText({ values, spellings, ...joined });
    if (same !== undefined)
      say.note(
        `${is} has values that are joined by "spellings": ${same}; part them where they are other classes`,
      );
  }
  for (const value of values) {
    const count = joined.rows.get(value) ?? 0;
    if (count < fewRows)
      say.note(
        `${is} is ${JSON.stringify(value)} in ${count} of ${rows} rows: mend it where it is a slip of the pen`,
      );
  }
  return {
    ...{ name, task: "classification", classes: [...values] },
    ...(Object.keys(spellings).length > 0 && {
      spellings: Object.fromEntries(Object.entries(spellings).map(([one, others]) => [one, [...others]])),
    }),
  };
}
