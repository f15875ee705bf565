import { ln } from "./elementary.ts";

/** How far one client's examples are from those of all. */
export interface ClientSkew {
  /** Entropy of its labels, bits: 0 where it has one label, log2 of the labels where it has all evenly. */
  readonly entropy: number;
  /**
   * Earth mover's distance of its label distribution p to that of all, q. Labels are names, so that the ground
   * distance is 1 between any two: it is the total variation sum |p - q| / 2, from 0 to below 1, and half of the
   * "EMD" of Zhao et al. 2018 (arXiv:1806.00582).
   */
  readonly distance: number;
  /** Its examples over the clients' mean number. */
  readonly sizeRatio: number;
  /** Labels that it has any example of. */
  readonly labels: number;
}

export interface Spread {
  readonly least: number;
  /** Weighted by the clients' examples, except for sizes, whose mean is 1. */
  readonly mean: number;
  readonly most: number;
}

export interface Skew {
  readonly clients: readonly ClientSkew[];
  /** Entropy of the labels of all, bits. */
  readonly entropyOfAll: number;
  readonly entropy: Spread;
  readonly distance: Spread;
  readonly sizeRatio: Spread;
  readonly labels: Spread;
}

/** @param labelCounts examples of each label, [client][label]; every client has some */
export function skewOf(labelCounts: readonly (readonly number[])[]): Skew {
  const all = (labelCounts[0] ?? []).map((_, label) => sum(labelCounts.map((of) => of[label] as number)));
  const sizes = labelCounts.map(sum);
  const mean = sum(sizes) / sizes.length;
  const whole = distribution(all);
  const clients = labelCounts.map((counts, client): ClientSkew => {
    const own = distribution(counts);
    return {
      entropy: entropy(own),
      distance: sum(own.map((share, label) => Math.abs(share - (whole[label] as number)))) / 2,
      sizeRatio: (sizes[client] as number) / mean,
      labels: counts.filter((count) => count > 0).length,
    };
  });
  const spread = (key: keyof ClientSkew, weights: readonly number[]): Spread => {
    const values = clients.map((client) => client[key]);
    return {
      least: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
      mean: sum(values.map((value, i) => value * (weights[i] as number))) / sum(weights),
      most: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    };
  };
  return {
    clients,
    entropyOfAll: entropy(whole),
    entropy: spread("entropy", sizes),
    distance: spread("distance", sizes),
    sizeRatio: spread(
      "sizeRatio",
      sizes.map(() => 1),
    ),
    labels: spread("labels", sizes),
  };
}

function distribution(counts: readonly number[]): number[] {
  const total = sum(counts);
  return counts.map((count) => count / total);
}

/** -sum p log2 p, in bits; 0 log 0 is 0. */
function entropy(shares: readonly number[]): number {
  const nats = sum(shares.map((share) => (share > 0 ? share * ln(1 / share) : 0)));
  return nats / Math.LN2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
