import { FixedPointSum, fixedPointOf } from "./fixed-point.ts";

/** sum_k n_k x_k of the numbers that a strategy adds up, by their names. */
export class NumberSums {
  readonly #sums: Record<string, FixedPointSum> = {};
  readonly #units: ReturnType<typeof fixedPointOf>;

  /** @param bounds of the whole federation */
  constructor(bounds: { readonly examples: number; readonly clients: number }) {
    this.#units = fixedPointOf({ ...bounds, range: Number.MAX_SAFE_INTEGER });
  }

  add(examples: number, numbers: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(numbers)) this.#of(name).add(examples, [value]);
  }

  merge(other: NumberSums): void {
    for (const [name, sum] of Object.entries(other.#sums)) this.#of(name).merge(sum);
  }

  values(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum.values()[0] ?? 0]));
  }

  #of(name: string): FixedPointSum {
    this.#sums[name] ??= new FixedPointSum(1, this.#units);
    return this.#sums[name];
  }
}
