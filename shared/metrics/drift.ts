/** How far a client's training moved its model from the global one, and whether as the federation has just moved. */
export interface Drift {
  /** Euclidean length of the update, model minus global model. */
  readonly norm: number;
  /**
   * Cosine between the update and the global model's step in the round before, -1 ... 1; 0 where one of them is zero,
   * null where there was no step: in a run's first round.
   */
  readonly cosine: number | null;
}

/** How far apart two models are; sums run in float64. */
export function distanceOf(a: Float32Array, b: Float32Array): number {
  let square = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    square += difference * difference;
  }
  return Math.sqrt(square);
}

/** Euclidean length of a vector; sums run in float64. */
export function normOf(values: Float32Array | Float64Array): number {
  let square = 0;
  for (let i = 0; i < values.length; i++) square += (values[i] as number) ** 2;
  return Math.sqrt(square);
}

/**
 * Measures updates as they come in, each by itself.
 * @param previous the global model a round earlier; null where there is none
 */
export function driftFrom(
  global: Float32Array,
  previous: Float32Array | null,
): (parameters: Float32Array) => Drift {
  if (!previous) return (parameters) => ({ norm: distanceOf(parameters, global), cosine: null });
  const step = new Float64Array(global.length);
  for (let i = 0; i < step.length; i++) step[i] = (global[i] as number) - (previous[i] as number);
  const length = distanceOf(global, previous);
  return (parameters) => {
    let [square, product] = [0, 0];
    for (let i = 0; i < step.length; i++) {
      const change = (parameters[i] as number) - (global[i] as number);
      square += change * change;
      product += change * (step[i] as number);
    }
    const norm = Math.sqrt(square);
    const lengths = norm * length;
    return { norm, cosine: lengths > 0 ? product / lengths : 0 };
  };
}
