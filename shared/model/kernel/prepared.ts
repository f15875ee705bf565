import type { Examples } from "../../dataset/examples.ts";
import { objectInvalid } from "../../errors.ts";
import type { ModelShape } from "../shape.ts";
import type { PreparedExamples } from "../trainer.ts";

/** Every value, as it came: nothing is copied. */
export interface PlainExamples extends PreparedExamples {
  readonly kind: "plain";
  readonly x: Uint8Array | Float32Array;
  readonly y: Int32Array;
}

/** Only the values that are not zero. */
export interface CompressedExamples extends PreparedExamples {
  readonly kind: "compressed";
  /** Entry e is words[2 e], the feature, and words[2 e + 1], the bits of its value as float32. */
  readonly words: Uint32Array;
  /** Row r has the entries starts[r] ... starts[r + 1] - 1; the last of each is the bias's one. */
  readonly starts: Uint32Array;
  /** Entries of the longest row. */
  readonly longest: number;
  readonly y: Int32Array;
}

/**
 * Share of values that are not zero up to which compressed rows are faster. Measured by bench/density.ts; see
 * docs/performance.md.
 */
export const COMPRESSED_UP_TO = 0.6;

/** @throws ObjectInvalid when the examples do not belong to the shape */
export function prepareExamples(examples: Examples, shape: ModelShape): PlainExamples | CompressedExamples {
  const { x, y, count, features } = examples;
  if (features !== shape.features || x.length !== count * features || y.length !== count)
    throw objectInvalid(
      `${count} examples of ${shape.features} features expected, got ${x.length} values, ${features} per example, and ${y.length} labels`,
    );
  for (const label of y)
    if (label < 0 || label >= shape.classes)
      throw objectInvalid(`label ${label} is not one of ${shape.classes} classes`);
  const entries = countNonZero(x);
  if (entries > COMPRESSED_UP_TO * x.length)
    return { kind: "plain", x, y, count, bytes: x.byteLength + y.byteLength };
  return compress(examples, entries + count);
}

function countNonZero(x: Uint8Array | Float32Array): number {
  let n = 0;
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) n++;
  return n;
}

function compress({ x, y, count, features }: Examples, entries: number): CompressedExamples {
  const words = new Uint32Array(2 * entries);
  const values = new Float32Array(words.buffer);
  const starts = new Uint32Array(count + 1);
  const scale = x instanceof Uint8Array ? 255 : 1;
  let entry = 0;
  let longest = 0;
  const append = (feature: number, value: number) => {
    words[2 * entry] = feature;
    values[2 * entry + 1] = value;
    entry++;
  };
  for (let row = 0; row < count; row++) {
    const from = row * features;
    for (let feature = 0; feature < features; feature++) {
      const value = x[from + feature] as number;
      if (value !== 0) append(feature, value / scale);
    }
    append(features, 1);
    starts[row + 1] = entry;
    longest = Math.max(longest, entry - (starts[row] as number));
  }
  return {
    kind: "compressed",
    words,
    starts,
    longest,
    y,
    count,
    bytes: words.byteLength + starts.byteLength + y.byteLength,
  };
}
