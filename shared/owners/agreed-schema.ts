import { type TableColumn, type TableSchema, tableSchema } from "../schema/table-schema.ts";
import { visible } from "../visible.ts";
import type { ToldColumn, ToldSchema } from "./told-schema.ts";

/** What one owner has told of its table. */
export interface Told {
  readonly name: string;
  readonly schema: ToldSchema;
}

export interface Agreed {
  readonly schema: TableSchema;
  /** What all should know of how it was made of what they have told. */
  readonly notes: readonly string[];
}

/**
 * The schema that all owners' tables have, or in what they differ: the columns in the first one's order. Ranges are those of all
 * values, categories those of all owners; what some lack, and more than half have, is optional; gaps take the mean, or are a
 * category of their own.
 */
export function agreedSchema(told: readonly Told[]): Agreed | { differences: string[] } {
  const [first] = told;
  if (!first) return { differences: ["nobody has told anything"] };
  const merging = new Merging(told);
  const columns = merging.columns();
  const label = merging.label();
  if (merging.differences.length > 0 || !label) return { differences: merging.differences };
  const parsed = tableSchema.safeParse({ format: 1, columns, label });
  if (parsed.success) return { schema: parsed.data, notes: merging.notes };
  return { differences: parsed.error.issues.map(({ message }) => `together the columns' list ${message}`) };
}

/** One owner's column. */
interface Its {
  readonly owner: string;
  readonly column: ToldColumn;
}

const alike = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const named = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(", ");
const have = (owners: readonly string[]) => `${owners.join(", ")} ${owners.length > 1 ? "have" : "has"}`;

class Merging {
  readonly #told: readonly Told[];
  readonly differences: string[] = [];
  readonly notes: string[] = [];

  constructor(told: readonly Told[]) {
    this.#told = told;
  }

  columns(): TableColumn[] {
    const names: string[] = [];
    for (const { schema } of this.#told) {
      for (const { name } of schema.columns) if (!names.some((one) => alike(one, name))) names.push(name);
    }
    return names.map((name) => this.#column(name));
  }

  #column(name: string): TableColumn {
    const its = this.#told.flatMap(({ name: owner, schema }): Its[] => {
      const column = schema.columns.find((one) => alike(one.name, name));
      return column ? [{ owner, column }] : [];
    });
    const lacking = this.#told
      .map((one) => one.name)
      .filter((one) => its.every(({ owner }) => owner !== one));
    const [first] = its as [Its, ...Its[]];
    const { type, role, unit } = first.column;
    const of = { name, type, ...(unit !== undefined && { unit }) };
    const features = its.filter(({ column }) => column.role === "feature");
    if (features.length === 0) {
      // nobody reads it, whatever it is
      return { ...of, role: its.some(({ column }) => column.role === "id") ? "id" : "drop" };
    }
    const other = its.find(({ column }) => column.type !== type || column.role !== role);
    if (other) {
      this.differences.push(
        `${JSON.stringify(name)} is ${type} and ${role} at ${first.owner}'s, ${other.column.type} and ${other.column.role} at ` +
          `${other.owner}'s`,
      );
    }
    if (other) return { ...of, role };
    if (2 * its.length <= this.#told.length) {
      this.notes.push(
        `column ${JSON.stringify(name)} is left out: only ${have(its.map(({ owner }) => owner))} it, and it takes more than half of the owners`,
      );
      return { ...of, role: "drop" };
    }
    if (lacking.length > 0)
      this.notes.push(
        `column ${JSON.stringify(name)} is optional: ${lacking.join(", ")} ${lacking.length > 1 ? "lack" : "lacks"} it`,
      );
    const gaps = lacking.length > 0 || its.some(({ column }) => column.gaps);
    const missing = type === "category" ? "category" : "mean";
    return {
      ...of,
      role,
      ...(type === "category" ? this.#categories(name, its) : rangeOf(its)),
      ...(gaps && ({ missing } as const)),
      ...(lacking.length > 0 && { optional: true }),
    };
  }

  #categories(name: string, its: readonly Its[]): Pick<TableColumn, "categories" | "spellings"> {
    const silent = its.filter(({ column }) => !column.categories).map(({ owner }) => owner);
    if (silent.length > 0) {
      this.differences.push(
        `${have(silent)} not told the categories of ${JSON.stringify(name)} (owner request --tell categories)`,
      );
      return {};
    }
    const spellings = new Map<string, Set<string>>();
    for (const { column } of its) {
      for (const [value, others] of Object.entries(column.spellings ?? {}))
        spellings.set(value, new Set([...(spellings.get(value) ?? []), ...others]));
    }
    const written = new Set([...spellings.values()].flatMap((others) => [...others]));
    // what one owner lists is another's way of writing it
    const categories = [...new Set(its.flatMap(({ column }) => column.categories ?? []))].filter(
      (value) => !written.has(value),
    );
    return {
      categories: categories.toSorted(),
      ...(spellings.size > 0 && {
        spellings: Object.fromEntries([...spellings].map(([value, others]) => [value, [...others]])),
      }),
    };
  }

  label(): TableSchema["label"] | undefined {
    const labels = this.#told.map(({ name: owner, schema }) => ({ owner, ...schema.label }));
    const [first, ...others] = labels;
    if (!first) return undefined;
    const before = this.differences.length;
    for (const other of others) {
      if (!alike(other.name, first.name)) {
        this.differences.push(
          `the label is ${named([first.name])} at ${first.owner}'s, ${named([other.name])} at ${other.owner}'s`,
        );
      } else if (other.task !== first.task) {
        this.differences.push(
          `${named([first.name])} is a ${first.task} at ${first.owner}'s, a ${other.task} at ${other.owner}'s`,
        );
      } else if (first.classes && other.classes && listed(first.classes) !== listed(other.classes)) {
        this.differences.push(
          `the classes are ${listed(first.classes)} at ${first.owner}'s, ${listed(other.classes)} at ${other.owner}'s`,
        );
      }
    }
    if (first.task === "regression") {
      const { owner: _, range: __, ...label } = first;
      const ranges = labels.flatMap(({ range }): readonly number[] => range ?? []);
      const all = ranges.length === 2 * labels.length;
      return { ...label, ...(all && { range: [Math.min(...ranges), Math.max(...ranges)] }) };
    }
    for (const { owner } of labels.filter((one) => one.task === "classification" && !one.classes))
      this.differences.push(`${owner} does not tell its classes (owner request --tell classes)`);
    if (this.differences.length > before) return undefined;
    const { owner: _, ...label } = first;
    return label;
  }
}

/** Of all values, where every owner that has the column tells them. */
function rangeOf(its: readonly Its[]): Pick<TableColumn, "range"> {
  const ends = its.flatMap(({ column }): readonly (number | string)[] => column.range ?? []);
  if (ends.length < 2 * its.length) return {};
  const numbers = ends.filter((one) => typeof one === "number");
  if (numbers.length === ends.length) return { range: [Math.min(...numbers), Math.max(...numbers)] };
  // dates as 2026-01-31 come in the order of their texts
  const dates = ends.map(String).toSorted();
  return { range: [dates[0] ?? "", dates.at(-1) ?? ""] };
}

const listed = (classes: readonly string[]) => classes.map(visible).join(", ");
