import { visible } from "../visible.ts";
import type { DataSchema, ToldSchema } from "./data-schema.ts";

/** What one owner has told of its table. */
export interface Told {
  readonly name: string;
  readonly schema: ToldSchema;
}

/** The schema that all owners' tables have, or in what they differ. Ranges are those of all values, where every owner tells them. */
export function agreedSchema(told: readonly Told[]): { schema: DataSchema } | { differences: string[] } {
  const [first, ...others] = told;
  if (!first) return { differences: ["nobody has told anything"] };
  const differences = [
    ...told.flatMap(({ name, schema }) =>
      schema.label.classes ? [] : [`${name} does not tell its classes`],
    ),
    ...others.flatMap((other) => differencesOf(first, other)),
  ];
  const { classes } = first.schema.label;
  if (differences.length > 0 || !classes) return { differences };
  const columns = first.schema.columns.map(({ range: _, ...column }) => {
    const range = rangeOf(told, column.name);
    return { ...column, ...(range && { range }) };
  });
  return { schema: { format: 1, columns, label: { ...first.schema.label, classes } } };
}

function differencesOf(first: Told, other: Told): string[] {
  const [expected, found] = [first, other].map(
    ({ schema }) => new Map(schema.columns.map((one) => [one.name, one])),
  );
  const lacking = (told: Told, by: Told, names: string[]) =>
    names.length > 0 ? [`${told.name} has ${quoted(names)}, and ${by.name} does not`] : [];
  const both = [...(expected?.values() ?? [])].flatMap((one) => {
    const same = found?.get(one.name);
    if (!same || (same.type === one.type && same.role === one.role)) return [];
    return [
      `${quoted([one.name])} is ${one.type} and ${one.role} at ${first.name}'s, ${same.type} and ${same.role} at ${other.name}'s`,
    ];
  });
  const [label, otherLabel] = [first.schema.label, other.schema.label];
  const classes = [label.classes, otherLabel.classes];
  return [
    ...lacking(first, other, namesOnlyIn(expected, found)),
    ...lacking(other, first, namesOnlyIn(found, expected)),
    ...both,
    ...(label.name === otherLabel.name
      ? []
      : [
          `the label is ${quoted([label.name])} at ${first.name}'s, ${quoted([otherLabel.name])} at ${other.name}'s`,
        ]),
    ...(classes.every((one) => one) && classes[0]?.join("\n") !== classes[1]?.join("\n")
      ? [`the classes are ${listed(classes[0])} at ${first.name}'s, ${listed(classes[1])} at ${other.name}'s`]
      : []),
  ];
}

function namesOnlyIn(
  a: ReadonlyMap<string, unknown> | undefined,
  b: ReadonlyMap<string, unknown> | undefined,
): string[] {
  return [...(a?.keys() ?? [])].filter((name) => !b?.has(name));
}

function rangeOf(told: readonly Told[], name: string): [number, number] | undefined {
  const ranges = told.flatMap(({ schema }) => schema.columns.find((one) => one.name === name)?.range ?? []);
  return ranges.length < 2 * told.length ? undefined : [Math.min(...ranges), Math.max(...ranges)];
}

const listed = (classes: readonly string[] = []) => classes.map(visible).join(", ");
const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(", ");
