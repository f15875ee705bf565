/**
 * ||w_i - w_j||^2 of every two models, in float64; Infinity where a value is not finite, so that such a model is the
 * farthest from all others.
 */
export function squaredDistances(models: readonly Float32Array[]): Float64Array[] {
  const distances = models.map(() => new Float64Array(models.length));
  models.forEach((a, i) => {
    for (let j = 0; j < i; j++) {
      const distance = squaredDistance(a, models[j] as Float32Array);
      (distances[i] as Float64Array)[j] = distance;
      (distances[j] as Float64Array)[i] = distance;
    }
  });
  return distances;
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  // false for NaN as well
  return sum < Infinity ? sum : Infinity;
}

/**
 * The candidates from the best to the worst by Krum's score, the sum of the squared distances to the n - f - 2
 * nearest of the other candidates (Blanchard et al. 2017, "Machine Learning with Adversaries: Byzantine Tolerant
 * Gradient Descent", section 4); equal scores in ascending order. Bulyan ranks ever fewer candidates, where n - f - 2
 * may fall to 0 and tell nothing any more: then the nearest one counts.
 */
export function rankByKrum(
  distances: readonly Float64Array[],
  candidates: readonly number[],
  byzantine: number,
): number[] {
  const others = candidates.length - 1;
  const counted = Math.min(others, Math.max(1, candidates.length - byzantine - 2));
  const nearest = new Float64Array(others);
  const scored = candidates.map((candidate) => {
    const row = distances[candidate] as Float64Array;
    let next = 0;
    for (const other of candidates) if (other !== candidate) nearest[next++] = row[other] as number;
    nearest.sort();
    let score = 0;
    for (let k = 0; k < counted; k++) score += nearest[k] as number;
    return { candidate, score };
  });
  // a difference of infinities would be NaN
  scored.sort((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : a.candidate - b.candidate));
  return scored.map(({ candidate }) => candidate);
}
