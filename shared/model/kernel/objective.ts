import type { Evaluation } from "../../task/evaluation.ts";
import type { TaskFit } from "../../task/fit.ts";
import type { Arena, ArenaLayout } from "./arena.ts";
import type { BatchOutputs } from "./layer.ts";
import type { Address, Primitives } from "./primitives.ts";

/** Where a batch's targets are found. */
export interface BatchTargets {
  /** The batch's row numbers. */
  readonly rows: Address;
  /** Of all examples, by row number. */
  readonly targets: Address;
}

/** What the kernel's trainer needs to know of a task. */
export interface KernelObjective<Settings = unknown, Sums extends Evaluation = Evaluation> {
  /** @param fit what the plan has fitted the task to */
  open(primitives: Primitives, arena: Arena, settings: Settings, fit: TaskFit): OpenObjective<Sums>;
}

/** A task's loss, a call for each batch. */
export interface OpenObjective<Sums extends Evaluation = Evaluation> {
  /**
   * The sum of the losses; the deltas of the outputs become those of their mean.
   * @param count examples of the batch
   * @param divisor what the deltas are divided by where it is not the count
   */
  loss(batch: BatchTargets, outputs: BatchOutputs, count: number, divisor?: number): number;
  /** The same in training, where that counts examples otherwise than an evaluation does. */
  trainingLoss?(batch: BatchTargets, outputs: BatchOutputs, count: number, divisor?: number): number;
  /** Reserves what is counted of the outputs in an evaluation. @param outputs values of an example */
  layOutTally(layout: ArenaLayout, outputs: number): Tally<Sums>;
}

/** What an evaluation counts beside the loss. */
export interface Tally<Sums extends Evaluation = Evaluation> {
  /** Once there is room: nothing is counted yet. */
  open(): void;
  /** Counts a batch, whose loss has been taken. */
  add(batch: BatchTargets, outputs: BatchOutputs, count: number): void;
  sums(evaluation: Evaluation): Sums;
}
