import { type DataSize, mnistSize } from "../../../cloud/cost/data-size.ts";
import type { Deployment } from "../../../cloud/deployment.ts";
import { checkLimits } from "../../../cloud/limits/limits.ts";
import { type DividedExamples, sizingOf } from "../../../cloud/sizing.ts";
import { footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import type { Config } from "../../../shared/config/schema.ts";

export const configOf = (...set: string[]) => resolveConfig({ preset: "paper", set });

export interface Sizes extends DividedExamples {
  readonly data: DataSize;
}

export function check(config: Config, sizes: Sizes, deployment: Deployment): void {
  checkLimits(sizingOf(config, sizes.data, sizes), deployment, footprints);
}

/** So many examples of floats, none of them zero, divided evenly; a fifth is held out. */
export function floats(examples: number, features: number, clients: number): Sizes {
  const data: DataSize = { examples, features, classes: 2, testExamples: 0, valueBytes: 4, filled: 1 };
  const each = { train: (0.8 * examples) / clients, heldOut: (0.2 * examples) / clients };
  return { data, clients: Array.from({ length: clients }, () => each), testSet: 0 };
}

/** So many examples of 500 bytes, which scaling makes floats; one of two clients has nine tenths of them. */
export function lopsided(examples: number): Sizes {
  const { data } = floats(examples, 500, 1);
  const clients = [0.9, 0.1].map((share) => ({
    train: 0.8 * share * examples,
    heldOut: 0.2 * share * examples,
  }));
  return { data: { ...data, valueBytes: 1 }, clients, testSet: 0 };
}

export const mnist: Sizes = {
  data: mnistSize,
  clients: Array.from({ length: 10 }, () => ({ train: 5_600, heldOut: 1_400 })),
  testSet: 0,
};
