import * as z from "zod";
import { sha256Hex } from "../digest.ts";
import { objectInvalid } from "../errors.ts";
import { type TableSchema, tableSchema } from "../schema/table-schema.ts";
import type { NamedTargets } from "../task/fit.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../tensors/safetensors.ts";
import type { Examples, Targets } from "./examples.ts";
import { jsonMetadata } from "./json-metadata.ts";
import { type Owner, ownerSchema } from "./owners.ts";

/** What a data set is, wherever it came from: its encoding and its digest hold nothing else. */
export interface DatasetContent {
  readonly name: string;
  /** Labels are 0 ... classes - 1; 1 where targets are numbers. */
  readonly classes: number;
  /** Rows and columns, where a row of the examples is an image. */
  readonly imageShape?: readonly [number, number];
  /** How many of the last examples the publisher split off as the test set. */
  readonly officialTest?: number;
  /** What the classes are called, in their order, where they are more than their numbers. */
  readonly classNames?: readonly string[];
  /** What the features are called, in their order. */
  readonly featureNames?: readonly string[];
  /** By which its tables were read: its features are what that makes of their columns. */
  readonly schema?: TableSchema;
  /** Whose the examples are, in the order in which they stand. */
  readonly owners?: readonly Owner[];
  readonly examples: Examples;
}

export interface Dataset extends DatasetContent {
  /** Where it came from. */
  readonly source: string;
  /** The options of the command line that it was read with; paths by their last part alone, as others may see it. */
  readonly readWith?: readonly string[];
}

/** What a task asks of a data set's targets. */
export function namedTargets({ name, classes, classNames, examples }: DatasetContent): NamedTargets {
  return {
    ...{ name, classes, classNames },
    ...(examples.y instanceof Float32Array && { target: "float32" as const }),
  };
}

const count = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);
/** Of a data set's object, and of an owner's safetensors file, where all of it may be missing. */
export const datasetMetadata = z.object({
  name: z.string(),
  classes: count,
  examples: count,
  rows: count.optional(),
  columns: count.optional(),
  officialTest: count.optional(),
  classNames: jsonMetadata(z.array(z.string())).optional(),
  featureNames: jsonMetadata(z.array(z.string())).optional(),
  schema: jsonMetadata(tableSchema).optional(),
  owners: jsonMetadata(z.array(ownerSchema)).optional(),
});

/** A client reports a count for every pair of classes: 1,000 classes make a million. */
export const mostDeclaredClasses = 1_000;

/** One safetensors object: x [examples, features] as U8 or F32, y [examples] as I32, as F32 where targets are numbers, and what they are. */
export function encodeDataset({
  name,
  classes,
  imageShape,
  officialTest,
  classNames,
  featureNames,
  schema,
  owners,
  examples,
}: DatasetContent): Uint8Array<ArrayBuffer> {
  const { x, y, count, features } = examples;
  return encodeSafetensors(
    [
      { name: "x", shape: [count, features], data: x },
      { name: "y", shape: [count], data: y },
    ],
    {
      name,
      classes: String(classes),
      examples: String(count),
      ...(imageShape && { rows: String(imageShape[0]), columns: String(imageShape[1]) }),
      ...(officialTest !== undefined && { officialTest: String(officialTest) }),
      ...(classNames && { classNames: JSON.stringify(classNames) }),
      ...(featureNames && { featureNames: JSON.stringify(featureNames) }),
      ...(schema && { schema: JSON.stringify(schema) }),
      ...(owners && { owners: JSON.stringify(owners) }),
    },
  );
}

/**
 * The examples are views of the given bytes where alignment allows.
 * @throws ObjectInvalid where the bytes are not a data set, or a label is not one of its classes
 */
export function decodeDataset(bytes: Uint8Array): DatasetContent {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const parsed = datasetMetadata.safeParse(metadata);
  if (!parsed.success) throw objectInvalid(`not a data set: ${z.prettifyError(parsed.error)}`);
  const { name, classes, examples: count, rows, columns, officialTest } = parsed.data;
  const { classNames, featureNames, schema, owners } = parsed.data;
  const x = tensors.get("x");
  const y = tensors.get("y");
  if (!x || !y || tensors.size !== 2) throw objectInvalid("a data set holds the tensors x and y");
  if (x.data instanceof Int32Array || y.data instanceof Uint8Array) {
    throw objectInvalid("in a data set x is U8 or F32, and y is I32, or F32 where targets are numbers");
  }
  const [, features = 0] = x.shape;
  if (!hasShape(x, [count, features]) || !hasShape(y, [count]) || features === 0) {
    throw objectInvalid(`x [${x.shape}] and y [${y.shape}] are not ${count} examples and their labels`);
  }
  if ((rows ?? features) * (columns ?? 1) !== features) {
    throw objectInvalid(`images of ${rows} x ${columns} do not have ${features} pixels`);
  }
  if (officialTest !== undefined && officialTest >= count) {
    throw objectInvalid(`a test set of ${officialTest} of ${count} examples leaves nothing to train on`);
  }
  checkTargets(y.data, classes);
  if (classes > Math.max(count, mostDeclaredClasses)) {
    throw objectInvalid(`${classes} classes are more than the ${count} examples can have`);
  }
  const owned = owners?.reduce((sum, owner) => sum + owner.examples, 0) ?? count;
  if (owned !== count) throw objectInvalid(`the owners have ${owned} of ${count} examples`);
  checkNames(classNames, classes, "classes");
  checkNames(featureNames, features, "features");
  return {
    name,
    classes,
    ...(rows !== undefined && columns !== undefined && { imageShape: [rows, columns] as const }),
    ...(officialTest !== undefined && { officialTest }),
    ...(classNames && { classNames }),
    ...(featureNames && { featureNames }),
    ...(schema && { schema }),
    ...(owners && { owners }),
    examples: { x: x.data, y: y.data, count, features },
  };
}

/** SHA-256 of an encoded data set, as lower-case hex: the same content has the same digest wherever it came from. */
export function datasetDigest(encoded: Uint8Array): Promise<string> {
  return sha256Hex(encoded);
}

/** @throws ObjectInvalid */
function checkTargets(y: Targets, classes: number): void {
  if (y instanceof Float32Array) {
    const stray = y.findIndex((target) => !Number.isFinite(target));
    if (stray >= 0) throw objectInvalid(`the target of example ${stray} is ${y[stray]}, and no number`);
    if (classes !== 1) throw objectInvalid(`targets that are numbers have 1 class, not ${classes}`);
    return;
  }
  const stray = y.findIndex((label) => label < 0 || label >= classes);
  if (stray >= 0)
    throw objectInvalid(`label ${y[stray]} of example ${stray} is not one of ${classes} classes`);
}

function checkNames(names: readonly string[] | undefined, count: number, what: string): void {
  if (names && names.length !== count) throw objectInvalid(`${names.length} names for ${count} ${what}`);
}

function hasShape({ shape }: Tensor, expected: readonly number[]): boolean {
  return shape.length === expected.length && shape.every((length, i) => length === expected[i]);
}
