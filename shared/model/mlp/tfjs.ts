import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import type { TfjsProgram } from "../tfjs/program.ts";
import { activationOf, type MlpSpec } from "./dense-layers.ts";

/** The tensors are weight and bias of each layer in turn. */
export const mlpTfjs: TfjsProgram<MlpSpec> = {
  outputs(tf, x, tensors, spec) {
    const activate = { relu: tf.relu<Tensor2D>, tanh: tf.tanh<Tensor2D> }[activationOf(spec)];
    let z = x;
    for (let i = 0; i < tensors.length; i += 2) {
      if (i > 0) z = activate(z);
      z = tf.add(tf.matMul(z, tensors[i] as Tensor2D), tensors[i + 1] as Tensor);
    }
    return z;
  },
};
