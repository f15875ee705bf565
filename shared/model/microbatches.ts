/** Examples whose gradients are added in float32 at the most. What that rounds away is part of a clipped sum's sensitivity. */
export const mostInMicrobatch = 64;

/**
 * Deals rows to microbatches by their places among all examples: a range of places with more than mostInMicrobatch rows is
 * halved, and so on. So a row more or less changes the microbatch that it is in and no other, but where it is just the one
 * too many: then it makes two microbatches of one.
 * @param rows in ascending order
 * @param count of all examples, which the first range has
 */
export function microbatchesOf(rows: Uint32Array, count: number): Uint32Array[] {
  const found: Uint32Array[] = [];
  const deal = (among: Uint32Array, from: number, to: number): void => {
    if (among.length > mostInMicrobatch) {
      const middle = Math.floor((from + to) / 2);
      const first = among.findIndex((row) => row >= middle);
      const cut = first === -1 ? among.length : first;
      deal(among.subarray(0, cut), from, middle);
      deal(among.subarray(cut), middle, to);
    } else if (among.length > 0) found.push(among);
  };
  deal(rows, 0, count);
  return found;
}
