import type { Deployment } from "../cloud/deployment.ts";
import { deployedSteps, type Footprint } from "../cloud/footprint.ts";
import { aggregateRoundFootprint } from "./aggregate-round/footprint.ts";
import { finishRunFootprint } from "./finish-run/footprint.ts";
import { openSumsFootprint } from "./open-sums/footprint.ts";
import { prepareRunFootprint } from "./prepare-run/footprint.ts";
import { trainBaselineFootprint } from "./train-baseline/footprint.ts";
import { trainClientFootprint } from "./train-client/footprint.ts";

/** A step is a folder of its own, and stands here. */
const steps = [
  prepareRunFootprint,
  trainClientFootprint,
  openSumsFootprint,
  aggregateRoundFootprint,
  trainBaselineFootprint,
  finishRunFootprint,
] as const;

type Steps = (typeof steps)[number];

/** Of the functions of a federation and of the states that invoke them. */
export type FunctionName = Steps["name"];
/** Of those that only a stack with the baseline has. */
export type BaselineFunction = Extract<Steps, { readonly part: "baseline" }>["name"];

/** What each step takes, in the order of a run: one list for the stack, for limits and estimates, and for tests. */
export const footprints: readonly Footprint<FunctionName>[] = steps;

export const functionNames: readonly FunctionName[] = steps.map(({ name }) => name);

/** Of a stack: TrainBaseline only where the baseline is deployed. */
export function deployedFunctions(deployed: { readonly baseline: boolean }): readonly FunctionName[] {
  return deployedSteps(footprints, deployed).map(({ name }) => name);
}

/** folder below functions/ of each function: PrepareRun -> prepare-run */
export function functionFolder(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

/** A value for each function. */
export function byFunction<T>(valueFor: (footprint: Footprint<FunctionName>) => T): Record<FunctionName, T> {
  const entries = footprints.map((one) => [one.name, valueFor(one)]);
  return Object.fromEntries(entries) as Record<FunctionName, T>;
}

/** What is deployed without settings. */
export const defaultDeployment: Deployment<FunctionName> = {
  architecture: "arm64",
  baseline: true,
  door: false,
  accounts: false,
  functions: byFunction(({ limits }) => limits),
  updateRetentionDays: 30,
};
