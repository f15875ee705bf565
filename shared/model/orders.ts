import { permutation, type RandomStream } from "../random.ts";

/**
 * The order of the rows in each epoch: consecutive permutations from one stream. Epochs are asked for in
 * ascending order, as training goes through them.
 */
export function epochOrders(count: number, stream: RandomStream): (epoch: number) => Uint32Array {
  let next = 0;
  return (epoch) => {
    if (epoch !== next) throw new RangeError(`epoch ${epoch} was asked for when ${next} is next`);
    next++;
    return permutation(count, stream);
  };
}
