import type { Rational } from "../../../../shared/privacy/noise/discrete-gaussian.ts";

/** A number in [0, 1), digit by digit to the base 2^8. */
interface Digits {
  at(place: number): number;
}

/** Karney's algorithm D as the paper has it, in rational numbers and with every deviate an object: slow, and exact by sight. */
export function referenceSampler({ numerator, denominator }: Rational, digit: () => number): () => number {
  const [p, q] = [BigInt(numerator), BigInt(denominator)];
  const width = Number((p + q - 1n) / q);

  const uniform = (): Digits => {
    const known: number[] = [];
    return {
      at(place) {
        while (known.length <= place) known.push(digit());
        return known[place] as number;
      },
    };
  };
  const fraction = (over: bigint, under: bigint): Digits => ({
    at: (place) => Number(((over << BigInt(8 * (place + 1))) / under) & 0xffn),
  });
  const isLess = (one: Digits, other: Digits): boolean => {
    for (let place = 0; ; place++) {
      const [a, b] = [one.at(place), other.at(place)];
      if (a !== b) return a < b;
    }
  };
  const below = (bound: number): number => {
    let bits = 0;
    while (2 ** bits < bound) bits++;
    for (;;) {
      const digits = Math.ceil(bits / 8);
      let drawn = 0;
      for (let i = 0; i < digits; i++) drawn = 256 * drawn + digit();
      const number = Math.floor(drawn / 2 ** (8 * digits - bits));
      if (number < bound) return number;
    }
  };
  /** Von Neumann 1951: how many deviates fall, each below the one before. */
  const falling = (start: Digits, goesOn: () => boolean): number => {
    let [last, count] = [start, 0];
    for (;;) {
      const next = uniform();
      if (!isLess(next, last) || !goesOn()) return count;
      [last, count] = [next, count + 1];
    }
  };
  const half = () => falling(fraction(1n, 2n), () => true) % 2 === 0;

  return () => {
    search: for (;;) {
      let k = 0;
      while (half()) k++;
      for (let i = 0; i < k * (k - 1); i++) if (!half()) continue search;
      const pick = below(2 * width);
      const start = (BigInt(k) * p + q - 1n) / q;
      const size = start + BigInt(pick % width);
      const over = size * q - BigInt(k) * p;
      if (over >= p) continue;
      if (size === 0n && pick >= width) continue;
      const x = fraction(over, p);
      const goesOn = () => {
        const choice = below(2 * k + 2);
        return choice < 2 * k || (choice === 2 * k && isLess(uniform(), x));
      };
      for (let i = 0; i <= k; i++) if (falling(x, goesOn) % 2 === 1) continue search;
      return pick >= width ? -Number(size) : Number(size);
    }
  };
}
