import { describe, expect, test } from "vitest";
import { rdpToEpsilon, zcdpToEpsilon } from "../../../../shared/privacy/accountant/conversion.ts";
import { pldDelta, pldEpsilon } from "../../../../shared/privacy/accountant/pld.ts";
import { rdpCurve, sampledGaussianRdp } from "../../../../shared/privacy/accountant/rdp.ts";
import { sigmaFor } from "../../../../shared/privacy/accountant/sigma.ts";

/** Orders that others compute with. */
const tenths = Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10);
const opacus = [...tenths, ...range(12, 63)];
const google = [...tenths, ...range(11, 63), 128, 256, 512, 1024];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Within an absolute distance. */
function near(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected), `${actual} beside ${expected}`).toBeLessThanOrEqual(tolerance);
}

const rdp = (q: number, sigma: number, steps: number, delta: number, orders?: readonly number[]) =>
  rdpToEpsilon(rdpCurve([{ q, sigma, steps }], orders), delta);
const pld = (q: number, sigma: number, steps: number, delta: number) =>
  pldEpsilon([{ q, sigma, steps }], delta);

describe("epsilon by Renyi divergences is what others publish:", () => {
  test.each([
    ["opacus", 0.04, 1.5, 2250, 1e-5, 7.32911117143, 1e-7, opacus],
    ["tensorflow/privacy", 150 / 60000, 1.3, 6000, 1e-5, 0.7242234026, 1e-6, google],
    ["dp_accounting", 0.001, 1, 30000, 1e-7, 1.4154988495, 1e-6, google],
    ["dp_accounting", 1, 0.7, 2, 1e-5, 10.8602036, 1e-6, google],
    ["dp_accounting", 1, 0.35, 2, 1e-5, 26.2880374, 1e-6, google],
    ["signed series", 0.01, 0.7, 120, 1e-5, 3.2391922, 1e-5, google],
    ["signed series", 0.01, 0.35, 120, 1e-5, 22.5970358, 1e-5, google],
    ["tensorflow/privacy, a statement", 1, 1, 5, 1e-6, 13.376, 1e-3, google],
    ["tensorflow/privacy, a statement", 0.0064, 1, 782, 1e-6, 1.616, 1e-3, google],
  ])("%s, q %d, sigma %d, %d steps, delta %d", (_, q, sigma, steps, delta, expected, tolerance, orders) => {
    near(rdp(q, sigma, steps, delta, orders).epsilon, expected, tolerance);
  });

  test("at the order that they name", () => {
    expect(rdp(150 / 60000, 1.3, 6000, 1e-5, google).order).toBe(19);
  });
});

test.each([
  [5, 2.18075656e-3],
  [50, 2.38460375e-2],
  [100, 167.416308],
])("the divergence of order %d at q 0.01, sigma 2.5, 50 steps", (order, expected) => {
  const value = 50 * sampledGaussianRdp({ q: 0.01, sigma: 2.5 }, order);
  near(value / expected, 1, 1e-4);
});

test("a divergence of 1.1 at the orders 2 to 32 converts to the published epsilon", () => {
  const curve = range(2, 32).map((order) => ({ order, rdp: 1.1 }));
  near(rdpToEpsilon(curve, 1e-5).epsilon, 1.32783806176, 1e-9);
});

test("zero-concentrated privacy adds up over rounds, and converts to the published epsilon", () => {
  near(zcdpToEpsilon(0.81, 1e-10), 8.92, 0.01);
  const rounds = rdpCurve([{ q: 1, sigma: 10, steps: 162 }]);
  expect(zcdpToEpsilon(0.81, 1e-10)).toBeLessThanOrEqual(rdpToEpsilon(rounds, 1e-10).epsilon);
  near(zcdpToEpsilon(0.81, 1e-10), rdpToEpsilon(rounds, 1e-10).epsilon, 1e-3);
});

describe("epsilon by the privacy loss distribution is what others publish:", () => {
  test.each([
    ["opacus, PRV", 0.04, 1.5, 2249, 1e-5, 6.7774, 0.011],
    ["dp_accounting", 1, 0.7, 2, 1e-5, 10.1224946, 5e-3],
    ["dp_accounting", 1, 0.35, 2, 1e-5, 24.7160779, 5e-3],
    ["dp_accounting", 0.01, 0.7, 120, 1e-5, 2.4612381, 5e-3],
    ["dp_accounting", 0.01, 0.35, 120, 1e-5, 18.6977407, 5e-3],
    ["tensorflow/privacy, a statement", 1, 1, 5, 1e-6, 12.595, 1e-3],
    ["tensorflow/privacy, a statement", 0.0064, 1, 782, 1e-6, 1.199, 1e-3],
    ["dp_accounting", 1, Math.sqrt(3), 3, 0.126936, 1, 1e-3],
    ["dp_accounting", 0.2, 0.5, 3, 0.15594, 1, 1e-3],
  ])("%s, q %d, sigma %d, %d steps, delta %d", (_, q, sigma, steps, delta, expected, tolerance) => {
    near(pld(q, sigma, steps, delta), expected, tolerance);
    near(pldDelta([{ q, sigma, steps }], expected) / delta, 1, 30 * tolerance);
  });
});

describe("tensorflow/privacy's tutorial, 60,000 examples in batches of 256, delta 1e-5:", () => {
  test.each([
    [1.1, 60, 2.597, 2.383, 3.01],
    [1.3, 15, 0.954, 0.865, 1.19],
    [0.7, 45, 6.318, 5.639, 7.1],
  ])("sigma %d, %d epochs", (sigma, epochs, today, byPld, of2017) => {
    const [q, steps] = [256 / 60000, Math.floor((epochs * 60000) / 256)];
    near(rdp(q, sigma, steps, 1e-5, google).epsilon, today, 0.011);
    near(pld(q, sigma, steps, 1e-5), byPld, 0.011);
    const old = rdpCurve([{ q, sigma, steps }], google).map(
      (one) => one.rdp - Math.log(1e-5) / (one.order - 1),
    );
    near(Math.min(...old), of2017, 0.011);
  });
});

describe("the sigma for an epsilon is what others publish:", () => {
  test.each([
    [0.04, 2250, 8, "rdp", 1.416, 6e-3],
    [0.04, 2000, 8, "rdp", 1.3562, 6e-3],
    [0.04, 2250, 8, "pld", 1.34766, 6e-3],
    [0.04, 2000, 8, "pld", 1.2915, 6e-3],
    [0.01, 1, 1, "pld", 0.67379294682, 2e-3],
  ] as const)("q %d, %d steps, epsilon %d by %s", (q, steps, epsilon, accountant, expected, tolerance) => {
    near(sigmaFor({ q, steps, epsilon, delta: 1e-5 }, accountant), expected, tolerance);
  });
});
