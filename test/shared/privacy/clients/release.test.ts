import { describe, expect, test } from "vitest";
import { sumNoise } from "../../../../shared/privacy/clients/adaptive-clip.ts";
import { ClippedChanges } from "../../../../shared/privacy/clients/clipped-sum.ts";
import type { ClientMechanism } from "../../../../shared/privacy/clients/mechanism.ts";
import { asRecorded, type Released, withNoise } from "../../../../shared/privacy/clients/release.ts";
import { sentShort, vectorNames } from "../../../../shared/privacy/clients/vectors.ts";
import { randomStream } from "../../../../shared/random.ts";
import { secretStream } from "../../../../shared/secret-random.ts";

const parameters = 4_000;
const cohort = 40;
const mechanism: ClientMechanism = { noiseMultiplier: 1.5, cohort, fullWeight: 1, clip: 0.8, adaptive: null };
const following: ClientMechanism = { ...mechanism, adaptive: { quantile: 0.5, learningRate: 0.2 } };

/** Of 30 of the 40 clients that were selected, all of whom move the same way. */
function exact(by: ClientMechanism) {
  const global = new Float32Array(parameters).fill(0.25);
  const changes = new ClippedChanges(global, by, by.clip);
  const stream = randomStream(3, "demo", 0);
  const direction = Float64Array.from(global, () => stream.unit() - 0.5);
  for (let client = 0; client < 30; client++) {
    const moved = global.map((w, i) => w + (direction[i] as number));
    changes.add({
      examples: 7,
      parameters: moved,
      sent: { [sentShort]: Float32Array.of(client < 12 ? 1 : 0) },
    });
  }
  const length = Math.hypot(...direction);
  return { sums: changes.sums(), sum: direction.map((value) => (30 * by.clip * value) / length) };
}

const secret = (seed: number) => (label: string) =>
  secretStream(new Uint8Array(32).fill(seed), "a round", label);

/** Of whatever has been drawn, in its deviations. */
function momentsOf(values: readonly number[]) {
  const n = values.length;
  const power = (p: number) => values.reduce((sum, value) => sum + value ** p, 0) / n;
  return { mean: power(1) * Math.sqrt(n), square: power(2), fourth: power(4) };
}

describe("what is told of a round", () => {
  test.each([
    ["a clip that stays", mechanism, 1.5],
    ["a clip that follows", following, sumNoise(1.5, cohort)],
  ])(
    "is the mean over all that were selected, with normal noise of the plan's deviation: %s",
    (_, by, sigma) => {
      const { sums, sum } = exact(by);
      const noise = Array.from({ length: 12 }, (_, seed) => {
        const { mean } = withNoise(secret(seed))(sums);
        // in changes: what a client can make, C, and not what the grid has of it
        return Array.from(mean, (value, i) => (value * cohort - (sum[i] as number)) / (sigma * by.clip));
      }).flat();
      const { mean, square, fourth } = momentsOf(noise);
      // 48,000 normal deviates: the mean within 4.5 deviations, variance 1 within 4.5 of sqrt(2 / n), kurtosis 3 of sqrt(96 / n)
      expect(Math.abs(mean)).toBeLessThan(4.5);
      expect(Math.abs(square - 1)).toBeLessThan(4.5 * Math.sqrt(2 / noise.length));
      expect(Math.abs(fourth - 3)).toBeLessThan(4.5 * Math.sqrt(96 / noise.length));
    },
  );

  test("tells how many were short enough with noise of half a client's part in ten, and of no true number", () => {
    const { sums } = exact(following);
    const drawn = Array.from({ length: 4_000 }, (_, seed) => {
      const stream = (label: string) => secretStream(new Uint8Array(32).fill(seed % 251), `${seed}`, label);
      return withNoise(stream)({ ...sums, change: sums.change.subarray(0, 1) }).unclipped ?? NaN;
    });
    // 12 short, 18 not, of 40: silent ones count as half
    const expected = 0.5 + (12 - 18) / 2 / cohort;
    const sigma = 1 / 20;
    const { mean, square } = momentsOf(drawn.map((value) => (value - expected) / sigma));
    expect(Math.abs(mean)).toBeLessThan(4.5);
    expect(Math.abs(square - 1)).toBeLessThan(4.5 * Math.sqrt(2 / drawn.length));
  });

  test("is the same by the same streams, and by others another", () => {
    const { sums } = exact(mechanism);
    expect(withNoise(secret(1))(sums)).toEqual(withNoise(secret(1))(sums));
    expect(withNoise(secret(1))(sums)).not.toEqual(withNoise(secret(2))(sums));
  });
});

describe("what a round has recorded", () => {
  const stateOf = ({ mean, unclipped }: Released) => ({
    [vectorNames.mean]: mean,
    ...(unclipped !== null && { [vectorNames.unclipped]: Float32Array.of(unclipped) }),
  });

  test.each([mechanism, following])("is taken where it is as far from the sums as noise is", (by) => {
    const { sums } = exact(by);
    for (let seed = 0; seed < 40; seed++) {
      const released = withNoise(secret(seed))(sums);
      expect(asRecorded(stateOf(released))(sums)).toEqual(released);
    }
  });

  test("is refused without noise, with too little or too much, or of other sums", () => {
    const { sums } = exact(following);
    const { unit } = sums;
    const { mean, unclipped } = withNoise(secret(1))(sums);
    const bare = Float32Array.from(sums.change, (sum) => (sum * unit) / cohort);
    const between = (share: number) =>
      mean.map((value, i) => (bare[i] as number) + share * (value - (bare[i] as number)));
    const told =
      (of: Float32Array, short = unclipped) =>
      () =>
        asRecorded(stateOf({ mean: of, unclipped: short }))(sums);
    expect(told(mean)).not.toThrow();
    for (const share of [0, 0.5, 0.8, 1.2, 2]) expect(told(between(share))).toThrow("its mean change is");
    expect(told(mean, (unclipped ?? 0) + 0.7)).toThrow("its share of short changes");
    expect(told(mean, Number.NaN)).toThrow("its share of short changes");
    expect(told(mean.map((value) => 1.5 * value))).toThrow("its mean change is");
  });
});
