import * as tf from "@tensorflow/tfjs";
import type { Examples } from "../../dataset/examples.ts";
import { emptyEvaluation } from "../../metrics/evaluation.ts";
import { checkExamples } from "../check-examples.ts";
import { denseLayers, type ModelShape, parameterCount } from "../shape.ts";
import type { PreparedExamples, Trainer, TrainingOptions } from "../trainer.ts";
import { openBackend } from "./backend.ts";

interface FloatExamples extends PreparedExamples {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

const EVALUATION_BATCH = 256;

/**
 * The reference trainer: TensorFlow.js derives the gradients, everything else is what TrainingOptions says.
 * @throws TrainerUnavailable when TensorFlow.js does not start
 */
export async function openTfjsTrainer(shape: ModelShape): Promise<Trainer> {
  await openBackend();
  return tfjsTrainer(shape);
}

/** The trainer on whichever backend TensorFlow.js has in use. */
export function tfjsTrainer(shape: ModelShape): Trainer {
  return {
    name: "tfjs",
    shape,
    prepare(examples) {
      checkExamples(examples, shape);
      return toFloats(examples);
    },
    async train(start, examples, options) {
      return train(shape, start, examples as FloatExamples, options);
    },
    async evaluate(parameters, examples) {
      return evaluate(shape, parameters, examples as FloatExamples);
    },
  };
}

function toFloats({ x, y, count }: Examples): FloatExamples {
  const floats = x instanceof Uint8Array ? Float32Array.from(x, (byte) => byte / 255) : x;
  return { x: floats, y, count, bytes: floats.byteLength + y.byteLength };
}

function train(shape: ModelShape, start: Float32Array, examples: FloatExamples, options: TrainingOptions) {
  const { learningRate, momentum, weightDecay, proximal, correction } = options;
  const weights = toTensors(shape, start).map((tensor) => tf.variable(tensor));
  const anchor = proximal && toTensors(shape, proximal.anchor);
  const shift = correction && toTensors(shape, correction);
  const velocity = toTensors(shape, options.velocity ?? new Float32Array(start.length)).map((tensor) =>
    tf.variable(tensor),
  );
  let lossSum = 0;
  let steps = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = options.order(epoch);
    for (let first = 0; first < order.length; first += options.batchSize) {
      const rows = order.subarray(first, first + options.batchSize);
      tf.tidy(() => {
        const { x, y } = batch(shape, examples, rows);
        const { value, grads } = tf.valueAndGrads((...parts: tf.Tensor[]) =>
          tf.div(tf.sum(losses(logits(x, parts), y, shape.classes)), rows.length),
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
    parameters: flatten(shape, weights),
    velocity: momentum === 0 ? new Float32Array(start.length) : flatten(shape, velocity),
    steps,
    lossSum,
  };
  tf.dispose([weights, velocity, anchor, shift]);
  return outcome;
}

function evaluate(shape: ModelShape, parameters: Float32Array, examples: FloatExamples) {
  const confusion = emptyEvaluation(shape.classes).confusion.map((row) => [...row]);
  const weights = toTensors(shape, parameters);
  const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
  let lossSum = 0;
  for (let first = 0; first < all.length; first += EVALUATION_BATCH) {
    const rows = all.subarray(first, first + EVALUATION_BATCH);
    tf.tidy(() => {
      const { x, y } = batch(shape, examples, rows);
      const z = logits(x, weights);
      lossSum += tf.sum(losses(z, y, shape.classes)).dataSync()[0] as number;
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

function batch({ features }: ModelShape, examples: FloatExamples, rows: Uint32Array) {
  const x = new Float32Array(rows.length * features);
  rows.forEach((row, i) => {
    x.set(examples.x.subarray(row * features, (row + 1) * features), i * features);
  });
  const y = Int32Array.from(rows, (row) => examples.y[row] as number);
  return { x: tf.tensor2d(x, [rows.length, features]), y: tf.tensor1d(y, "int32") };
}

/** parts: weight and bias of each layer in turn. */
function logits(x: tf.Tensor2D, parts: readonly tf.Tensor[]): tf.Tensor2D {
  let z = x;
  for (let i = 0; i < parts.length; i += 2) {
    if (i > 0) z = tf.relu(z);
    z = tf.add(tf.matMul(z, parts[i] as tf.Tensor2D), parts[i + 1] as tf.Tensor);
  }
  return z;
}

/** Each example's -ln softmax(z)[y]. */
function losses(z: tf.Tensor2D, y: tf.Tensor1D, classes: number): tf.Tensor {
  return tf.neg(tf.sum(tf.mul(tf.oneHot(y, classes), tf.logSoftmax(z)), 1));
}

function toTensors(shape: ModelShape, flat: Float32Array): tf.Tensor[] {
  return denseLayers(shape).flatMap(({ inputs, outputs, weight, bias }) => [
    tf.tensor2d(flat.slice(weight, bias), [inputs, outputs]),
    tf.tensor1d(flat.slice(bias, bias + outputs)),
  ]);
}

function flatten(shape: ModelShape, tensors: readonly tf.Tensor[]): Float32Array {
  const flat = new Float32Array(parameterCount(shape));
  let offset = 0;
  for (const tensor of tensors) {
    flat.set(tensor.dataSync() as Float32Array, offset);
    offset += tensor.size;
  }
  return flat;
}
