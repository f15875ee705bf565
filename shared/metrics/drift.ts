/** How far a client's training moved its model from the global one, and whether with the others or apart. */
export interface Drift {
  /** Euclidean length of the update, model minus global model. */
  readonly norm: number;
  /** Cosine between the update and the mean of the round's updates by examples, -1 ... 1; 0 where one is zero. */
  readonly cosine: number;
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

interface Trained {
  readonly examples: number;
  readonly parameters: Float32Array;
}

/** The drift of each client, in the order given; sums run in float64. */
export function driftOf(global: Float32Array, clients: readonly Trained[]): Drift[] {
  const total = clients.reduce((sum, { examples }) => sum + examples, 0);
  const mean = new Float64Array(global.length);
  for (const { examples, parameters } of clients) {
    for (let i = 0; i < mean.length; i++) {
      mean[i] =
        (mean[i] as number) + (examples / total) * ((parameters[i] as number) - (global[i] as number));
    }
  }
  let meanSquare = 0;
  for (const value of mean) meanSquare += value * value;
  return clients.map(({ parameters }) => {
    let product = 0;
    for (let i = 0; i < mean.length; i++) {
      product += ((parameters[i] as number) - (global[i] as number)) * (mean[i] as number);
    }
    const norm = distanceOf(parameters, global);
    const lengths = norm * Math.sqrt(meanSquare);
    return { norm, cosine: lengths > 0 ? product / lengths : 0 };
  });
}
