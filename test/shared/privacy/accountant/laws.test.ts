import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assertAgree, epsilonOf } from "../../../../shared/privacy/accountant/epsilon.ts";
import { gaussianEpsilon } from "../../../../shared/privacy/accountant/gaussian.ts";
import { type Mechanism, merged } from "../../../../shared/privacy/accountant/mechanism.ts";
import { pldDelta, pldEpsilon } from "../../../../shared/privacy/accountant/pld.ts";
import { sigmaFor } from "../../../../shared/privacy/accountant/sigma.ts";

const settings = fc.record({
  q: fc.double({ min: -5, max: 0, noNaN: true }).map((x) => 10 ** x),
  sigma: fc.double({ min: -0.5, max: 1, noNaN: true }).map((x) => 10 ** x),
  steps: fc.integer({ min: 0, max: 3 }).map((x) => 10 ** x),
});
const deltas = fc.double({ min: -12, max: -2, noNaN: true }).map((x) => 10 ** x);
const runs = { numRuns: 25, seed: 17 };

describe("epsilon", () => {
  test("grows with q and steps, and falls with sigma and delta, by both accountants", () => {
    fc.assert(
      fc.property(settings, deltas, (one, delta) => {
        const at = (changes: Partial<Mechanism>, d = delta) => epsilonOf([{ ...one, ...changes }], d);
        const here = at({});
        const more = [at({ q: Math.min(1, one.q * 1.3) }), at({ steps: one.steps * 2 }), at({}, delta / 10)];
        const less = [at({ sigma: one.sigma * 1.1 }), at({}, delta * 5)];
        for (const { rdp, pld } of more) {
          expect(rdp.epsilon).toBeGreaterThanOrEqual(here.rdp.epsilon);
          expect(pld.epsilon).toBeGreaterThanOrEqual(here.pld.epsilon * (1 - 1e-4));
        }
        for (const { rdp, pld } of less) {
          expect(rdp.epsilon).toBeLessThanOrEqual(here.rdp.epsilon);
          expect(pld.epsilon).toBeLessThanOrEqual(here.pld.epsilon * (1 + 1e-4));
        }
      }),
      runs,
    );
  });

  test("by the privacy loss distribution is above what the Renyi divergences leave as possible, and below their bound", () => {
    fc.assert(
      fc.property(settings, deltas, (one, delta) => {
        const { pld, rdp } = epsilonOf([one], delta);
        expect(pld.epsilon).toBeLessThanOrEqual(rdp.epsilon);
        expect(pldDelta([one], pld.epsilon)).toBeLessThanOrEqual(delta * (1 + 1e-3));
      }),
      runs,
    );
  });

  test("of what is released twice is that of twice the steps, and in any order", () => {
    const [a, b] = [
      { q: 0.04, sigma: 1.5, steps: 100 },
      { q: 0.01, sigma: 0.9, steps: 40 },
    ] as const;
    const once = epsilonOf([{ ...a, steps: 200 }, b], 1e-6);
    const parts = epsilonOf([b, a, a], 1e-6);
    expect(parts.pld.epsilon).toBeCloseTo(once.pld.epsilon, 10);
    expect(parts.rdp.epsilon).toBeCloseTo(once.rdp.epsilon, 10);
    for (const alone of [[a], [b]]) {
      expect(once.pld.epsilon).toBeGreaterThan(epsilonOf(alone, 1e-6).pld.epsilon);
    }
  });

  test("of sampling at nearly 1 is nearly that without, whose closed form is another path", () => {
    const [sigma, steps, delta] = [4, 30, 1e-6];
    const closed = gaussianEpsilon(Math.sqrt(steps) / sigma, delta);
    const sampled = pldEpsilon([{ q: 1 - 1e-9, sigma, steps }], delta);
    expect(sampled / closed - 1).toBeGreaterThan(-1e-7);
    expect(sampled / closed - 1).toBeLessThan(1e-4);
  });

  test("of different Gaussian noises without sampling is that of one, by their precisions", () => {
    expect(
      merged([
        { q: 1, sigma: 3, steps: 9 },
        { q: 1, sigma: 0.5, steps: 2 },
      ]),
    ).toEqual([{ q: 1, sigma: 1 / 3, steps: 1 }]);
  });
});

describe("sigma for an epsilon", () => {
  test("is the inverse of epsilon, and keeps it", () => {
    fc.assert(
      fc.property(
        settings,
        deltas,
        fc.constantFrom("rdp", "pld"),
        ({ q, sigma, steps }, delta, accountant) => {
          const { rdp, pld } = epsilonOf([{ q, sigma, steps }], delta);
          const epsilon = accountant === "rdp" ? rdp.epsilon : pld.epsilon;
          fc.pre(epsilon > 1e-6 && epsilon < 1e4);
          const back = sigmaFor({ q, steps, delta, epsilon }, accountant);
          expect(Math.abs(back / sigma - 1)).toBeLessThan(1e-4);
          const kept = epsilonOf([{ q, sigma: back, steps }], delta)[accountant].epsilon;
          expect(kept).toBeLessThanOrEqual(epsilon * (1 + 1e-12));
        },
      ),
      { ...runs, numRuns: 12 },
    );
  });

  test("of a thousand releases is refused where it is no noise, or more than there is", () => {
    const wanted = { q: 0.01, steps: 100, delta: 1e-5 };
    expect(() => sigmaFor({ ...wanted, epsilon: 1e6 })).toThrow(/^epsilon: 1000000 is had with less noise/);
    expect(() => sigmaFor({ q: 1, steps: 1e9, delta: 1e-12, epsilon: 0.001 })).toThrow(
      /^epsilon: 0.001 takes more noise/,
    );
  });
});

describe("extreme inputs end within a second, or in a named error:", () => {
  test.each([
    [1e-6, 0.3, 1e5, 1e-12],
    [1e-6, 100, 1e5, 1e-12],
    [1e-6, 100, 1, 1e-5],
    [0.5, 0.3, 1e5, 1e-12],
    [0.5, 100, 1e5, 1e-12],
    [1, 0.3, 1e5, 1e-12],
    [1, 100, 1e5, 1e-12],
    [0.999999, 1, 1000, 1e-9],
    [0.01, 0.05, 10, 1e-5],
    [1e-12, 1, 1e9, 1e-100],
    [0.01, 1e6, 1e9, 0.9],
  ])("q %d, sigma %d, %d steps, delta %d", (q, sigma, steps, delta) => {
    const from = performance.now();
    const { rdp, pld } = epsilonOf([{ q, sigma, steps }], delta);
    // a busy machine takes longer
    expect(performance.now() - from).toBeLessThan(5_000);
    for (const { epsilon } of [rdp, pld]) expect(epsilon).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(pld.epsilon)).toBe(true);
    expect(pld.epsilon).toBeLessThanOrEqual(rdp.epsilon);
  });

  test.each([
    [{ q: 1.2 }, 1e-5, /^q: takes .* is 1.2; it is the share of the examples/],
    [{ q: 0 }, 1e-5, /^q: /],
    [{ sigma: 0 }, 1e-5, /^sigma: takes 0.05 to/],
    [{ sigma: Number.POSITIVE_INFINITY }, 1e-5, /^sigma: .* is Infinity/],
    [{ steps: 1.5 }, 1e-5, /^steps: /],
    [{}, 0, /^delta: /],
    [{}, Number.NaN, /^delta: /],
  ])("%j, delta %d", (changes, delta, message) => {
    const mechanism = { q: 0.01, sigma: 1, steps: 10, ...changes };
    expect(() => epsilonOf([mechanism], delta)).toThrow(
      expect.objectContaining({ name: "PrivacyInvalid", message: expect.stringMatching(message) }),
    );
  });
});

test("accountants that disagree are a defect, and said to be one", () => {
  expect(() => assertAgree(7.4, 7.3)).toThrow(expect.objectContaining({ name: "AccountantsDisagree" }));
  assertAgree(7.2, 7.3);
});

test.each([
  [0.05, 300],
  [0.05, 10],
  [0.1, 300],
])(
  "next to no noise, sigma %d in %i steps, has an epsilon in the thousands, and it grows with the steps",
  (sigma, steps) => {
    const told = (of: number) => epsilonOf([{ q: 0.25, sigma, steps: of }], 1e-5).pld.epsilon;
    expect(told(steps)).toBeGreaterThan(1000);
    expect(told(steps)).toBeLessThan(steps / sigma ** 2);
    expect(told(2 * steps)).toBeGreaterThan(told(steps));
  },
);
