import type { Arena, ArenaLayout } from "./arena.ts";
import type { PlacedParameters } from "./matrices.ts";
import type { Address } from "./primitives.ts";

/** Room for sums of gradients in whole units, 32 bits each, laid out as the parameters are. */
export interface GradientSum {
  readonly address: Address;
  /** Where the primitives find what a gradient is multiplied by. */
  readonly record: Address;
  /** Nothing is summed yet. @param unit a power of two */
  open(unit: number): void;
  /** Adds whole numbers, flat. @throws RangeError where one is 2^29 or more */
  addWhole(flat: ArrayLike<number>): void;
  /** Adds the sums to a flat vector. @param first whether the vector is written over, whatever it holds */
  moveTo(total: Float64Array, first: boolean): void;
}

export function layOutGradientSum(
  arena: Arena,
  layout: ArenaLayout,
  { matrices, address: parameters, bytes }: PlacedParameters,
): GradientSum {
  const address = layout.reserve(bytes);
  const record = layout.reserve(4);
  return {
    address,
    record,
    open(unit) {
      arena.floats[record / 4] = 1 / unit;
      arena.bytes.fill(0, address, address + bytes);
    },
    addWhole(flat) {
      const { integers } = arena;
      for (const { inputs, outputs, weight, stride, matrix } of matrices) {
        const from = (address + matrix - parameters) / 4;
        for (let row = 0; row <= inputs; row++) {
          const [at, to] = [weight + row * outputs, from + (row * stride) / 4];
          for (let o = 0; o < outputs; o++) {
            const whole = flat[at + o] as number;
            if (!(Math.abs(whole) < 2 ** 29)) throw new RangeError(`${whole} units are too many`);
            integers[to + o] = (integers[to + o] as number) + whole;
          }
        }
      }
    },
    moveTo(total, first) {
      const move = first ? write : add;
      for (const { inputs, outputs, weight, stride, matrix } of matrices) {
        const from = (address + matrix - parameters) / 4;
        if (stride === 4 * outputs) move(arena.integers, from, total, weight, (inputs + 1) * outputs);
        else {
          for (let row = 0; row <= inputs; row++) {
            move(arena.integers, from + (row * stride) / 4, total, weight + row * outputs, outputs);
          }
        }
      }
    },
  };
}

function write(sums: Int32Array, from: number, total: Float64Array, to: number, count: number): void {
  for (let k = 0; k < count; k++) total[to + k] = sums[from + k] as number;
}

function add(sums: Int32Array, from: number, total: Float64Array, to: number, count: number): void {
  for (let k = 0; k < count; k++) total[to + k] = (total[to + k] as number) + (sums[from + k] as number);
}
