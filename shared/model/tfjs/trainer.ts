import * as tf from "@tensorflow/tfjs";
import type { Examples } from "../../dataset/examples.ts";
import { emptyEvaluation } from "../../metrics/evaluation.ts";
import type { AnySpec } from "../any-spec.ts";
import { checkExamples } from "../check-examples.ts";
import { type Layout, tensorsOf } from "../layout.ts";
import type { PreparedExamples, Trainer, TrainingOptions } from "../trainer.ts";
import { lengthOf } from "../vector-shape.ts";
import { openBackend } from "./backend.ts";
import type { TfjsProgram } from "./program.ts";

interface FloatExamples extends PreparedExamples {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

const EVALUATION_BATCH = 256;

/** A model as this trainer sees it. */
interface Model<Spec extends AnySpec = AnySpec> {
  readonly spec: Spec;
  readonly layout: Layout;
  readonly program: TfjsProgram<Spec>;
}

/**
 * The reference trainer: TensorFlow.js derives the gradients, everything else is what TrainingOptions says.
 * @throws TrainerUnavailable when TensorFlow.js does not start
 */
export async function openTfjsTrainer<Spec extends AnySpec>(
  spec: Spec,
  layout: Layout,
  program: TfjsProgram<Spec>,
): Promise<Trainer> {
  await openBackend();
  return tfjsTrainer({ spec, layout, program });
}

/** The trainer on whichever backend TensorFlow.js has in use. */
function tfjsTrainer(model: Model): Trainer {
  return {
    name: "tfjs",
    prepare(examples) {
      checkExamples(examples, model.spec);
      return toFloats(examples);
    },
    async train(start, examples, options) {
      return train(model, start, examples as FloatExamples, options);
    },
    async evaluate(parameters, examples) {
      return evaluate(model, parameters, examples as FloatExamples);
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
  let lossSum = 0;
  let steps = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = options.order(epoch);
    for (let first = 0; first < order.length; first += options.batchSize) {
      const rows = order.subarray(first, first + options.batchSize);
      tf.tidy(() => {
        const { x, y } = batch(model, examples, rows);
        const { value, grads } = tf.valueAndGrads((...parts: tf.Tensor[]) =>
          tf.div(tf.sum(losses(outputsOf(model, x, parts), y)), rows.length),
        )(weights);
        lossSum += (value.dataSync()[0] as number) * rows.length;
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

function evaluate(model: Model, parameters: Float32Array, examples: FloatExamples) {
  const confusion = emptyEvaluation(model.spec.outputs).confusion.map((row) => [...row]);
  const weights = toTensors(model, parameters);
  const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
  let lossSum = 0;
  for (let first = 0; first < all.length; first += EVALUATION_BATCH) {
    const rows = all.subarray(first, first + EVALUATION_BATCH);
    tf.tidy(() => {
      const { x, y } = batch(model, examples, rows);
      const z = outputsOf(model, x, weights);
      lossSum += tf.sum(losses(z, y)).dataSync()[0] as number;
      const predicted = tf.argMax(z, 1).dataSync();
      rows.forEach((row, i) => {
        const counts = confusion[examples.y[row] as number] as number[];
        counts[predicted[i] as number] = (counts[predicted[i] as number] as number) + 1;
      });
    });
  }
  tf.dispose(weights);
  return { examples: examples.count, lossSum, confusion };
}

function batch({ spec: { features } }: Model, examples: FloatExamples, rows: Uint32Array) {
  const x = new Float32Array(rows.length * features);
  rows.forEach((row, i) => {
    x.set(examples.x.subarray(row * features, (row + 1) * features), i * features);
  });
  const y = Int32Array.from(rows, (row) => examples.y[row] as number);
  return { x: tf.tensor2d(x, [rows.length, features]), y: tf.tensor1d(y, "int32") };
}

function outputsOf({ spec, program }: Model, x: tf.Tensor2D, tensors: readonly tf.Tensor[]): tf.Tensor2D {
  return program.outputs(tf, x, tensors, spec);
}

/** Each example's -ln softmax(z)[y]. */
function losses(z: tf.Tensor2D, y: tf.Tensor1D): tf.Tensor {
  const [, classes] = z.shape;
  return tf.neg(tf.sum(tf.mul(tf.oneHot(y, classes), tf.logSoftmax(z)), 1));
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
