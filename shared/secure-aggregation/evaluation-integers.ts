import type { TaskKind } from "../task/task-kind.ts";
import type { EvaluationSums } from "../task/tasks.ts";
import { addInteger, integerAt, type Words, zeros } from "./words.ts";

/**
 * Units of the three integers that stand for a sum of float64: what the first leaves of it goes into the second, and so on.
 * Of ten thousand clients none of them passes 2^63, and a sum is exact to 2^-48.
 */
const unitBits = [40, -4, -48] as const;

/** Largest that one client may add, either sign: the first integer has 48 bits. */
const largestSum = 2 ** (40 + 48);

/** How a number of float64 stands in a vector of integers, where those of several clients add up. */
export const FloatIntegers = {
  /** How many integers it takes. */
  length: unitBits.length,
  fits: (value: number): boolean => Math.abs(value) <= largestSum,
  /** Adds a number that fits to the integers from a place on. */
  add(sum: Words, from: number, value: number): void {
    let rest = value;
    for (const [i, bits] of unitBits.entries()) {
      const integer = Math.round(rest * 2 ** -bits);
      // exact: a whole multiple of the value's last place, and no longer than half a unit
      rest -= integer * 2 ** bits;
      addInteger(sum, from + i, integer);
    }
  },
  /** The sum that integers from a place on stand for, rounded to float64 once. */
  read(sum: Words, from: number): number {
    const finest = unitBits[unitBits.length - 1] as number;
    const whole = unitBits.reduce(
      (total, bits, i) => total + (integerAt(sum, from + i) << BigInt(bits - finest)),
      0n,
    );
    return Number(whole) * 2 ** finest;
  },
} as const;

/** One number of an evaluation: a count takes one integer, any other number three. */
interface Leaf {
  readonly path: readonly (string | number)[];
  readonly counts: boolean;
}

/**
 * How the sums of a task's evaluations stand in a vector of integers, where those of several clients add up: one after the
 * other, as the evaluation over nothing has them. Numbers in lists are counts, as `examples` is.
 */
export class EvaluationIntegers {
  /** How many integers they take. */
  readonly length: number;
  readonly #empty: EvaluationSums;
  readonly #leaves: readonly Leaf[];

  constructor(task: TaskKind, outputs: number) {
    this.#empty = task.empty(outputs) as EvaluationSums;
    this.#leaves = leavesOf(this.#empty, []);
    this.length = this.#leaves.reduce((sum, leaf) => sum + integersOf(leaf), 0);
  }

  /** What of an evaluation cannot be added up; undefined where all can. */
  problem(sums: EvaluationSums): string | undefined {
    for (const { path, counts } of this.#leaves) {
      const value = numberAt(sums, path);
      const fits = counts
        ? Number.isInteger(value) && value >= 0 && value < 2 ** 40
        : FloatIntegers.fits(value);
      if (!fits) return `its evaluation has ${path.join(".")} ${value}, which cannot be added up`;
    }
    return undefined;
  }

  /** Adds an evaluation to the integers from a place on. */
  add(sum: Words, from: number, sums: EvaluationSums): void {
    let at = from;
    for (const leaf of this.#leaves) {
      const value = numberAt(sums, leaf.path);
      if (leaf.counts) addInteger(sum, at, value);
      else FloatIntegers.add(sum, at, value);
      at += integersOf(leaf);
    }
  }

  /** The evaluation that integers from a place on stand for, each number rounded to float64 once. */
  read(sum: Words, from: number): EvaluationSums {
    let at = from;
    const values = this.#leaves.map((leaf) => {
      const value = leaf.counts ? Number(integerAt(sum, at)) : FloatIntegers.read(sum, at);
      at += integersOf(leaf);
      return value;
    });
    let next = 0;
    const filled = (shape: unknown): unknown => {
      if (Array.isArray(shape)) return shape.map(filled);
      if (typeof shape !== "object" || shape === null) return values[next++];
      return Object.fromEntries(Object.entries(shape).map(([name, inner]) => [name, filled(inner)]));
    };
    return filled(this.#empty) as EvaluationSums;
  }
}

/** The evaluation over the union of the parts' examples as their integers add up to it, whatever their order. */
export function mergeIntegers(
  task: TaskKind,
  parts: readonly EvaluationSums[],
  outputs: number,
): EvaluationSums {
  const integers = new EvaluationIntegers(task, outputs);
  const sum = zeros(integers.length);
  for (const part of parts) integers.add(sum, 0, part);
  return integers.read(sum, 0);
}

const integersOf = ({ counts }: Leaf) => (counts ? 1 : FloatIntegers.length);

function leavesOf(shape: unknown, path: Leaf["path"]): Leaf[] {
  if (Array.isArray(shape)) return shape.flatMap((inner, i) => leavesOf(inner, [...path, i]));
  if (typeof shape !== "object" || shape === null) return [{ path, counts: isCount(path) }];
  return Object.entries(shape).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

const isCount = (path: Leaf["path"]) =>
  path.at(-1) === "examples" || path.some((one) => typeof one === "number");

function numberAt(sums: unknown, path: Leaf["path"]): number {
  const found = path.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined),
    sums,
  );
  return typeof found === "number" ? found : Number.NaN;
}
