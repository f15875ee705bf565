import type { Dataset } from "../../shared/dataset/dataset.ts";
import { poolExamples } from "../../shared/dataset/examples.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { classIndices } from "../../tables/classes.ts";
import { quotedNames } from "../../tables/quoted-names.ts";
import { classNamesOf } from "./class-names.ts";
import { columnNotes, isAnId, type SurveyedColumn } from "./column-notes.ts";
import { spellingNote } from "./differing-labels.ts";
import { numberTargets } from "./number-targets.ts";
import type { Table } from "./table.ts";

interface Pooling {
  readonly name: string;
  readonly source: string;
  /** How messages call all of the tables. */
  readonly place: string;
  /** Of the tables, where each is an owner's. */
  readonly owners?: readonly string[] | undefined;
  /** What --classes lists. */
  readonly classes: readonly string[] | undefined;
  /** Whether the labels are numbers that are to be predicted, and no classes. */
  readonly numbers?: boolean | undefined;
}

export interface PooledTables {
  readonly dataset: Dataset;
  /** What its user should know. */
  readonly notes: readonly string[];
  /** Whether a feature is told apart by nothing from an id, which no model should see. */
  readonly hasIds: boolean;
}

/**
 * One data set of one or several tables, one after the other, with the columns in the first one's order.
 * @throws DatasetInvalid where the tables do not agree upon columns or classes
 */
export function poolTables(
  tables: readonly Table[],
  { name, source, place, owners, classes, numbers = false }: Pooling,
): PooledTables {
  const [first] = tables;
  if (!first) throw datasetInvalid(`${place}: there are no tables`);
  const orders = tables.map((table) => columnOrder(first, table));
  if (numbers && classes) {
    throw datasetInvalid("--classes: the task takes numbers as labels, which are of no class; leave it out");
  }
  const classNames = numbers ? [] : classNamesOf({ tables, place, owners }, classes);
  const indicesOf = tables.map(({ labels }) =>
    numbers
      ? []
      : classIndices(
          labels.map(({ name }) => name),
          classNames,
        ),
  );
  const parts = tables.map((table, i) => {
    const indices = indicesOf[i] ?? [];
    const { count, features, rowLabels } = table;
    return {
      x: inOrder(table, orders[i]),
      y: numbers ? numberTargets(table) : rowLabels.map((label) => indices[label] as number),
      count,
      features,
    };
  });
  const [only] = parts;
  const { imageShape, featureNames } = first;
  // numbers from 0 on are what classes are called anyway
  const withoutNames =
    !classes && tables.every(({ numbered }) => numbered) && classNames.every((one, i) => one === String(i));
  const images = tables.every((table) => table.imageShape?.join() === imageShape?.join());
  const dataset = {
    name,
    source,
    classes: numbers ? 1 : classNames.length,
    ...(imageShape && images && { imageShape }),
    ...(!numbers && !withoutNames && { classNames }),
    ...(featureNames && { featureNames }),
    ...(owners && { owners: tables.map(({ count }, i) => ({ name: owners[i] as string, examples: count })) }),
    // of one table they are not copied: they may be half of the memory
    examples: only && parts.length === 1 ? only : poolExamples(parts),
  };
  // where nothing was declared, owners whose labels differ have been refused by now
  const spelling =
    owners &&
    classes &&
    spellingNote(
      tables.map(({ labels }, i) => ({
        owner: owners[i] ?? "",
        labels: new Set(
          labels.flatMap(({ name, firstAt }, label) =>
            firstAt === undefined ? [] : [classNames[indicesOf[i]?.[label] ?? -1] ?? name],
          ),
        ),
      })),
    );
  const surveyed = surveyedColumns(tables, orders);
  const columns = columnNotes(surveyed);
  const ofFiles = tables.flatMap(({ notes = [] }) => notes);
  return {
    dataset,
    notes: [...ofFiles, ...columns, ...(spelling ? [spelling] : [])],
    hasIds: surveyed.some(isAnId),
  };
}

/** The first table's columns, with what each is like in every table; none where one has pixels. */
function surveyedColumns(
  tables: readonly Table[],
  orders: readonly (readonly number[] | undefined)[],
): SurveyedColumn[] {
  const [first] = tables;
  if (tables.some(({ surveys }) => !surveys)) return [];
  return Array.from({ length: first?.features ?? 0 }, (_, at) => ({
    place: first?.featureNames ? `column "${first.featureNames[at]}"` : `x[:, ${at}]`,
    inFiles: tables.flatMap(({ label, surveys }, i) => {
      const survey = surveys?.[orders[i]?.[at] ?? at];
      return survey ? [{ file: label, survey }] : [];
    }),
  }));
}

/** Where the table has each of the first one's columns; undefined where they stand in the same order. */
function columnOrder(first: Table, table: Table): number[] | undefined {
  const [expected, found] = [first.featureNames, table.featureNames];
  if (expected && found) {
    const [expectedNames, foundNames] = [new Set(expected), new Set(found)];
    const missing = expected.filter((name) => !foundNames.has(name));
    const extra = found.filter((name) => !expectedNames.has(name));
    if (missing.length > 0 || extra.length > 0) {
      throw datasetInvalid(
        `${table.label} has other columns than ${first.label}: ` +
          [
            ...(missing.length > 0 ? [`it lacks ${quotedNames(missing, 10, extra)}`] : []),
            ...(extra.length > 0 ? [`only it has ${quotedNames(extra, 10, missing)}`] : []),
          ].join(", and "),
      );
    }
  } else if (expected || found) {
    const [named, unnamed] = expected ? [first, table] : [table, first];
    throw datasetInvalid(
      `${unnamed.label} does not name its features (metadata featureNames), and ${named.label} does: all or none do`,
    );
  } else if (table.features !== first.features) {
    throw datasetInvalid(
      `${table.label} has ${table.features} features, and ${first.label} ${first.features}`,
    );
  }
  if (table.x instanceof Uint8Array !== first.x instanceof Uint8Array) {
    const [bytes, floats] = table.x instanceof Uint8Array ? [table, first] : [first, table];
    throw datasetInvalid(`${bytes.label} holds bytes, which stand for 0 to 1, and ${floats.label} floats`);
  }
  const places = new Map(found?.map((name, i) => [name, i]));
  const order = expected?.map((name) => places.get(name) ?? -1);
  return order?.every((at, i) => at === i) ? undefined : order;
}

function inOrder({ x, count, features }: Table, order: readonly number[] | undefined): Table["x"] {
  if (!order) return x;
  const moved = new (x instanceof Uint8Array ? Uint8Array : Float32Array)(x.length);
  for (let row = 0; row < count; row++) {
    for (let feature = 0; feature < features; feature++) {
      moved[row * features + feature] = x[row * features + (order[feature] as number)] as number;
    }
  }
  return moved;
}
