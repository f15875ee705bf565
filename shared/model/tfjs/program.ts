import type * as tfjs from "@tensorflow/tfjs";
import type { AnySpec } from "../any-spec.ts";

/** What the reference trainer needs to know of a kind of model; TensorFlow.js derives the gradients. */
export interface TfjsProgram<Spec extends AnySpec = AnySpec> {
  /**
   * The outputs [examples, outputs] of a batch.
   * @param tf the library, which only bundles that train with it carry
   * @param x [examples, features]
   * @param tensors of the model, in the order of its layout
   */
  outputs(tf: typeof tfjs, x: tfjs.Tensor2D, tensors: readonly tfjs.Tensor[], spec: Spec): tfjs.Tensor2D;
}
