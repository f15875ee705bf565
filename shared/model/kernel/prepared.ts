import type { Examples, Targets } from "../../dataset/examples.ts";
import type { ModelData } from "../any-spec.ts";
import { checkExamples } from "../check-examples.ts";
import type { PreparedExamples } from "../trainer.ts";
import { type CompressedRows, compressRows } from "./compress.ts";

/** Every value, as it came: nothing is copied. */
export interface PlainExamples extends PreparedExamples {
  readonly kind: "plain";
  readonly features: number;
  readonly x: Uint8Array | Float32Array;
  readonly y: Targets;
}

/** Only the values that are not zero. */
export interface CompressedExamples extends PreparedExamples, CompressedRows {
  readonly kind: "compressed";
  readonly features: number;
  readonly y: Targets;
}

/**
 * Share of values that are not zero up to which compressed rows are faster. Measured by bench/density.ts; see
 * docs/performance.md.
 */
export const COMPRESSED_UP_TO = 0.45;

/** @throws ObjectInvalid when the examples do not fit the model */
export function prepareExamples(
  examples: Examples,
  model: ModelData,
  compressedUpTo = COMPRESSED_UP_TO,
): PlainExamples | CompressedExamples {
  checkExamples(examples, model);
  const { x, y, count, features } = examples;
  const rows = compressRows(x, count, features, compressedUpTo * x.length);
  if (!rows) return { kind: "plain", features, x, y, count, bytes: x.byteLength + y.byteLength };
  const bytes = rows.words.byteLength + rows.starts.byteLength + y.byteLength;
  return { kind: "compressed", ...rows, features, y, count, bytes };
}
