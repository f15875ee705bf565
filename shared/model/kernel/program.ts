import type { AnySpec } from "../any-spec.ts";
import type { KernelActivation } from "./activation.ts";
import type { ArenaLayout } from "./arena.ts";
import type { GradientSum } from "./gradient-sum.ts";
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
  layOut(
    primitives: Primitives,
    layout: ArenaLayout,
    spec: Spec,
    input: BatchInput,
    batch: number,
  ): KernelModel;
}

/** A model in the arena. A batch goes forward, its outputs' deltas are set, and then the parameters take their step. */
export interface KernelModel {
  readonly parameters: PlacedParameters;
  /** What a batch makes of each layer, from the first to the last, whose z are the outputs. */
  readonly layers: readonly BatchOutputs[];
  /** What stands between the layers. */
  readonly activation: KernelActivation;
  /** The outputs, as z, of the batch that the input holds. @param count its examples */
  forward(count: number): BatchOutputs;
  /** Every parameter takes its step, each layer as soon as nothing needs its old weights: the fastest way. */
  backward(rule: StepRule, count: number): void;
  /**
   * The first half of backward: the deltas of all layers, before any parameter takes a step. A row of each layer's belongs
   * to one example, so that whoever scales that row in every layer scales the example's part of the gradient.
   */
  propagate(count: number): void;
  /** The other half, with the deltas as they stand by then; both together make the bits of backward. */
  step(rule: StepRule): void;
  /** In place of a step: the gradients that the deltas make are rounded to whole units and added to a sum. */
  addTo(sum: GradientSum): void;
}
