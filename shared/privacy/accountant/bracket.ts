/**
 * Where a condition that holds from `from` on ceases to, by bisection down to neighbouring numbers.
 * @param from where it holds
 * @param to where it does not
 * @returns the last number at which it was seen to hold, and the first at which not
 */
export function bracket(
  holds: (x: number) => boolean,
  from: number,
  to: number,
): readonly [last: number, first: number] {
  let [last, first] = [from, to];
  for (let i = 0; i < 200; i++) {
    const middle = (last + first) / 2;
    if (middle === last || middle === first) break;
    if (holds(middle)) last = middle;
    else first = middle;
  }
  return [last, first];
}
