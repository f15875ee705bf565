import { type FunctionName, functionNames } from "../../functions/footprints.ts";
import type { InvocationReport } from "../../local/lambda/report.ts";
import { median } from "../measure.ts";

/** What one run showed of a function at its memory. */
export interface Sample {
  readonly name: FunctionName;
  readonly memoryMb: number;
  /** Starting an environment, milliseconds. */
  readonly initMs: number;
  /** An environment's first invocation, without its initialization. */
  readonly firstMs: number;
  /** What comes again: a later invocation, of TrainBaseline an epoch; undefined of what a run does once. */
  readonly nextMs: number | undefined;
  readonly residentMb: number;
}

/** Which function one of the stack's is. */
export function nameOf(deployed: string): FunctionName {
  const name = functionNames.find((one) => deployed.endsWith(`-${one}`));
  if (name === undefined) throw new Error(`the stack has a function ${deployed}, which no state invokes`);
  return name;
}

/** Whether an invocation ended because its process held more than the function's memory. */
export function exceeded({ error, maxMemoryMb, memoryMb }: InvocationReport): boolean {
  return error !== undefined && maxMemoryMb >= memoryMb;
}

/**
 * Of each function that a run invoked.
 * @param epochMs of the baseline, which trains all of its epochs in one invocation
 */
export function samplesOf(reports: readonly InvocationReport[], epochMs: number): Sample[] {
  return functionNames.flatMap((name) => {
    const of = reports.filter(({ functionName }) => nameOf(functionName) === name);
    const [any] = of;
    if (any === undefined) return [];
    const first = of.filter(({ coldStart }) => coldStart);
    const later = of.filter(({ coldStart }) => !coldStart);
    const again = later.length === 0 ? undefined : median(later.map(({ durationMs }) => durationMs));
    return {
      name,
      memoryMb: any.memoryMb,
      initMs: median(first.map(({ initMs }) => initMs)),
      firstMs: median(first.map(({ durationMs }) => durationMs)),
      nextMs: name === "TrainBaseline" ? epochMs : again,
      residentMb: Math.max(...of.map(({ maxMemoryMb }) => maxMemoryMb)),
    };
  });
}

/** Of one or more turns of the same: medians, and the most that was held. */
export function medianSample(turns: readonly Sample[]): Sample {
  const [any] = turns;
  if (any === undefined) throw new Error("there is no median of no turns");
  const of = (value: (sample: Sample) => number) => median(turns.map(value));
  return {
    name: any.name,
    memoryMb: any.memoryMb,
    initMs: of(({ initMs }) => initMs),
    firstMs: of(({ firstMs }) => firstMs),
    nextMs: any.nextMs === undefined ? undefined : of((sample) => sample.nextMs ?? Number.NaN),
    residentMb: Math.max(...turns.map(({ residentMb }) => residentMb)),
  };
}

/** By what share the slowest of several turns' "next" is above the fastest. */
export function spreadOf(turns: readonly Sample[]): number {
  const ms = turns.flatMap(({ nextMs }) => nextMs ?? []);
  return ms.length === 0 ? 0 : Math.max(...ms) / Math.min(...ms) - 1;
}
