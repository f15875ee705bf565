import type { KernelObjective } from "../../model/kernel/objective.ts";
import type { TfjsObjective } from "../../model/tfjs/objective.ts";
import { exp, ln } from "../../partition/elementary.ts";
import { outputsAndTargets } from "../one-output.ts";
import { type PoissonSums, PoissonTally, timesLog } from "./evaluation.ts";
import { unitOf } from "./rate.ts";

/** e^z, beyond all numbers where that is: then training has diverged, and says so. */
const power = (z: number): number => (z > 709 ? Number.POSITIVE_INFINITY : exp(z));

/**
 * rate = unit e^z, and loss = y ln(y / rate) - (y - rate), half the Poisson deviance. The step goes along the gradient of loss /
 * unit, e^z - y / unit, so that a learning rate means the same for few and for many.
 */
export const poissonKernel: KernelObjective<unknown, PoissonSums> = {
  open(_, arena, _settings, fit) {
    const unit = unitOf(fit);
    const logUnit = ln(unit);
    return {
      loss(batch, outputs, count, divisor = count) {
        let sum = 0;
        const { delta, stride } = outputs;
        arena.floats.fill(0, delta / 4, (delta + count * stride) / 4);
        outputsAndTargets(arena, batch, outputs, count, (z, y, i) => {
          const times = power(z);
          arena.floats[(delta + i * stride) / 4] = (times - y / unit) / divisor;
          sum += timesLog(y) - y * (logUnit + z) - y + unit * times;
        });
        return sum;
      },
      layOutTally() {
        let tally = new PoissonTally();
        return {
          open() {
            tally = new PoissonTally();
          },
          add(batch, outputs, count) {
            outputsAndTargets(arena, batch, outputs, count, (z, y) => tally.add(unit * power(z), y));
          },
          sums: (evaluation) => tally.sums(evaluation),
        };
      },
    };
  },
};

/** The same; a training loss is in units, and told in the targets'. */
export const poissonTfjs: TfjsObjective<unknown, PoissonSums> = {
  losses: (tf, z, y, of) => tf.mul(poissonTfjs.trainingLosses?.(tf, z, y, of) ?? z, unitOf(of.fit)),
  trainingLosses(tf, z, y, { fit }) {
    const output = tf.squeeze(z, [1]);
    const times = tf.div(y, unitOf(fit));
    // of 0 ln 0 nothing is left
    const least = tf.maximum(times, 1e-30);
    const surprise = tf.mul(times, tf.sub(tf.log(least), output));
    return tf.add(tf.sub(surprise, times), tf.exp(output));
  },
  unit: ({ fit }) => unitOf(fit),
  openTally(_, { fit }) {
    const unit = unitOf(fit);
    const tally = new PoissonTally();
    return {
      add(_tf, z, targets) {
        const outputs = z.dataSync();
        targets.forEach((y, i) => {
          tally.add(unit * power(outputs[i] as number), y);
        });
      },
      sums: (evaluation) => tally.sums(evaluation),
    };
  },
};
