import * as tf from "@tensorflow/tfjs";
import type { Examples } from "../../dataset/examples.ts";
import type { Evaluation } from "../../task/evaluation.ts";
import type { TaskFit } from "../../task/fit.ts";
import type { AnySpec } from "../any-spec.ts";
import { checkClipping } from "../check-clipping.ts";
import { checkExamples, checkTargets, type TargetCheck } from "../check-examples.ts";
import { type Layout, tensorsOf } from "../layout.ts";
import type {
  ClippedSum,
  ClippingOptions,
  DescentOptions,
  PreparedExamples,
  Trainer,
  TrainingOptions,
} from "../trainer.ts";
import { lengthOf } from "../vector-shape.ts";
import { openBackend } from "./backend.ts";
import type { TfjsObjective } from "./objective.ts";
import type { TfjsProgram } from "./program.ts";

interface FloatExamples extends PreparedExamples {
  readonly x: Float32Array;
  readonly y: Examples["y"];
}

const EVALUATION_BATCH = 256;

/** What a trainer is opened for. */
export interface TfjsTask<Settings, Sums extends Evaluation> extends TargetCheck {
  readonly objective: TfjsObjective<Settings, Sums>;
  readonly settings: Settings;
  readonly fit: TaskFit;
}

/** A model and its task as this trainer sees them. */
interface Model<Spec extends AnySpec = AnySpec, Settings = unknown, Sums extends Evaluation = Evaluation> {
  readonly spec: Spec;
  readonly layout: Layout;
  readonly program: TfjsProgram<Spec>;
  readonly task: TfjsTask<Settings, Sums>;
}

/**
 * The reference trainer: TensorFlow.js derives the gradients, everything else is what TrainingOptions says.
 * @throws TrainerUnavailable when TensorFlow.js does not start
 */
export async function openTfjsTrainer<Spec extends AnySpec, Settings, Sums extends Evaluation>(
  spec: Spec,
  layout: Layout,
  program: TfjsProgram<Spec>,
  task: TfjsTask<Settings, Sums>,
): Promise<Trainer<Sums>> {
  await openBackend();
  return tfjsTrainer({ spec, layout, program, task });
}

/** The trainer on whichever backend TensorFlow.js has in use. */
function tfjsTrainer<Spec extends AnySpec, Settings, Sums extends Evaluation>(
  model: Model<Spec, Settings, Sums>,
): Trainer<Sums> {
  return {
    name: "tfjs",
    prepare(examples) {
      checkExamples(examples, model.spec);
      checkTargets(model.task, examples, model.spec);
      return toFloats(examples);
    },
    async train(start, examples, options) {
      return train(model, start, examples as FloatExamples, options);
    },
    async evaluate(parameters, examples) {
      return evaluate(model, parameters, examples as FloatExamples);
    },
    async clippedSum(parameters, examples, rows, options) {
      return clippedSum(model, parameters, examples as FloatExamples, rows, options);
    },
    async descend(start, examples, options) {
      return descend(model, start, examples as FloatExamples, options);
    },
  };
}

function toFloats({ x, y, count }: Examples): FloatExamples {
  const floats = x instanceof Uint8Array ? Float32Array.from(x, (byte) => byte / 255) : x;
  return { x: floats, y, count, bytes: floats.byteLength + y.byteLength };
}

function train(model: Model, start: Float32Array, examples: FloatExamples, options: TrainingOptions) {
  const { learningRate, momentum, weightDecay, proximal, correction } = options;
  const weights = toTensors(model, start).map((tensor) => tf.variable(tensor));
  const anchor = proximal && toTensors(model, proximal.anchor);
  const shift = correction && toTensors(model, correction);
  const velocity = toTensors(model, options.velocity ?? new Float32Array(start.length)).map((tensor) =>
    tf.variable(tensor),
  );
  const { objective } = model.task;
  const trainingLosses = objective.trainingLosses ?? objective.losses;
  const unit = objective.unit?.(model.task) ?? 1;
  let lossSum = 0;
  let steps = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = options.order(epoch);
    for (let first = 0; first < order.length; first += options.batchSize) {
      const rows = order.subarray(first, first + options.batchSize);
      tf.tidy(() => {
        const { x, y } = batch(model, examples, rows);
        const { value, grads } = tf.valueAndGrads((...parts: tf.Tensor[]) =>
          tf.div(tf.sum(trainingLosses(tf, outputsOf(model, x, parts), y, model.task)), rows.length),
        )(weights);
        lossSum += (value.dataSync()[0] as number) * rows.length * unit;
        weights.forEach((w, i) => {
          let d = grads[i] as tf.Tensor;
          if (weightDecay !== 0) d = tf.add(d, tf.mul(w, weightDecay));
          if (anchor && proximal) d = tf.add(d, tf.mul(tf.sub(w, anchor[i] as tf.Tensor), proximal.mu));
          if (shift) d = tf.add(d, shift[i] as tf.Tensor);
          const v = velocity[i] as tf.Variable;
          if (momentum !== 0) {
            v.assign(tf.add(tf.mul(v, momentum), d));
            d = v;
          }
          w.assign(tf.sub(w, tf.mul(d, learningRate)));
        });
      });
      steps++;
    }
  }
  const outcome = {
    parameters: flatten(model, weights),
    velocity: momentum === 0 ? new Float32Array(start.length) : flatten(model, velocity),
    steps,
    lossSum,
  };
  tf.dispose([weights, velocity, anchor, shift]);
  return outcome;
}

/** One example after the other, each on the grid by itself: slow, and what the kernel's sums are held against. */
function clippedSum(
  model: Model,
  parameters: Float32Array,
  examples: FloatExamples,
  rows: Uint32Array,
  options: ClippingOptions,
): ClippedSum {
  checkClipping(rows, examples.count, options);
  const weights = toTensors(model, parameters);
  const { objective } = model.task;
  const trainingLosses = objective.trainingLosses ?? objective.losses;
  const unit = objective.unit?.(model.task) ?? 1;
  const sum = options.into?.fill(0) ?? new Float64Array(parameters.length);
  let [lossSum, summed] = [0, 0];
  for (const row of rows) {
    tf.tidy(() => {
      const { x, y } = batch(model, examples, Uint32Array.of(row));
      const { value, grads } = tf.valueAndGrads((...parts: tf.Tensor[]) =>
        tf.sum(trainingLosses(tf, outputsOf(model, x, parts), y, model.task)),
      )(weights);
      const gradient = flatten(model, grads);
      const norm = Math.sqrt(gradient.reduce((squares, g) => squares + g * g, 0));
      if (!Number.isFinite(norm)) return;
      const share = Math.min(1, options.clip / norm) / options.unit;
      gradient.forEach((g, k) => {
        sum[k] = (sum[k] as number) + Math.round(share * g);
      });
      lossSum += (value.dataSync()[0] as number) * unit;
      summed++;
    });
  }
  tf.dispose(weights);
  return { sum, lossSum, examples: summed };
}

function descend(model: Model, start: Float32Array, examples: FloatExamples, options: DescentOptions) {
  const { steps, learningRate, momentum, scale } = options;
  const parameters = start.slice();
  const velocity = new Float32Array(start.length);
  let [lossSum, seen] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const clipped = clippedSum(model, parameters, examples, options.rows(step), options);
    const noise = options.noise?.(step);
    clipped.sum.forEach((sum, k) => {
      const v = momentum * (velocity[k] as number) + scale * (sum + (noise?.[k] ?? 0));
      velocity[k] = v;
      parameters[k] = (parameters[k] as number) - learningRate * v;
    });
    lossSum += clipped.lossSum;
    seen += clipped.examples;
  }
  return { parameters, lossSum, seen };
}

function evaluate<Spec extends AnySpec, Settings, Sums extends Evaluation>(
  model: Model<Spec, Settings, Sums>,
  parameters: Float32Array,
  examples: FloatExamples,
): Sums {
  const { objective } = model.task;
  const tally = objective.openTally(model.spec.outputs, model.task);
  const weights = toTensors(model, parameters);
  const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
  let lossSum = 0;
  for (let first = 0; first < all.length; first += EVALUATION_BATCH) {
    const rows = all.subarray(first, first + EVALUATION_BATCH);
    tf.tidy(() => {
      const { x, y } = batch(model, examples, rows);
      const z = outputsOf(model, x, weights);
      lossSum += tf.sum(objective.losses(tf, z, y, model.task)).dataSync()[0] as number;
      tally.add(tf, z, targetsOf(examples, rows));
    });
  }
  tf.dispose(weights);
  return tally.sums({ examples: examples.count, lossSum });
}

function batch({ spec: { features } }: Model, examples: FloatExamples, rows: Uint32Array) {
  const x = new Float32Array(rows.length * features);
  rows.forEach((row, i) => {
    x.set(examples.x.subarray(row * features, (row + 1) * features), i * features);
  });
  return {
    x: tf.tensor2d(x, [rows.length, features]),
    y: tf.tensor1d(targetsOf(examples, rows), examples.y instanceof Int32Array ? "int32" : "float32"),
  };
}

function targetsOf({ y }: FloatExamples, rows: Uint32Array): Examples["y"] {
  const at = (row: number) => y[row] as number;
  return y instanceof Int32Array ? Int32Array.from(rows, at) : Float32Array.from(rows, at);
}

function outputsOf({ spec, program }: Model, x: tf.Tensor2D, tensors: readonly tf.Tensor[]): tf.Tensor2D {
  return program.outputs(tf, x, tensors, spec);
}

function toTensors({ layout }: Model, flat: Float32Array): tf.Tensor[] {
  return tensorsOf(layout, flat).map(({ shape, data }) => tf.tensor(data.slice(), [...shape]));
}

function flatten({ layout }: Model, tensors: readonly tf.Tensor[]): Float32Array {
  const flat = new Float32Array(lengthOf(layout));
  let offset = 0;
  for (const tensor of tensors) {
    flat.set(tensor.dataSync() as Float32Array, offset);
    offset += tensor.size;
  }
  return flat;
}
