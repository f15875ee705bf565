import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { gaussianDelta, gaussianEpsilon } from "../../../../shared/privacy/accountant/gaussian.ts";
import { pldDelta, pldEpsilon } from "../../../../shared/privacy/accountant/pld.ts";
import { sampledGaussianRdp } from "../../../../shared/privacy/accountant/rdp.ts";

const n = z.number();
/** What high_precision.py beside this file has printed. */
const exact = z
  .object({
    rdp: z.array(z.object({ q: n, sigma: n, order: n, rdp: n })),
    composed: z.array(
      z.object({ mechanisms: z.array(z.object({ q: n, sigma: n, steps: n })), delta: n, epsilon: n }),
    ),
    oneStep: z.array(z.object({ q: n, sigma: n, delta: n, epsilon: n })),
    gaussian: z.array(z.object({ mu: n, delta: n, epsilon: n })),
  })
  .parse(JSON.parse(readFileSync(new URL("high-precision.json", import.meta.url), "utf8")));

describe("Renyi divergences have 11 digits:", () => {
  test.each(exact.rdp)("q $q, sigma $sigma, order $order", ({ q, sigma, order, rdp }) => {
    const value = sampledGaussianRdp({ q, sigma }, order);
    expect(Math.abs(value / rdp - 1)).toBeLessThan(1e-11);
  });
});

/** What the grid may add: never less than the exact value, but for rounding. */
function isJustAbove(value: number, least: number): void {
  expect(value).toBeGreaterThanOrEqual(least * (1 - 1e-8));
  expect(value / least - 1).toBeLessThan(1e-4);
}

describe("epsilon by the privacy loss distribution is the exact one or a little above:", () => {
  test.each(exact.composed)("$mechanisms, delta $delta", ({ mechanisms, delta, epsilon }) => {
    isJustAbove(pldEpsilon(mechanisms, delta), epsilon);
    const back = pldDelta(mechanisms, epsilon);
    expect(back).toBeGreaterThanOrEqual(delta * (1 - 1e-6));
    expect(back / delta).toBeLessThan(1.05);
  });

  test.each(exact.oneStep)("one step of q $q, sigma $sigma, delta $delta", ({ q, sigma, delta, epsilon }) => {
    isJustAbove(pldEpsilon([{ q, sigma, steps: 1 }], delta), epsilon);
  });
});

describe("Gaussian noise without sampling is Balle and Wang's closed form:", () => {
  test.each(exact.gaussian)("mu $mu, delta $delta", ({ mu, delta, epsilon }) => {
    expect(Math.abs(gaussianEpsilon(mu, delta) / epsilon - 1)).toBeLessThan(1e-11);
    expect(Math.abs(gaussianDelta(mu, epsilon) / delta - 1)).toBeLessThan(1e-9);
  });
});
