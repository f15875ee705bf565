import { isDecimal } from "../dataset/decimal.ts";
import { featureColumns } from "./feature-columns.ts";
import { quotedText, wrongNumber } from "./number-problem.ts";
import type { TableColumn, TableSchema } from "./table-schema.ts";
import { usualGaps } from "./usual-gaps.ts";
import { valuePlaces } from "./value-places.ts";
import { type Wrong, wrong } from "./wrong.ts";

/** A cell's values in the model's input, or what is wrong with it. */
export type Encoded = readonly number[] | Pick<Wrong, "problem">;
/** The same of what is in no file. */
export type EncodedText = readonly number[] | Wrong;

/** Makes the model's input of one column's cells. */
export interface ColumnEncoder {
  readonly column: TableColumn;
  /** Of what it makes, in their order: the values, and behind them the one that is 1 where there is a gap. */
  readonly features: readonly string[];
  /** Values that a gap makes, the indicator among them; undefined where gaps are refused. */
  readonly gap: readonly number[] | undefined;
  /** Lowest and highest value of each feature of cells that are no gaps, as far as the schema says; in days of dates. */
  readonly ranges: readonly (readonly [lowest: number, highest: number] | undefined)[];
  /** @param text as the cell has it, numbers with a point before their fraction */
  encode(text: string): EncodedText;
  /** Of a file that lacks the column. */
  readonly absent: EncodedText;
  /** Of a category: of any value that is none of its list. */
  readonly other?: readonly number[];
}

/**
 * The encoders of a schema's features, in the model's order. A gap that is a number is one however it is written: 999 and
 * 999.0 are.
 */
export function encodersOf(schema: Pick<TableSchema, "columns" | "gaps">): ColumnEncoder[] {
  const gaps = gapsOf(schema);
  return featureColumns(schema).map((column) => encoderOf(column, gaps));
}

/** Names of a model's inputs: "age", "age is missing", "unit = ward", "unit = other". */
export function encodedFeatures(schema: TableSchema): string[] {
  return encodersOf(schema).flatMap(({ features }) => features);
}

/** Names of the columns of numbers and dates whose values no range bounds. */
export function unboundedColumns(schema: TableSchema): string[] {
  return encodersOf(schema).flatMap(({ column, ranges }) =>
    ranges.includes(undefined) ? [column.name] : [],
  );
}

/** What stands for a missing value, as text and as numbers. */
export interface Gaps {
  readonly texts: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
}

export function gapsOf(schema: Pick<TableSchema, "gaps">): Gaps {
  const gaps = schema.gaps ?? usualGaps;
  return { texts: new Set(gaps), numbers: new Set(gaps.filter(isDecimal).map(Number)) };
}

/** Places of a feature whose gaps stand as 0 until its mean is known, and of the one that is 1 there. */
export type FilledFeature = [value: number, indicator: number];

/** The features whose gaps take the mean of all clients' training rows. */
export function filledFeatures(schema: TableSchema): FilledFeature[] {
  let at = 0;
  return encodersOf(schema).flatMap(({ column, features }): FilledFeature[] => {
    const first = at;
    at += features.length;
    return column.missing === "mean" ? [[first, first + 1]] : [];
  });
}

function encoderOf(column: TableColumn, { texts, numbers }: Gaps): ColumnEncoder {
  const { name, missing, type } = column;
  const told = missing !== undefined;
  const value =
    type === "category" ? categoryOf(column) : type === "date" ? dateEncoder(column) : numberOf(column);
  const filled = told ? [...value.fill, 1] : undefined;
  const gap =
    filled ?? wrong("is a gap", 'fill it in, leave the row out, or give the column "missing" in the schema');
  const there = (values: readonly number[]) => (told ? [...values, 0] : values);
  return {
    column,
    features: [...value.features, ...(told ? [`${name} is missing`] : [])],
    gap: filled,
    ranges: [...value.ranges, ...(told ? [indicatorRange] : [])],
    absent: gap,
    ...(value.other && { other: there(value.other) }),
    encode: (text) => {
      if (texts.has(text) || (type === "number" && isDecimal(text) && numbers.has(Number(text)))) return gap;
      const found = value.encode(text);
      return "problem" in found ? found : there(found);
    },
  };
}

/** Of a feature that is 0 or 1. */
const indicatorRange = [0, 1] as const;

interface ValueEncoder {
  readonly features: readonly string[];
  readonly ranges: ColumnEncoder["ranges"];
  /** What stands in for a gap. */
  readonly fill: readonly number[];
  readonly other?: readonly number[];
  encode(text: string): EncodedText;
}

const noNumber =
  'mend it, add it to the schema\'s "gaps" where it stands for one, or make the column a category';

function numberOf({ name, missing, range }: TableColumn): ValueEncoder {
  const [lowest, highest] = (range ?? []).map(Number);
  const bounds = lowest === undefined || highest === undefined ? undefined : ([lowest, highest] as const);
  return {
    features: [name],
    ranges: [bounds],
    fill: [typeof missing === "number" ? Math.fround(missing) : 0],
    encode: (text) => {
      const exact = isDecimal(text) ? Number(text) : Number.NaN;
      const value = Math.fround(exact);
      if (!Number.isFinite(value)) return wrongNumber(text, noNumber);
      if (bounds && (exact < bounds[0] || exact > bounds[1])) return outside(text, bounds);
      return [value];
    },
  };
}

const msOfDay = 86_400_000;
const isoDate = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01 of a date as 2026-01-31; undefined of anything else, and of days that no month has. */
export function daysOf(text: string): number | undefined {
  const [, year, month, day] = isoDate.exec(text) ?? [];
  if (year === undefined) return undefined;
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return at.toISOString().startsWith(text) ? Math.round(at.getTime() / msOfDay) : undefined;
}

/** The other way round. */
export function dateOf(days: number): string {
  return new Date(msOfDay * days).toISOString().slice(0, 10);
}

function dateEncoder({ name, missing, range }: TableColumn): ValueEncoder {
  const [first, last] = (range ?? []).map((date) => daysOf(String(date)));
  const bounds = first === undefined || last === undefined ? undefined : ([first, last] as const);
  return {
    features: [name],
    ranges: [bounds],
    fill: [typeof missing === "string" ? (daysOf(missing) ?? 0) : 0],
    encode: (text) => {
      const days = daysOf(text);
      if (days !== undefined && bounds && range && (days < bounds[0] || days > bounds[1]))
        return outside(text, range);
      if (days !== undefined) return [days];
      return wrong(
        `is ${quotedText(text)}, which is no date as 2026-01-31`,
        /\d/.test(text)
          ? "write it so, without a time of day"
          : 'mend it, or add it to the schema\'s "gaps" where it stands for one',
      );
    },
  };
}

function categoryOf({ name, categories = [], spellings }: TableColumn): ValueEncoder {
  const placeOf = valuePlaces(categories, spellings);
  const width = categories.length + 1;
  const rows = Array.from({ length: width }, (_, hot) =>
    Array.from({ length: width }, (_, at) => (at === hot ? 1 : 0)),
  );
  const other = rows[categories.length] ?? [];
  return {
    features: [...categories, "other"].map((value) => `${name} = ${value}`),
    ranges: new Array<typeof indicatorRange>(width).fill(indicatorRange),
    fill: new Array<number>(width).fill(0),
    other,
    encode: (text) => rows[placeOf(text) ?? categories.length] ?? other,
  };
}

/** What is wrong with a number or date that no range takes. */
export const outside = (text: string, [lowest, highest]: readonly [number | string, number | string]) =>
  wrong(
    `is ${text}, and the schema takes ${lowest} to ${highest}`,
    'mend it, leave the row out, or widen "range"',
  );
