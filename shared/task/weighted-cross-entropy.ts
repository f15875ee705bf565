import type { Arena } from "../model/kernel/arena.ts";
import type { OpenObjective } from "../model/kernel/objective.ts";
import type { Primitives } from "../model/kernel/primitives.ts";
import type { TfjsObjective } from "../model/tfjs/objective.ts";

type Loss = OpenObjective["loss"];

/** The cross-entropies of the softmax of a batch, and the deltas of their mean. */
export function crossEntropy(primitives: Primitives): Loss {
  return ({ rows, targets }, { z, delta, outputs, stride }, count, divisor = count) =>
    primitives.crossEntropy(z, count, outputs, stride, rows, targets, delta, 1 / divisor);
}

/** The same where an example's counts as much as its class weighs: each has a delta of its own scale. */
export function weightedCrossEntropy(primitives: Primitives, arena: Arena, weights: readonly number[]): Loss {
  return ({ rows, targets }, { z, delta, outputs, stride }, count, divisor = count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const row = arena.words[rows / 4 + i] as number;
      const weight = weights[arena.words[targets / 4 + row] as number] as number;
      const [at, scale] = [i * stride, weight / divisor];
      const loss = primitives.crossEntropy(
        z + at,
        1,
        outputs,
        stride,
        rows + 4 * i,
        targets,
        delta + at,
        scale,
      );
      sum += weight * loss;
    }
    return sum;
  };
}

/** -ln softmax(z)[y]; in training each as often as its class weighs. */
export const crossEntropyTfjs: Pick<TfjsObjective, "losses" | "trainingLosses"> = {
  losses(tf, z, y) {
    const [, classes] = z.shape;
    return tf.neg(tf.sum(tf.mul(tf.oneHot(y, classes), tf.logSoftmax(z)), 1));
  },
  trainingLosses(tf, z, y, of) {
    const losses = crossEntropyTfjs.losses(tf, z, y, of);
    const { classWeights } = of.fit;
    return classWeights ? tf.mul(losses, tf.gather(tf.tensor1d([...classWeights]), y)) : losses;
  },
};
