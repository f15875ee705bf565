import type { Amounts } from "./cost/amounts.ts";
import type { Requests, RunCounts } from "./cost/counts.ts";
import type { FunctionLimits } from "./deployment.ts";
import type { Sizing } from "./sizing.ts";
import type { StrategyObjects } from "./strategy-vectors.ts";

/**
 * When in a run a step comes: once before its rounds; in a round for each participant, for each helper that opens masks, or once; as
 * the baseline; at its end.
 */
export type RunPart = "prepare" | "participant" | "opening" | "round" | "baseline" | "finish";

/** What an invocation does, by what it is counted: every invocation has the first, and the others as often as they come. */
export type WorkUnit = "invocation" | "training" | "evaluation" | "epoch";

/** A field of the configuration, and how to change it so that less is taken. */
export interface Change {
  readonly field: string;
  readonly change: string;
}

/** Work that one invocation has to end in its time. */
export interface Deadline extends Change {
  /** What it is, for whoever is refused. */
  readonly what: string;
  readonly units: readonly WorkUnit[];
  /** Milliseconds that the invocation leaves for what comes after it. */
  readonly reserveMs?: number;
}

/**
 * What one step takes, stated once: the rights of its role, the memory and time that it is deployed with, limits,
 * estimates, bills and documents all follow from it.
 */
export interface Footprint<Name extends string = string> {
  /** Of the function, and of the state that invokes it. */
  readonly name: Name;
  /** What it does, in a sentence for who reads the stack. */
  readonly purpose: string;
  readonly part: RunPart;
  /** Patterns of keys that it may get, that it may put, and that it may put where nothing is. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly creates: readonly string[];
  /** Objects that it reads or writes at once. */
  readonly atOnce: number;
  /** What it is deployed with where no setting says otherwise. */
  readonly limits: FunctionLimits;
  /** Bytes of memory at the most, of a function that has so many megabytes. */
  memory(sizing: Sizing, memoryMb: number): number;
  /** What to change where that is more than it has. */
  smaller(sizing: Sizing): Change;
  /** Milliseconds billed in a warm environment, for clients that have such amounts. */
  ms(sizing: Sizing, amounts: Amounts, memoryMb: number): Partial<Readonly<Record<WorkUnit, number>>>;
  /** What has to end in its time-out. */
  deadlines(sizing: Sizing): readonly Deadline[];
  /** What it asks of S3 in a whole run, but for each environment's first reading of the plan. */
  requests(counts: RunCounts, objects: StrategyObjects): Requests;
}

/** The steps of a part of the run; one at least, as the workflow has them. */
export function stepsIn<Name extends string>(
  footprints: readonly Footprint<Name>[],
  part: RunPart,
): [Footprint<Name>, ...Footprint<Name>[]] {
  const [first, ...others] = footprints.filter((one) => one.part === part);
  if (!first) throw new Error(`no step belongs to the part ${part} of a run`);
  return [first, ...others];
}

/** The steps of a stack: those of the baseline only where it is deployed. */
export function deployedSteps<Name extends string>(
  footprints: readonly Footprint<Name>[],
  { baseline }: { readonly baseline: boolean },
): Footprint<Name>[] {
  return footprints.filter(({ part }) => baseline || part !== "baseline");
}
