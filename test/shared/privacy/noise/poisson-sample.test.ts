import { describe, expect, it } from "vitest";
import { poissonSample } from "../../../../shared/privacy/noise/poisson-sample.ts";
import { secretStream } from "../../../../shared/secret-random.ts";
import { chiSquaredDeviate } from "./chi-squared.ts";

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const stream = (label: string) => secretStream(key, "test", label);

/** A stream of these words, and of no others. */
const of = (...given: number[]) => {
  const left = [...given];
  return { words: (count: number) => Uint32Array.from(left.splice(0, count)) };
};

describe("a Poisson sample", () => {
  it("has each row with the same probability, and as many rows as a binomial distribution", () => {
    const [rate, count, samples] = [0.04, 60, 20_000];
    const draws = stream("rows");
    const byRow = new Array<number>(count).fill(0);
    const bySize = new Array<number>(count + 1).fill(0);
    for (let i = 0; i < samples; i++) {
      const rows = poissonSample(count, rate, draws);
      for (const row of rows) byRow[row] = (byRow[row] as number) + 1;
      bySize[rows.length] = (bySize[rows.length] as number) + 1;
    }
    let binomial = (1 - rate) ** count;
    const sizes = bySize.map((_, k) => {
      const probability = binomial;
      binomial *= ((count - k) / (k + 1)) * (rate / (1 - rate));
      return samples * probability;
    });
    // a row's count is binomial, too, with a variance less by the share of those who are in
    const spread = byRow.map(
      (seen) => ((seen - samples * rate) ** 2 / (samples * rate * (1 - rate))) as number,
    );
    const distance = spread.reduce((sum, one) => sum + one, 0);
    expect(distance).toBeGreaterThan(30);
    expect(distance).toBeLessThan(100);
    expect(chiSquaredDeviate(bySize, sizes)).toBeLessThan(4);
  });

  it("is in ascending order, the same of the same words, and another the next time", () => {
    const sample = poissonSample(20_000, 0.01, stream("order"));
    expect(sample).toEqual(sample.toSorted());
    expect(new Set(sample).size).toBe(sample.length);
    expect(poissonSample(20_000, 0.01, stream("order"))).toEqual(sample);
    const twice = stream("order");
    poissonSample(20_000, 0.01, twice);
    expect(poissonSample(20_000, 0.01, twice)).not.toEqual(sample);
  });

  it("compares with the rate to its last bit", () => {
    // 2^-32 (1 + 2^-40): its digits are 1 and 2^-8 of a second, which is 2^24
    const rate = 2 ** -32 * (1 + 2 ** -40);
    expect(Array.from(poissonSample(1, rate, of(0)))).toEqual([0]);
    expect(Array.from(poissonSample(1, rate, of(2)))).toEqual([]);
    expect(Array.from(poissonSample(1, rate, of(1, 0, 2 ** 24 - 1)))).toEqual([0]);
    expect(Array.from(poissonSample(1, rate, of(1, 0, 2 ** 24)))).toEqual([]);
    expect(Array.from(poissonSample(1, rate, of(1, 1)))).toEqual([]);
    expect(Array.from(poissonSample(1, 0.5, of(2 ** 31)))).toEqual([]);
    expect(Array.from(poissonSample(1, 0.5, of(2 ** 31 - 1)))).toEqual([0]);
  });

  it("of rate one is everybody, and other rates than (0, 1] are refused", () => {
    expect(Array.from(poissonSample(5, 1, stream("all")))).toEqual([0, 1, 2, 3, 4]);
    expect(Array.from(poissonSample(0, 0.5, stream("all")))).toEqual([]);
    for (const rate of [0, -0.1, 1.01, Number.NaN]) {
      expect(() => poissonSample(5, rate, stream("all"))).toThrow(RangeError);
    }
  });
});
