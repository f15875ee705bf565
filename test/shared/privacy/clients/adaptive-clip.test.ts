import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../../shared/config/resolve.ts";
import { epsilonOf, rdpEpsilon } from "../../../../shared/privacy/accountant/epsilon.ts";
import { sigmaFor } from "../../../../shared/privacy/accountant/sigma.ts";
import {
  countNoise,
  nextClip,
  sumNoise,
  unclippedShare,
} from "../../../../shared/privacy/clients/adaptive-clip.ts";
import { noiseOfMean, tooFewClients } from "../../../../shared/privacy/clients/privacy-plan.ts";
import { withNoise } from "../../../../shared/privacy/clients/release.ts";
import { strategyOf } from "../../../../shared/privacy/clients/strategy-of.ts";
import { sentShort, vectorNames } from "../../../../shared/privacy/clients/vectors.ts";
import { randomStream } from "../../../../shared/random.ts";
import { secretStream } from "../../../../shared/secret-random.ts";
import { openReduction } from "../../../../shared/strategy/open-reduction.ts";

const cohort = 200;
const size = 20;
const layout = [{ name: "w", shape: [size] }];

/** Sixty rounds of clients whose changes are 0.2 to 5 long, with the median 1, as the strategy takes them. */
function clipAfter(initial: number): number {
  const config = resolveConfig({
    set: ["privacy.unit=client", `privacy.clip={"initial":${initial}}`, "privacy.noiseMultiplier=1"],
  });
  const strategy = strategyOf(config);
  const adaptive = { quantile: 0.5, learningRate: 0.2 };
  const hides = { noiseMultiplier: 1, cohort, fullWeight: 1, clip: initial, adaptive };
  let [global, state] = [
    new Float32Array(size),
    {
      [vectorNames.mean]: new Float32Array(size),
      [vectorNames.unclipped]: new Float32Array(1),
      [vectorNames.clip]: Float32Array.of(initial),
    },
  ];
  for (let round = 1; round <= 60; round++) {
    const stream = randomStream(round, "demo", 0);
    const open = openReduction(strategy, {
      ...{ global, layout, state, hides, momentum: 0 },
      ...{ federationExamples: cohort, federationClients: cohort },
    });
    const clip = state[vectorNames.clip]?.[0] ?? NaN;
    for (let client = 0; client < cohort; client++) {
      // log-uniform over 1/5 ... 5
      const length = 25 ** (stream.unit() - 0.5);
      const direction = Float64Array.from({ length: size }, () => stream.unit() - 0.5);
      const own = Math.hypot(...direction);
      const share = Math.min(length, clip) / own;
      const sent = { [sentShort]: Float32Array.of(length <= clip ? 1 : 0) };
      const parameters = global.map((w, i) => w + share * (direction[i] as number));
      open.add({ client, examples: 5, steps: 1, parameters, sent });
    }
    const key = new Uint8Array(32).fill(7);
    const next = open.finish(withNoise((label) => secretStream(key, `round ${round}`, label)));
    global = next.parameters as typeof global;
    state = next.state as typeof state;
  }
  return state[vectorNames.clip]?.[0] ?? NaN;
}

describe("a clip that follows the clients' norms", () => {
  test.each([0.5, 2])("ends near their median after sixty rounds from %d", (initial) => {
    const clip = clipAfter(initial);
    expect(clip).toBeGreaterThan(0.8);
    expect(clip).toBeLessThan(1.25);
  });

  test("becomes smaller where all are short enough, and larger where none is", () => {
    const adaptive = { quantile: 0.5, learningRate: 0.2 };
    // e^-0.1 and e^0.1
    expect(nextClip(1, 1, adaptive)).toBeCloseTo(0.904837418, 6);
    expect(nextClip(1, 0, adaptive)).toBeCloseTo(1.105170918, 6);
    expect(nextClip(3, 0.5, adaptive)).toBe(3);
    expect(nextClip(2, 1, { quantile: 0.9, learningRate: 1 })).toBeCloseTo(2 * 0.904837418, 6);
    // units of half a client's part are 2^10
    expect(unclippedShare(2 ** 10 * 200, 200)).toBe(1);
    expect(unclippedShare(-(2 ** 10) * 200, 200)).toBe(0);
  });

  test("has both of its noises count as the one that was asked for", () => {
    // Andrew et al. 2021: z_sum = (z^-2 - (2 sigma_b)^-2)^(-1/2), sigma_b = m / 20
    expect(countNoise(100)).toBe(10);
    expect(sumNoise(1, 100)).toBeCloseTo(1 / Math.sqrt(0.99), 12);
    expect(sumNoise(10, 100)).toBe(Number.POSITIVE_INFINITY);
    for (const [z, m] of [
      [1, 30],
      [4, 100],
    ] as const) {
      const both = epsilonOf(
        [
          { q: 1, sigma: sumNoise(z, m), steps: 50 },
          { q: 1, sigma: countNoise(m), steps: 50 },
        ],
        1e-5,
      );
      const one = epsilonOf([{ q: 1, sigma: z, steps: 50 }], 1e-5);
      expect(both.pld.epsilon).toBeCloseTo(one.pld.epsilon, 6);
    }
  });
});

/** The noise by Renyi's divergence, whose figures the reference has. */
function rdpSigmaFor(steps: number, epsilon: number, delta: number): number {
  let [low, high] = [0.5, 100];
  for (let i = 0; i < 50; i++) {
    const sigma = (low + high) / 2;
    if (rdpEpsilon([{ q: 1, sigma, steps }], delta).epsilon > epsilon) low = sigma;
    else high = sigma;
  }
  return high;
}

describe("how loud the noise is", () => {
  // computed for this project beforehand by Renyi's divergence: q 1, 100 rounds, epsilon 8, delta 1 / (10 n); privacy loss
  // distributions ask for less
  test.each([
    [10, 71.8, 65.1, true],
    [100, 8.3, 7.7, true],
    [1_000, 0.9, 0.9, false],
  ])(
    "for %i clients is %d times the clip in a mean of 25,450 parameters",
    (clients, byRdp, byPld, warned) => {
      const delta = 1 / (10 * clients);
      const shareOf = (sigma: number) => noiseOfMean(sigma, 25_450, clients);
      expect(Math.abs(shareOf(rdpSigmaFor(100, 8, delta)) - byRdp)).toBeLessThan(0.05);
      const sigma = sigmaFor({ q: 1, steps: 100, epsilon: 8, delta });
      const noiseShare = shareOf(sigma);
      expect(Math.abs(noiseShare - byPld)).toBeLessThan(0.05);
      const said = tooFewClients({ noiseShare, cohort: clients, clip: 1, sumNoise: sigma });
      expect(said !== undefined).toBe(warned);
      if (warned) expect(said).toContain(`${clients} clients is ${noiseShare.toPrecision(3)} times`);
    },
  );
});
