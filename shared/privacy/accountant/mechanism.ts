import { privacyInvalid } from "../../errors.ts";

/**
 * One step of DP-SGD: each example takes part with probability q, independently of the others (Poisson sampling), and the sum
 * of what they give, each of norm at most C, gets Gaussian noise of deviation sigma C.
 */
export interface SampledGaussian {
  /** 0 < q <= 1; at 1 everybody takes part. */
  readonly q: number;
  /** Deviation of the noise as a multiple of the clipping norm C (the noise multiplier). */
  readonly sigma: number;
}

export interface Mechanism extends SampledGaussian {
  /** How often it is repeated. */
  readonly steps: number;
}

/** Below the first one step alone has an epsilon in the hundreds; beyond the second nothing is told at all. */
export const sigmaRange = [0.05, 1e6] as const;
const leastRate = 1e-12;
const mostSteps = 1e9;
const leastDelta = 1e-100;

/** What the caller calls a setting, for messages: a field of a configuration, an option of a command. */
export type Called = (name: "q" | "sigma" | "steps" | "delta" | "epsilon") => string;
const asHere: Called = (name) => name;

/** @throws PrivacyInvalid with what to change */
export function checkMechanism(mechanism: Mechanism, called = asHere): void {
  checkSampling(mechanism, called);
  const [least, most] = sigmaRange;
  const { sigma } = mechanism;
  if (sigma >= least && sigma <= most) return;
  throw privacyInvalid(
    `${called("sigma")}: takes ${least} to ${most}, and is ${sigma}; 0.5 to 10 is usual, and less noise protects less`,
  );
}

/** @throws PrivacyInvalid */
export function checkSampling({ q, steps }: Omit<Mechanism, "sigma">, called = asHere): void {
  if (!(q >= leastRate && q <= 1)) {
    throw privacyInvalid(
      `${called("q")}: takes ${leastRate} to 1, and is ${q}; it is the share of the examples that a step takes, ` +
        "on average: 256 of 60,000 are 0.00427",
    );
  }
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= mostSteps)) {
    throw privacyInvalid(`${called("steps")}: takes an integer from 1 to ${mostSteps}, and is ${steps}`);
  }
}

/**
 * @param examples how many there are, where that is known
 * @throws PrivacyInvalid
 */
export function checkDelta(delta: number, examples?: number, called = asHere): void {
  if (!(delta >= leastDelta && delta < 1)) {
    throw privacyInvalid(
      `${called("delta")}: takes ${leastDelta} to below 1, and is ${delta}; a tenth of one over the number of examples is usual`,
    );
  }
  if (examples === undefined || delta <= 1 / examples) return;
  throw privacyInvalid(
    `${called("delta")}: ${delta} is more than one over the ${examples.toLocaleString("en")} examples, which even he keeps who gives ` +
      `somebody's example away as it is; give less, such as ${(0.1 / examples).toPrecision(1)}`,
  );
}

/** @throws PrivacyInvalid */
export function checkEpsilon(epsilon: number, called = asHere): void {
  if (epsilon > 0 && Number.isFinite(epsilon)) return;
  throw privacyInvalid(
    `${called("epsilon")}: takes a finite number above 0, and is ${epsilon}; 1 to 10 is usual`,
  );
}

/**
 * The same composition of fewer mechanisms: equal ones are counted together, and those without sampling are one Gaussian
 * mechanism, since their losses are normal and the inverses of their variances add up.
 */
export function merged(mechanisms: readonly Mechanism[]): readonly Mechanism[] {
  const sampled = new Map<string, Mechanism>();
  let precision = 0;
  for (const one of mechanisms) {
    if (one.q === 1) {
      precision += one.steps / one.sigma ** 2;
      continue;
    }
    const key = `${one.q} ${one.sigma}`;
    sampled.set(key, { ...one, steps: one.steps + (sampled.get(key)?.steps ?? 0) });
  }
  const parts = [...sampled.values()];
  return precision > 0 ? [...parts, { q: 1, sigma: precision ** -0.5, steps: 1 }] : parts;
}
