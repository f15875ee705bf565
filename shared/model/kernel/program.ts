import type { AnySpec } from "../any-spec.ts";
import type { Layout } from "./arena.ts";
import type { BatchInput } from "./input.ts";
import type { BatchOutputs } from "./layer.ts";
import type { PlacedParameters } from "./matrices.ts";
import type { Primitives } from "./primitives.ts";
import type { StepRule } from "./step.ts";

/** What the kernel's trainer needs to know of a kind of model: how it is composed of the kernel's primitives. */
export interface KernelProgram<Spec extends AnySpec = AnySpec> {
  /**
   * Reserves what the model takes of the arena: parameters, activations, deltas.
   * @param input the examples of a batch, which enter the first layer
   * @param batch examples of the largest batch
   */
  layOut(primitives: Primitives, layout: Layout, spec: Spec, input: BatchInput, batch: number): KernelModel;
}

/** A model in the arena. */
export interface KernelModel {
  readonly parameters: PlacedParameters;
  /** The outputs, as z, of the batch that the input holds. @param count its examples */
  forward(count: number): BatchOutputs;
  /** Once the outputs' deltas stand in the arena: every parameter takes its step. */
  backward(rule: StepRule, count: number): void;
}
