import { mostDeclaredClasses } from "../../shared/dataset/dataset.ts";
import { isDecimal, isWhole } from "../../shared/dataset/decimal.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { inClassOrder, spelling } from "../../tables/classes.ts";
import { differingLabels } from "./differing-labels.ts";
import { foundLabels } from "./found-label.ts";
import { checkLabels } from "./label-checks.ts";
import { NoTable } from "./no-table.ts";
import type { Table } from "./table.ts";

/** How messages call the tables: the files of all owners are one data set. */
interface Tables {
  readonly tables: readonly Table[];
  /** "iris.csv", or "the files in clinics". */
  readonly place: string;
  /** Of the tables, where each is an owner's. */
  readonly owners: readonly string[] | undefined;
}

/**
 * The classes that the tables' labels are: those declared, in their order, or the labels that are there, numbers in
 * ascending order and names by code point. "1" and "1.0" are one class where all labels are numbers.
 * @param declared what --classes lists
 * @throws DatasetInvalid where the labels are no classes, where owners have different ones, or one is not declared
 */
export function classNamesOf(given: Tables, declared: readonly string[] | undefined): string[] {
  checkLabels(given.tables, declared);
  const used = given.tables.flatMap(({ labels }) =>
    labels.flatMap(({ name, firstAt }) => (firstAt ? [name] : [])),
  );
  const canonical = spelling(
    declared ?? given.tables.flatMap(({ labels }) => labels.map(({ name }) => name)),
  );
  const classNames = declared
    ? checkDeclared(given.tables, declared.map(canonical), canonical)
    : foundClasses(given, canonical);
  if (classNames.length > mostDeclaredClasses) {
    throw datasetInvalid(
      `${given.place}: ${given.tables[0]?.labelColumn} has ${classNames.length} classes, and at most ${mostDeclaredClasses} are ` +
        "supported; a label names one of a few classes",
    );
  }
  const distinct = [...new Set(used.map(canonical))];
  if (distinct.length < 2) {
    throw datasetInvalid(
      `${given.place}: ${given.tables[0]?.labelColumn} has only the label "${distinct[0]}": there is nothing to tell apart`,
    );
  }
  return classNames;
}

function checkDeclared(
  tables: readonly Table[],
  classNames: string[],
  canonical: (name: string) => string,
): string[] {
  const known = new Set(classNames);
  if (known.size !== classNames.length) throw datasetInvalid("--classes: repeats a class");
  for (const { label, labelColumn, labels } of tables) {
    for (const { name, firstAt } of labels) {
      if (firstAt === undefined || known.has(canonical(name))) continue;
      throw datasetInvalid(
        `${label}: ${firstAt}, ${labelColumn}: the label "${name}" is not one of --classes ${classNames.join(",")}`,
      );
    }
  }
  return classNames;
}

function foundClasses({ tables, place, owners }: Tables, canonical: (name: string) => string): string[] {
  const sets = tables.map(({ labels }) => new Set(labels.map(({ name }) => canonical(name))));
  const all = [...new Set(sets.flatMap((set) => [...set]))];
  const numbers = all.every(isDecimal);
  const rows = tables.reduce((sum, { count }) => sum + count, 0);
  const column = `${place}: ${tables[0]?.labelColumn}`;
  const instead = "; a label names one of a few classes";
  const meant = tables.every(({ namesClasses }) => namesClasses);
  if (!meant && numbers && !all.every(isWhole) && all.length > rows / 2) {
    throw new NoTable(
      `${column} is not a label: ${all.length} different values in ${rows} rows, and not integers, are measurements${instead}; to predict the number itself, --set task.kind=regression`,
    );
  }
  if (!meant && all.length === rows) {
    throw new NoTable(`${column} is not a label: each of the ${rows} rows has another value${instead}`);
  }
  const ordered = inClassOrder(all);
  if (owners && sets.some((set) => set.size !== all.length)) {
    const own = sets.map((labels, i) => ({ owner: owners[i] ?? "", labels }));
    const found = tables.flatMap(foundLabels);
    throw differingLabels(own, ordered, found, tables[0]?.labelColumn ?? "the labels");
  }
  return ordered;
}
