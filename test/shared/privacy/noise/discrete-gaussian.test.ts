import { describe, expect, it } from "vitest";
import { discreteGaussian, type Rational } from "../../../../shared/privacy/noise/discrete-gaussian.ts";
import { randomStream } from "../../../../shared/random.ts";
import { secretStream } from "../../../../shared/secret-random.ts";
import { chiSquaredDeviate } from "./chi-squared.ts";
import { binProbability, exactProbabilities } from "./exact-gaussian.ts";
import { referenceSampler } from "./reference-sampler.ts";

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const draw = (count: number, sigma: Rational, label = "noise") =>
  discreteGaussian(count, sigma, secretStream(key, "test", label));
const ratio = (numerator: number, denominator = 1): Rational => ({ numerator, denominator });
const called = ({ numerator, denominator }: Rational) => `${numerator}/${denominator}`;

/** How often each of x = 0, 1, -1, 2, -2, ... came, and how often it has to. */
function tallied(integers: Float64Array, sigma: Rational) {
  const probabilities = exactProbabilities(sigma);
  const place = (x: number) => (x > 0 ? 2 * x - 1 : -2 * x);
  const counts = new Array<number>(2 * probabilities.length - 1).fill(0);
  for (const x of integers) counts[place(x)] = (counts[place(x)] ?? Number.NaN) + 1;
  const expected = counts.map((_, i) => integers.length * (probabilities[Math.ceil(i / 2)] as number));
  return { counts, expected, probabilities };
}

// the streams are fixed: what passes once does so for ever, and a fault goes far beyond it
const rare = 4;

describe("the discrete Gaussian", () => {
  it.each(
    [
      ratio(3, 10),
      ratio(1, 2),
      ratio(99, 100),
      ratio(1),
      ratio(7, 5),
      ratio(37, 10),
      ratio(50, 3),
      ratio(2 ** 36 + 1, 2 ** 33),
    ].map((sigma) => [called(sigma), sigma] as const),
  )("has the exact probabilities, sigma %s", (_, sigma) => {
    const { counts, expected } = tallied(draw(400_000, sigma), sigma);
    expect(counts.every((count) => !Number.isNaN(count))).toBe(true);
    expect(chiSquaredDeviate(counts, expected)).toBeLessThan(rare);
  });

  it.each(
    [ratio(1_484_783), ratio(2 ** 26), ratio(2 ** 36 + 1, 2 ** 13), ratio(2 ** 31 - 1, 3)].map(
      (sigma) => [called(sigma), sigma] as const,
    ),
  )("has those of every eighth of a deviation, and of the last bits, where sigma is %s", (_, sigma) => {
    const deviation = sigma.numerator / sigma.denominator;
    const integers = draw(200_000, sigma);
    const edges = Array.from({ length: 97 }, (_, i) => Math.round(((i - 48) / 8) * deviation));
    const counts = new Array<number>(96).fill(0);
    const last = new Array<number>(64).fill(0);
    for (const x of integers) {
      const at = edges.findLastIndex((edge) => edge <= x);
      counts[at] = (counts[at] ?? Number.NaN) + 1;
      const bits = ((x % 64) + 64) % 64;
      last[bits] = (last[bits] as number) + 1;
    }
    const expected = counts.map(
      (_, i) => integers.length * binProbability(edges[i] as number, edges[i + 1] as number, deviation),
    );
    expect(chiSquaredDeviate(counts, expected)).toBeLessThan(rare);
    expect(chiSquaredDeviate(last, new Array(64).fill(integers.length / 64))).toBeLessThan(rare);
  });

  it("has as many beyond four deviations as it has to, on both sides", () => {
    const sigma = ratio(5, 2);
    const { counts, probabilities } = tallied(draw(2_000_000, sigma, "tails"), sigma);
    const far = probabilities.slice(10).reduce((sum, p) => sum + p, 0) * 2_000_000;
    const seen = (side: 0 | 1) =>
      counts.filter((_, i) => i % 2 === side && i >= 19).reduce((sum, n) => sum + n, 0);
    expect(far).toBeGreaterThan(50);
    for (const side of [0, 1] as const) expect(Math.abs(seen(side) - far)).toBeLessThan(3.9 * Math.sqrt(far));
  });

  it("is symmetric, with the variance sigma^2, and each value is independent of the one before", () => {
    const [count, sigma] = [400_000, 1000.5];
    const integers = draw(count, ratio(2001, 2));
    let [above, squares, products] = [0, 0, 0];
    integers.forEach((x, i) => {
      above += Math.sign(x);
      squares += x * x;
      products += x * (integers[i - 1] ?? 0);
    });
    expect(Math.abs(above)).toBeLessThan(4 * Math.sqrt(count));
    // the deviation of a mean of squares is sigma^2 sqrt(2 / n)
    expect(Math.abs(squares / count / sigma ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(products / count / sigma ** 2)).toBeLessThan(4 / Math.sqrt(count));
  });

  it.each(
    [
      ratio(3, 10),
      ratio(5, 2),
      ratio(2 ** 36 + 1, 2 ** 16),
      ratio(2 ** 45 - 1, 2 ** 15),
      ratio(2 ** 31 - 1, 3),
    ].map((sigma) => [called(sigma), sigma] as const),
  )(
    "makes of the same words what rational numbers make, digits that are alike among them, sigma %s",
    (_, sigma) => {
      // half of the digits are of a few values, so that every other comparison needs further ones
      const alike = [0, 1, 0x7f, 0x80, 0x81, 0xff];
      const stream = randomStream(5, "demo");
      const digits = Array.from({ length: 200_000 }, () =>
        stream.below(2) === 0 ? (alike[stream.below(alike.length)] as number) : stream.below(2 ** 8),
      );
      let at = 0;
      const reference = referenceSampler(sigma, () => digits[at++] as number);
      const expected = Array.from({ length: 2_000 }, reference);
      expect(at).toBeLessThan(digits.length);
      let word = 0;
      const words = (count: number) =>
        Uint32Array.from({ length: count }, () => {
          const [a = 0, b = 0, c = 0, d = 0] = digits.slice(4 * word, 4 * ++word);
          return a + 2 ** 8 * b + 2 ** 16 * c + 2 ** 24 * d;
        });
      expect(Array.from(discreteGaussian(2_000, sigma, { words }))).toEqual(expected);
    },
  );

  it("refuses a sigma that is not of whole numbers, or beyond what it computes exactly", () => {
    const none = { words: (count: number) => new Uint32Array(count) };
    for (const sigma of [
      ratio(0),
      ratio(1.5),
      ratio(1, 0),
      ratio(-1),
      ratio(2 ** 45, 2 ** 20),
      ratio(2 ** 32),
    ]) {
      expect(() => discreteGaussian(1, sigma, none)).toThrow(RangeError);
    }
  });
});
