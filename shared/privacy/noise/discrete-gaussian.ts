import type { SecretStream } from "../../secret-random.ts";

/** A positive number, exactly: numerator / denominator, whole numbers. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

/** Digits of 8 bits: a numerator below 2^45 times a digit is below 2^53, where float64 holds all whole numbers. */
const base = 2 ** 8;
const mostNumerator = 2 ** 45;
/** What is drawn of the stream at once. */
const drawnWords = 1_024;

/** Digits after the first of a number in [0, 1), by their place. */
type Rest = (place: number) => number;

/**
 * Integers of the discrete Gaussian, exactly: x with a probability in proportion to exp(-x^2 / (2 sigma^2)), independent.
 * Their deviation is sigma to within 1e-6 of it from sigma = 1 on, and less than sigma below (Canonne, Kamath and Steinke
 * 2020, "The discrete Gaussian for differential privacy"). Karney 2016, "Sampling exactly from the normal distribution", algorithm D: x = k sigma + r with r < sigma, of which k comes by
 * exp(-k^2 / 2) and r by the rest, both by von Neumann's trials: they compare uniform numbers of which as many digits are
 * drawn as it takes to tell them apart. So no exponential and no logarithm is computed, whose last bits differ between
 * machines and could be told from the noise (Mironov 2012): there are only comparisons, sums, products and rounded
 * quotients of whole numbers below 2^53, and the same words give the same integers everywhere. The time tells something
 * of the integers: whoever may measure it stands at the owner's.
 * @param sigma numerator below 2^45, sigma below 2^31
 * @throws RangeError for any other
 */
export function discreteGaussian(
  count: number,
  sigma: Rational,
  stream: Pick<SecretStream, "words">,
): Float64Array {
  checkSigma(sigma);
  const draw = openSampler(sigma, digitsOf(stream));
  const integers = new Float64Array(count);
  for (let i = 0; i < count; i++) integers[i] = draw();
  return integers;
}

/** The next 8 bits: of each word the lowest first. */
function digitsOf(stream: Pick<SecretStream, "words">): () => number {
  let words: Uint32Array = new Uint32Array(0);
  let next = 0;
  let word = 0;
  let left = 0;
  return () => {
    if (left === 0) {
      if (next === words.length) {
        words = stream.words(drawnWords);
        next = 0;
      }
      word = words[next++] as number;
      left = 4;
    }
    const digit = word & 0xff;
    word >>>= 8;
    left--;
    return digit;
  };
}

function openSampler({ numerator, denominator }: Rational, digit: () => number): () => number {
  const width = Math.ceil(numerator / denominator);
  // the number that the next deviate of a trial has to be below: its first digit, and the others once they matter
  let first = 0;
  let others: Rest | undefined;

  /** Whether a fresh deviate is below; then it takes the place. */
  const falls = (): boolean => {
    const drawn = digit();
    if (drawn !== first) {
      if (drawn > first) return false;
      first = drawn;
      others = undefined;
      return true;
    }
    const rest = lazily(digit);
    others ??= lazily(digit);
    if (!isBelow(rest, others)) return false;
    others = rest;
    return true;
  };

  /** True with probability exp(-1/2): 1/2 > u1 > u2 > ... goes on for an even number of deviates. */
  const half = (): boolean => {
    first = base / 2;
    others = zeros;
    let even = true;
    while (falls()) even = !even;
    return even;
  };

  /** Uniform below the bound. */
  const below = (bound: number): number => {
    const bits = 32 - Math.clz32(bound - 1);
    for (;;) {
      let number = digit();
      let drawn = 8;
      for (; drawn < bits; drawn += 8) number = number * base + digit();
      number >>>= drawn - bits;
      if (number < bound) return number;
    }
  };

  /** True with probability exp(-x (2 k + x) / 2), for x = remainder / numerator: k + 1 trials of the (k + 1)th root. */
  const accept = (k: number, remainder: number): boolean => {
    const scaled = remainder * base;
    const firstOfX = Math.floor(scaled / numerator);
    const restOfX = quotientDigits(scaled - firstOfX * numerator, numerator);
    for (let trial = 0; trial <= k; trial++) {
      first = firstOfX;
      others = restOfX;
      let even = true;
      // each further deviate counts with probability (2 k + x) / (2 k + 2)
      while (falls()) {
        const pick = below(2 * k + 2);
        if (pick > 2 * k) break;
        if (pick === 2 * k) {
          const drawn = digit();
          if (drawn === firstOfX ? !isBelow(lazily(digit), restOfX) : drawn > firstOfX) break;
        }
        even = !even;
      }
      if (!even) return false;
    }
    return true;
  };

  /** k >= 0 with a probability in proportion to exp(-k^2 / 2); undefined where it is to be tried again. */
  const quotient = (): number | undefined => {
    let k = 0;
    while (half()) k++;
    for (let trial = 0; trial < k * (k - 1); trial++) if (!half()) return undefined;
    return k;
  };

  return () => {
    for (;;) {
      const k = quotient();
      if (k === undefined) continue;
      const pick = below(2 * width);
      const negative = pick >= width;
      // k numerator is exact up to k = 2^8, which has a probability of exp(-2^15)
      const size = Math.ceil((k * numerator) / denominator) + (negative ? pick - width : pick);
      const remainder = size * denominator - k * numerator;
      // zero has one sign, or it would come twice as often
      if (remainder >= numerator || (size === 0 && negative)) continue;
      if (accept(k, remainder)) return negative ? -size : size;
    }
  };
}

const zeros: Rest = () => 0;

/** Digits that are made when they are asked for, and stay. */
function lazily(next: () => number): Rest {
  const known: number[] = [];
  return (place) => {
    while (known.length <= place) known.push(next());
    return known[place] as number;
  };
}

/** Of remainder / divisor, by long division. */
function quotientDigits(remainder: number, divisor: number): Rest {
  let left = remainder;
  return lazily(() => {
    const scaled = left * base;
    const digit = Math.floor(scaled / divisor);
    left = scaled - digit * divisor;
    return digit;
  });
}

function isBelow(one: Rest, other: Rest): boolean {
  let place = 0;
  while (one(place) === other(place)) place++;
  return one(place) < other(place);
}

function checkSigma({ numerator, denominator }: Rational): void {
  const whole = (n: number) => Number.isSafeInteger(n) && n > 0;
  if (!whole(numerator) || !whole(denominator) || numerator >= mostNumerator) {
    throw new RangeError(
      `sigma ${numerator} / ${denominator} has to be of whole numbers, the first below 2^45`,
    );
  }
  if (numerator / denominator >= 2 ** 31 - 1) {
    throw new RangeError(`sigma ${numerator} / ${denominator} has to be below 2^31`);
  }
}
