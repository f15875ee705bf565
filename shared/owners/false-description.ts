import { heldOutOf } from "../partition/partition.ts";
import { encodersOf } from "../schema/encode.ts";
import type { TableSchema } from "../schema/table-schema.ts";
import { visible } from "../visible.ts";
import type { Agreement } from "./agreement.ts";
import type { ToldExamples } from "./description.ts";

type Moments = NonNullable<ToldExamples["moments"]>;

/** Why nobody's examples can be as they are told to be, in words that follow a name; undefined where they can. */
export function falseDescription(
  { schema, config }: Pick<Agreement, "schema" | "config">,
  { train, heldOut, labels, moments, targets }: ToldExamples,
): string | undefined {
  const held = heldOutOf(train + heldOut, config.dataset.heldOut);
  if (heldOut !== held)
    return `holds out ${heldOut} of ${train + heldOut} examples, and ${held} were agreed upon`;
  const { classes, name, range } = schema.label;
  if (labels && !classes) return "counts classes, and numbers are to be predicted";
  if (labels && [labels.all, labels.heldOut].some(({ length }) => length !== classes?.length))
    return `counts other classes than the ${classes?.length} agreed upon`;
  if ((targets === undefined) !== (classes !== undefined))
    return classes
      ? "has sums of numbers to predict, and classes were agreed upon"
      : "says nothing of its targets";
  const columns = encodedColumns(schema);
  const features = columns.reduce((sum, { places }) => sum + places.length, 0);
  if (moments && [moments.sums, moments.squares].some(({ length }) => length !== features))
    return `has sums of other features than the ${features} agreed upon`;
  const sums = [
    ...(moments ? columns.map((column) => falseColumn(column, moments, train)) : []),
    ...(targets ? [falseSums({ name, range }, { ...targets, count: train })] : []),
  ];
  const impossible = (what: Impossible) =>
    sums.flatMap((one) => (one && one.what === what ? [visible(one.name)] : [])).join(", ");
  const [never, beyond] = [impossible("never"), impossible("beyond")];
  const problems = [
    ...(never === "" ? [] : [`has sums that no numbers have: ${never}`]),
    ...(beyond === "" ? [] : [`has sums that no numbers within the agreed ranges have: ${beyond}`]),
  ];
  return problems.length > 0 ? problems.join("; ") : undefined;
}

/** Of no numbers, or of none within the agreed range: an owner's sums could make a column count for nothing. */
type Impossible = "never" | "beyond";
type FalseColumn = { readonly name: string; readonly what: Impossible } | undefined;

/** A column, and where its features stand. */
interface EncodedColumn {
  readonly name: string;
  readonly range: readonly [number, number] | undefined;
  readonly places: readonly number[];
  /** Features that are 0 or 1. */
  readonly isCategory: boolean;
  /** What a gap makes of the value; undefined where there are none. */
  readonly gap: number | undefined;
}

function encodedColumns(schema: TableSchema): EncodedColumn[] {
  let next = 0;
  return encodersOf(schema).map(({ column: { name, type }, features, ranges, gap }) => ({
    name,
    range: ranges[0],
    places: features.map(() => next++),
    isCategory: type === "category",
    gap: gap?.[0],
  }));
}

function falseColumn(
  { name, range, places, isCategory, gap }: EncodedColumn,
  { sums, squares }: Moments,
  count: number,
): FalseColumn {
  const at = (place: number | undefined, of: readonly number[]) =>
    place === undefined ? 0 : (of[place] ?? 0);
  const [value] = places;
  const indicators = isCategory ? places : places.slice(1);
  const never: FalseColumn = { name, what: "never" };
  for (const place of indicators) {
    const sum = at(place, sums);
    // of zeros and ones the squares are themselves
    if (!Number.isInteger(sum) || sum < 0 || sum > count || sum !== at(place, squares)) return never;
  }
  if (isCategory) {
    // each row has one of them
    return places.reduce((sum, place) => sum + at(place, sums), 0) === count ? undefined : never;
  }
  const gaps = gap === undefined ? 0 : at(places[1], sums);
  const [sum, square] = [at(value, sums), at(value, squares)];
  if (gaps === 0 || gap === undefined) return falseSums({ name, range }, { sum, square, count });
  if (gap === 0) return falseSums({ name, range }, { sum, square, count: count - gaps });
  // what stands in for gaps is of the same size as the rest, so that its sums are taken off but for rounding
  const without = { sum: sum - gap * gaps, square: square - gap * gap * gaps, count: count - gaps };
  return falseSums(
    { name, range },
    { ...without, rounding: 1e-9 * (Math.abs(gap) * gaps + gap * gap * gaps) },
  );
}

interface Summed {
  readonly sum: number;
  readonly square: number;
  readonly count: number;
  /** By which both may be off beside their own rounding. */
  readonly rounding?: number;
}

function falseSums(
  { name, range }: { readonly name: string; readonly range?: readonly [number, number] | undefined },
  summed: Summed,
): FalseColumn {
  if (range && !within(range, summed)) return { name, what: "beyond" };
  return possible(summed) ? undefined : { name, what: "never" };
}

/** Largest number of float32, in which examples are kept. */
const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;

/** Whether so many float32 numbers can have those sums: (sum x)^2 <= n sum x^2 <= (n largest)^2, but for rounding. */
function possible({ sum, square, count, rounding = 0 }: Summed): boolean {
  const slack = 1 + 1e-9;
  return (
    sum * sum <= slack * count * square + rounding * (count + 2 * Math.abs(sum) + rounding) &&
    square <= slack * count * largestFloat32 ** 2 + rounding
  );
}

/** Whether sums can be those of as many numbers within a range, but for rounding. */
function within(
  [lowest, highest]: readonly [number, number],
  { sum, square, count, rounding = 0 }: Summed,
): boolean {
  const largest = Math.max(Math.abs(lowest), Math.abs(highest));
  // by which a number of float32 may lie beyond what it was rounded from, which is within
  const beyond = 2 ** -23 * largest;
  const slack = count * beyond + rounding;
  // (x - lowest) (highest - x) >= 0 for each of them; its terms are far larger than it where the range is far from zero
  const spread = (lowest + highest) * sum - count * lowest * highest;
  const spreadSlack =
    count * (beyond * (highest - lowest + beyond) + 1e-12 * largest ** 2) +
    rounding * (1 + Math.abs(lowest + highest));
  return sum >= count * lowest - slack && sum <= count * highest + slack && square <= spread + spreadSlack;
}
