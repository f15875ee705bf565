import { datasetInvalid } from "../../../shared/errors.ts";
import { ColumnSurveyor, keptOf } from "../../../tables/column-survey.ts";
import { quotedNames } from "../../../tables/quoted-names.ts";
import { DistinctLabels } from "../distinct-labels.ts";
import type { Table } from "../table.ts";
import type { Reading } from "./format.ts";
import type { NpyArray } from "./npy-array.ts";

/** Arrays by name, read when they are asked for. */
export type Arrays = ReadonlyMap<string, () => Promise<NpyArray>>;

interface Pair {
  readonly x: string;
  readonly y: string | undefined;
}

/** What people call features and their labels, in small letters; parts are in front or behind: train_images, y_test. */
const usual: readonly Pair[] = [
  { x: "x", y: "y" },
  { x: "images", y: "labels" },
  { x: "data", y: "target" },
  { x: "data", y: "labels" },
  { x: "data", y: "label" },
  { x: "features", y: "labels" },
  { x: "features", y: "targets" },
  { x: "features", y: "label" },
  { x: "features", y: "target" },
];
const parts = ["train", "val", "test"] as const;

interface Found extends Pair {
  readonly part: (typeof parts)[number] | undefined;
}

/**
 * One table of a file's arrays: x and y, or by another usual name, or x_train, y_train, x_test and y_test; or those that
 * the person names.
 * @param label of the file, for messages
 * @throws DatasetInvalid naming file, array and place
 */
export async function arraysTable(label: string, arrays: Arrays, reading: Reading): Promise<Table> {
  const found = findPairs(label, [...arrays.keys()], reading);
  const tables: Part[] = [];
  for (const pair of found) tables.push(await partOf(label, arrays, pair));
  return joined(label, tables, found);
}

function findPairs(
  label: string,
  names: readonly string[],
  { label: y, select: x, unlabelled }: Reading,
): Found[] {
  const there = `its arrays are ${quotedNames(names, 20) || "none"}`;
  for (const [option, name] of Object.entries({ label: y, select: x })) {
    if (name !== undefined && !names.includes(name)) {
      throw datasetInvalid(`--${option}: ${label} has no array ${quotedNames([name])}; ${there}`);
    }
  }
  if (x !== undefined && y !== undefined) return [{ x, y, part: undefined }];
  const pairs = usual.flatMap((pair) =>
    [undefined, ...parts].flatMap((part): Found[] => {
      const xName = x ?? named(names, pair.x, part);
      const yName = y ?? (pair.y === undefined ? undefined : named(names, pair.y, part));
      if (xName === undefined || xName === yName) return [];
      return yName === undefined && !unlabelled ? [] : [{ x: xName, y: yName, part }];
    }),
  );
  const own = pairs.filter(
    ({ x: a, y: b }, at) => pairs.findIndex((one) => one.x === a && one.y === b) === at,
  );
  const whole = own.filter(({ part }) => part === undefined);
  const divided = parts.flatMap((part) => own.filter((one) => one.part === part));
  if (whole.length === 1 && divided.length === 0) return whole;
  if (
    whole.length === 0 &&
    divided.length > 0 &&
    new Set(divided.map(({ part }) => part)).size === divided.length
  ) {
    return divided;
  }
  throw datasetInvalid(
    `${label}: which of its arrays are examples and which labels is open: name them by --select X and --label Y; ${there}`,
  );
}

/** x, X, x_train, trainX, train_x. */
function named(names: readonly string[], usualName: string, part: string | undefined): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[_.-]/g, "");
  const wanted =
    part === undefined ? [usualName] : [usualName + part, part + usualName, `${usualName}${part}ing`];
  return names.find((name) => wanted.includes(plain(name)));
}

interface Part {
  readonly x: Uint8Array | Float64Array;
  readonly features: number;
  readonly count: number;
  readonly imageShape: readonly [number, number] | undefined;
  readonly labels: readonly string[];
  readonly called: string;
}

async function partOf(label: string, arrays: Arrays, { x: xName, y: yName }: Found): Promise<Part> {
  const x = await arrays.get(xName)?.();
  const y = yName === undefined ? undefined : await arrays.get(yName)?.();
  const called = `${label}: array "${xName}"`;
  if (
    !x ||
    x.shape.length < 2 ||
    !(x.values instanceof Uint8Array || x.values instanceof Float64Array) ||
    x.values.length === 0
  ) {
    throw datasetInvalid(
      `${called} is [${x?.shape.join(", ")}] of ${x?.type}, where examples are numbers of [n, features] or [n, rows, columns]`,
    );
  }
  const [count = 0, ...shape] = x.shape;
  const features = x.values.length / count;
  const bad = x.values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad >= 0) {
    const place = placeIn(x.shape, bad);
    throw datasetInvalid(
      `${label}: ${xName}[${place}] is ${x.values[bad]}, which ${Number.isFinite(x.values[bad]) ? "is beyond the range of float32" : "is not finite; fill it in, or leave the row out"}`,
    );
  }
  const [rows = 0, columns = 0, channels = 1] = shape;
  const imageShape =
    (shape.length === 2 || shape.length === 3) && channels === 1 ? ([rows, columns] as const) : undefined;
  return {
    x: x.values,
    features,
    count,
    imageShape,
    labels: y ? labelsOf(label, yName ?? "", y, count) : [],
    called,
  };
}

function labelsOf(file: string, name: string, { shape, values, type }: NpyArray, count: number): string[] {
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!flat || shape[0] !== count) {
    const hot = shape.length === 2 && shape[0] === count;
    throw datasetInvalid(
      `${file}: array "${name}" is [${shape.join(", ")}], where there is one label for each of ${count} examples` +
        (hot ? `: where each row marks one class, save ${name}.argmax(axis=1)` : ""),
    );
  }
  const words = Array.from<unknown, string>(values as ArrayLike<unknown>, (value, i) => {
    if (typeof value !== "number") return String(value).trim();
    if (Number.isFinite(value)) return type.endsWith("b1") ? (value === 0 ? "False" : "True") : String(value);
    throw datasetInvalid(`${file}: ${name}[${i}] is ${value}: every example needs a label`);
  });
  const empty = words.indexOf("");
  if (empty >= 0) throw datasetInvalid(`${file}: ${name}[${empty}] is empty: every example needs a label`);
  return words;
}

/** All parts, the test part last. */
function joined(label: string, tables: readonly Part[], found: readonly Found[]): Table {
  const [first] = tables;
  if (!first) throw datasetInvalid(`${label} holds no arrays`);
  const bytes = tables.every(({ x }) => x instanceof Uint8Array);
  const other = tables.find(
    ({ x, features }) => features !== first.features || x instanceof Uint8Array !== bytes,
  );
  if (other) throw datasetInvalid(`${other.called} is of another shape or type than ${first.called}`);
  const { features, imageShape } = first;
  const count = tables.reduce((sum, part) => sum + part.count, 0);
  const x = bytes ? new Uint8Array(count * features) : new Float32Array(count * features);
  const labels = new DistinctLabels();
  const surveyors = imageShape
    ? []
    : Array.from({ length: features }, () => new ColumnSurveyor(keptOf(features)));
  let row = 0;
  for (const [i, part] of tables.entries()) {
    x.set(part.x, row * features);
    for (const [at, surveyor] of surveyors.entries()) surveyor.addAll(part.x, at, features);
    for (const [at, name] of part.labels.entries()) labels.add(name, () => `${found[i]?.y}[${at}]`);
    row += part.count;
  }
  const tests = found.map(({ part }, i) => (part === "test" ? (tables[i]?.count ?? 0) : 0));
  const officialTest = tests.reduce((sum, one) => sum + one, 0);
  const validation = found.find(({ part }) => part === "val");
  return {
    label,
    labelColumn: `array "${found[0]?.y ?? ""}"`,
    featureNames: undefined,
    ...(imageShape && { imageShape }),
    x,
    count,
    features,
    surveys: imageShape ? undefined : surveyors.map((surveyor) => surveyor.survey()),
    rowLabels: labels.rows(),
    labels: labels.labels,
    ...(officialTest > 0 && officialTest < count && { officialTest }),
    ...(validation && { notes: [`${label}: array "${validation.x}" is trained on, as "${found[0]?.x}" is`] }),
  };
}

function placeIn(shape: readonly number[], at: number): string {
  let rest = at;
  return shape
    .toReversed()
    .map((length) => {
      const index = rest % length;
      rest = Math.floor(rest / length);
      return index;
    })
    .toReversed()
    .join(", ");
}
