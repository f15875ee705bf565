const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Where a function of one valley is least, by golden section.
 * @returns x to about 1e-9 of the interval
 */
export function minimize(value: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [atA, atB] = [value(a), value(b)];
  for (let i = 0; i < 44; i++) {
    if (atA <= atB) {
      [high, b, atB] = [b, a, atA];
      a = high - golden * (high - low);
      atA = value(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + golden * (high - low);
      atB = value(b);
    }
  }
  return atA <= atB ? a : b;
}
