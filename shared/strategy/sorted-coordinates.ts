/** Up to about here sorting by insertion beats the built-in sort, which must be called for every coordinate. */
const insertionMost = 80;

/**
 * Reduces each coordinate's values over the models, sorted ascending. NaN stands last, beyond infinity: a value that
 * is no number counts as the worst of outliers. The vector passed on is reused: what is kept of it must be copied.
 */
export function reduceSorted(
  models: readonly Float32Array[],
  length: number,
  reduce: (sorted: Float32Array) => number,
): Float32Array {
  const results = new Float32Array(length);
  const values = new Float32Array(models.length);
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < models.length; k++) values[k] = (models[k] as Float32Array)[i] as number;
    if (models.length <= insertionMost) sortByInsertion(values);
    else values.sort();
    results[i] = reduce(values);
  }
  return results;
}

function sortByInsertion(values: Float32Array): void {
  for (let next = 1; next < values.length; next++) {
    const value = values[next] as number;
    let place = next;
    // false only where the one before is a number that may stay: comparisons with NaN are false
    while (place > 0 && !stays(values[place - 1] as number, value)) {
      values[place] = values[place - 1] as number;
      place--;
    }
    values[place] = value;
  }
}

const stays = (before: number, value: number) => before <= value || Number.isNaN(value);

/** Of sorted[from] to sorted[to - 1]. */
export function meanOf(sorted: Float32Array, from: number, to: number): number {
  // adding to -0 changes nothing at all
  let sum = -0;
  for (let k = from; k < to; k++) sum += sorted[k] as number;
  return sum / (to - from);
}
