/** How sums over a federation's clients are held: known before the first update, and the same for all of them. */
export interface FixedPoint {
  /** The unit of the sums' upper half, a power of two. */
  readonly coarse: number;
  /** The unit of their lower half, likewise. */
  readonly fine: number;
}

interface Bounds {
  /** Examples of all clients of the federation: the most that the weights of a round add up to. */
  readonly examples: number;
  /** Clients of the federation: the most that a round has updates. */
  readonly clients: number;
  /** Largest value that is summed, either sign. */
  readonly range: number;
}

/** Bits of an integer that float64 holds with its sign and any sum of two still holds exactly. */
const halfBits = 51;

/**
 * Units that hold sum_k n_k v_k for every |v_k| <= range and sum_k n_k <= examples: at most 2^51 coarse units, and
 * of every term's rest, at most half a coarse unit, at most 2^51 fine units for each of two clients, so that the rests
 * of all of them stay below 2^52.
 */
export function fixedPointOf({ examples, clients, range }: Bounds): FixedPoint {
  const coarse = powerFrom(Math.max(1, examples) * range) / 2 ** halfBits;
  return { coarse, fine: (coarse * powerFrom(Math.max(2, clients))) / 2 ** (halfBits + 2) };
}

/** The least power of two that is no smaller than a positive number. Without a logarithm, which not every machine rounds alike. */
function powerFrom(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  while (power / 2 >= value) power /= 2;
  return power;
}

/**
 * sum_k weight_k v_k in fixed point. Each product is rounded to float64 and split into multiples of the two units; from
 * then on integers are added, each half in float64 that holds them exactly. So no order and no grouping of the updates
 * changes a bit of the sum, and memory is the same for any number of them.
 */
export class FixedPointSum {
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  readonly #units: FixedPoint;

  constructor(length: number, units: FixedPoint) {
    this.#high = new Float64Array(length);
    this.#low = new Float64Array(length);
    this.#units = units;
  }

  /** Adds weight (values - origin). @param origin float32 of the same length; zeros where left out */
  add(weight: number, values: ArrayLike<number>, origin?: Float32Array): void {
    const [high, low] = [this.#high, this.#low];
    const { coarse, fine } = this.#units;
    // a float64 of this size has the unit as its last place: adding it rounds to the unit, half to even
    const [toCoarse, toFine] = [1.5 * 2 ** 52 * coarse, 1.5 * 2 ** 52 * fine];
    for (let i = 0; i < high.length; i++) {
      const value = values[i] as number;
      const product = weight * (origin ? value - (origin[i] as number) : value);
      const upper = product + toCoarse - toCoarse;
      high[i] = (high[i] as number) + upper;
      low[i] = (low[i] as number) + (product - upper + toFine - toFine);
    }
  }

  /** Adds what another one of the same length and units has summed, as an aggregator of other clients does. */
  merge(other: FixedPointSum): void {
    for (let i = 0; i < this.#high.length; i++) {
      this.#high[i] = (this.#high[i] as number) + (other.#high[i] as number);
      this.#low[i] = (this.#low[i] as number) + (other.#low[i] as number);
    }
  }

  /** The sum, rounded to float64 once. */
  values(): Float64Array {
    return this.#high.map((high, i) => high + (this.#low[i] as number));
  }
}
