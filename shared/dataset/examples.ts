/** What the examples of a data set are to be predicted as: classes, or numbers. */
export type Targets = Int32Array | Float32Array;

/** Labelled examples, row after row: what a shard holds and a trainer reads. */
export interface Examples {
  /** count x features; bytes 0 ... 255 stand for 0 ... 1 (pixels), floats for themselves. */
  readonly x: Uint8Array | Float32Array;
  /** One class in [0, classes) per example; floats where targets are numbers. */
  readonly y: Targets;
  readonly count: number;
  readonly features: number;
}

/** The examples at the given rows, copied in that order. */
export function takeExamples(examples: Examples, rows: ArrayLike<number>): Examples {
  const { features } = examples;
  const count = rows.length;
  const x =
    examples.x instanceof Uint8Array ? new Uint8Array(count * features) : new Float32Array(count * features);
  const y = examples.y instanceof Float32Array ? new Float32Array(count) : new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const row = rows[i] as number;
    x.set(examples.x.subarray(row * features, (row + 1) * features), i * features);
    y[i] = examples.y[row] as number;
  }
  return { x, y, count, features };
}

/** The examples of several parts, one after the other: the pooled data of the centralized baseline. */
export function poolExamples(parts: readonly Examples[]): Examples {
  const features = parts[0]?.features ?? 0;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const bytes = parts.every((part) => part.x instanceof Uint8Array);
  const x = bytes ? new Uint8Array(count * features) : new Float32Array(count * features);
  const numbers = parts.some((part) => part.y instanceof Float32Array);
  const y = numbers ? new Float32Array(count) : new Int32Array(count);
  let row = 0;
  for (const part of parts) {
    // pooled with floats, bytes take the value that they stand for
    x.set(
      !bytes && part.x instanceof Uint8Array ? Float32Array.from(part.x, (v) => v / 255) : part.x,
      row * features,
    );
    y.set(part.y, row);
    row += part.count;
  }
  return { x, y, count, features };
}
