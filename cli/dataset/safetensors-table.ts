import * as z from "zod";
import { datasetMetadata, mostDeclaredClasses } from "../../shared/dataset/dataset.ts";
import { datasetInvalid } from "../../shared/errors.ts";
import { type DecodedTensors, decodeSafetensors, dtypeOf } from "../../shared/tensors/safetensors.ts";
import { checkColumnNames } from "../../tables/column-names.ts";
import { type ColumnSurvey, ColumnSurveyor, keptOf } from "../../tables/column-survey.ts";
import type { Table, TableLabel } from "./table.ts";

/** What a file may say about its tensors; nothing of it is needed. */
const metadataSchema = datasetMetadata
  .pick({ classes: true, classNames: true, featureNames: true, rows: true, columns: true })
  .partial();

/**
 * The tensors x [n, features] of F32 or U8, and y [n] of I32, the labels.
 * @throws DatasetInvalid naming the file and the tensor
 */
export function readSafetensorsTable({ label, bytes }: { label: string; bytes: Uint8Array }): Table {
  const file = decoded(label, bytes);
  const { tensors, metadata } = file;
  const x = tensors.get("x");
  const y = tensors.get("y");
  if (!x || x.data instanceof Int32Array || !y || !(y.data instanceof Int32Array)) {
    throw datasetInvalid(`${label} must hold the tensors x of F32 or U8 and y of I32; ${otherTensors(file)}`);
  }
  const [count = 0, features = 0] = x.shape;
  if (x.shape.length !== 2 || y.shape.length !== 1 || y.shape[0] !== count || x.data.length === 0) {
    throw datasetInvalid(
      `${label}: x is [${x.shape.join(", ")}] and y [${y.shape.join(", ")}], where [n, features] and [n] belong together`,
    );
  }
  const stray = x.data.findIndex((value) => !Number.isFinite(value));
  if (stray >= 0) {
    throw datasetInvalid(
      `${label}: x[${Math.floor(stray / features)}, ${stray % features}] is ${x.data[stray]}, which is not finite`,
    );
  }
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) {
    throw datasetInvalid(`${label}: its metadata: ${z.prettifyError(parsed.error)}`);
  }
  const { classes, classNames, featureNames, rows, columns } = parsed.data;
  if (classes !== undefined && classes > mostDeclaredClasses) {
    throw datasetInvalid(
      `${label}: its metadata declares ${classes} classes, and at most ${mostDeclaredClasses} are supported`,
    );
  }
  if (featureNames && (featureNames.length !== features || new Set(featureNames).size !== features)) {
    throw datasetInvalid(
      `${label}: its metadata: featureNames are ${new Set(featureNames).size} different names for ${features} features`,
    );
  }
  checkColumnNames(`${label}: its metadata featureNames`, featureNames ?? []);
  const isImage = rows !== undefined && rows * (columns ?? 0) === features;
  return {
    label,
    labelColumn: "tensor y",
    featureNames,
    ...(isImage && { imageShape: [rows, columns ?? 0] }),
    x: x.data,
    surveys: isImage ? undefined : surveyed(x.data, features),
    count,
    features,
    ...(classNames && { namesClasses: true }),
    ...labelled(label, y.data, classNames ?? numbers(classes)),
  };
}

/** What float32 took for one another is lost by now, and cannot be told. */
function surveyed(x: Table["x"], features: number): ColumnSurvey[] {
  const surveyors = Array.from({ length: features }, () => new ColumnSurveyor(keptOf(features)));
  x.forEach((value, i) => {
    surveyors[i % features]?.add(value);
  });
  return surveyors.map((surveyor) => surveyor.survey());
}

/** What stands in place of x and y: which of them are of another type, and how NumPy converts them. */
function otherTensors({ tensors, unread }: DecodedTensors): string {
  const types = new Map(unread);
  for (const [name, tensor] of tensors) types.set(name, dtypeOf(tensor));
  const [x, y] = [types.get("x"), types.get("y")];
  if (x === undefined || y === undefined) {
    return `its tensors are ${[...types.keys()].map((name) => `"${name}"`).join(", ") || "none"}`;
  }
  return [
    ...(x === "F32" || x === "U8" ? [] : [`x is ${x}: save x.astype(np.float32)`]),
    ...(y === "I32" ? [] : [`y is ${y}: save y.astype(np.int32)`]),
  ].join(", and ");
}

function numbers(classes: number | undefined): string[] | undefined {
  return classes === undefined ? undefined : Array.from({ length: classes }, (_, i) => String(i));
}

function decoded(label: string, bytes: Uint8Array): DecodedTensors {
  try {
    return decodeSafetensors(bytes, ["x", "y"]);
  } catch (cause) {
    throw datasetInvalid(`${label}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** @param declared the names of the classes 0, 1 ...; without them a label's name is its number */
function labelled(
  file: string,
  y: Int32Array,
  declared: readonly string[] | undefined,
): Pick<Table, "rowLabels" | "labels"> {
  const firstAt = new Map<number, string>();
  y.forEach((value, row) => {
    if (!firstAt.has(value)) firstAt.set(value, `y[${row}]`);
  });
  if (declared) {
    if (new Set(declared).size !== declared.length) {
      throw datasetInvalid(`${file}: its metadata: classNames repeat a name`);
    }
    for (const [value, place] of firstAt) {
      if (declared[value] !== undefined) continue;
      throw datasetInvalid(
        `${file}: ${place} is ${value}, and its metadata declares classes 0 ... ${declared.length - 1}`,
      );
    }
    return { rowLabels: y, labels: declared.map((name, i) => ({ name, firstAt: firstAt.get(i) })) };
  }
  const values = [...firstAt.keys()];
  const indices = new Map(values.map((value, i) => [value, i]));
  const labels = values.map((value): TableLabel => ({ name: String(value), firstAt: firstAt.get(value) }));
  return { rowLabels: y.map((value) => indices.get(value) ?? 0), labels };
}
