import type { KernelObjective } from "../../model/kernel/objective.ts";
import type { TfjsObjective } from "../../model/tfjs/objective.ts";
import { outputsAndTargets } from "../one-output.ts";
import { type RegressionSums, RegressionTally } from "./evaluation.ts";
import { scalingOf } from "./unit.ts";

/**
 * loss = (mean + deviation z - y)^2, in the targets' unit. The step goes along the gradient of the same in deviations,
 * (z - (y - mean) / deviation)^2, so that a learning rate means the same whatever the unit.
 */
export const regressionKernel: KernelObjective<unknown, RegressionSums> = {
  open(_, arena, _settings, fit) {
    const { mean, deviation } = scalingOf(fit);
    return {
      loss(batch, outputs, count, divisor = count) {
        let sum = 0;
        const { delta, stride } = outputs;
        arena.floats.fill(0, delta / 4, (delta + count * stride) / 4);
        outputsAndTargets(arena, batch, outputs, count, (z, y, i) => {
          const error = mean + deviation * z - y;
          arena.floats[(delta + i * stride) / 4] = (2 * (z - (y - mean) / deviation)) / divisor;
          sum += error * error;
        });
        return sum;
      },
      layOutTally() {
        let tally = new RegressionTally(mean);
        return {
          open() {
            tally = new RegressionTally(mean);
          },
          add(batch, outputs, count) {
            outputsAndTargets(arena, batch, outputs, count, (z, y) => tally.add(mean + deviation * z - y, y));
          },
          sums: (evaluation) => tally.sums(evaluation),
        };
      },
    };
  },
};

/** The same; a training loss is in squares of deviations, and told in the targets' unit. */
export const regressionTfjs: TfjsObjective<unknown, RegressionSums> = {
  losses(tf, z, y, { fit }) {
    const { mean, deviation } = scalingOf(fit);
    return tf.square(tf.sub(tf.add(tf.mul(tf.squeeze(z, [1]), deviation), mean), y));
  },
  trainingLosses(tf, z, y, { fit }) {
    const { mean, deviation } = scalingOf(fit);
    return tf.square(tf.sub(tf.squeeze(z, [1]), tf.div(tf.sub(y, mean), deviation)));
  },
  unit: ({ fit }) => scalingOf(fit).deviation ** 2,
  openTally(_, { fit }) {
    const { mean, deviation } = scalingOf(fit);
    const tally = new RegressionTally(mean);
    return {
      add(_tf, z, targets) {
        const outputs = z.dataSync();
        targets.forEach((y, i) => {
          tally.add(mean + deviation * (outputs[i] as number) - y, y);
        });
      },
      sums: (evaluation) => tally.sums(evaluation),
    };
  },
};
