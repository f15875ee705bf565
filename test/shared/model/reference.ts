import type { Examples } from "../../../shared/dataset/examples.ts";
import { denseLayers } from "../../../shared/model/mlp/dense-layers.ts";
import type { ModelSpec } from "../../../shared/model/spec.ts";
import type { TrainingOptions } from "../../../shared/model/trainer.ts";

/** The textbook's perceptron in float64, one number at a time: slow, and shares no line with a trainer. */

/** Sum of the rows' cross-entropies, and the gradient of their mean where wanted. */
export function lossAndGradient(
  spec: ModelSpec,
  parameters: ArrayLike<number>,
  examples: Examples,
  rows: ArrayLike<number>,
): { lossSum: number; gradient: Float64Array; probabilities: number[][] } {
  const layers = denseLayers(spec);
  const tanh = spec.activation === "tanh";
  /** By what comes out of the layer. */
  const slope = (a: number) => (tanh ? 1 - a * a : a > 0 ? 1 : 0);
  const gradient = new Float64Array(parameters.length);
  const probabilities: number[][] = [];
  let lossSum = 0;
  for (const row of Array.from(rows)) {
    const inputs = [valuesOf(examples, row)];
    for (const [l, { inputs: width, outputs, weight, bias }] of layers.entries()) {
      const x = inputs[l] as number[];
      const z = Array.from({ length: outputs }, (_, o) => {
        let sum = parameters[bias + o] as number;
        for (let i = 0; i < width; i++)
          sum += (x[i] as number) * (parameters[weight + i * outputs + o] as number);
        return sum;
      });
      inputs.push(l < layers.length - 1 ? z.map((v) => (tanh ? Math.tanh(v) : Math.max(0, v))) : z);
    }
    const logits = inputs.at(-1) as number[];
    const max = Math.max(...logits);
    const total = logits.reduce((sum, z) => sum + Math.exp(z - max), 0);
    const p = logits.map((z) => Math.exp(z - max) / total);
    const label = examples.y[row] as number;
    probabilities.push(p);
    lossSum += Math.log(total) + max - (logits[label] as number);
    let delta = p.map((v, c) => (v - (c === label ? 1 : 0)) / rows.length);
    for (const [l, { outputs, weight, bias }] of [...layers.entries()].reverse()) {
      const x = inputs[l] as number[];
      const below = new Array<number>(x.length).fill(0);
      for (let o = 0; o < outputs; o++) {
        const d = delta[o] as number;
        gradient[bias + o] = (gradient[bias + o] as number) + d;
        for (let i = 0; i < x.length; i++) {
          const k = weight + i * outputs + o;
          gradient[k] = (gradient[k] as number) + (x[i] as number) * d;
          below[i] = (below[i] as number) + slope(x[i] as number) * (parameters[k] as number) * d;
        }
      }
      delta = below;
    }
  }
  return { lossSum, gradient, probabilities };
}

/** Training as TrainingOptions defines it. */
export function trainInFloat64(
  spec: ModelSpec,
  start: ArrayLike<number>,
  examples: Examples,
  options: TrainingOptions,
): { parameters: Float64Array; velocity: Float64Array; lossSum: number } {
  const w = Float64Array.from(start);
  const v = options.velocity ? Float64Array.from(options.velocity) : new Float64Array(w.length);
  let lossSum = 0;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = options.order(epoch);
    for (let first = 0; first < order.length; first += options.batchSize) {
      const batch = lossAndGradient(spec, w, examples, order.slice(first, first + options.batchSize));
      lossSum += batch.lossSum;
      for (let k = 0; k < w.length; k++) {
        const wk = w[k] as number;
        let d = (batch.gradient[k] as number) + options.weightDecay * wk;
        if (options.proximal) d += options.proximal.mu * (wk - (options.proximal.anchor[k] as number));
        if (options.correction) d += options.correction[k] as number;
        v[k] = options.momentum * (v[k] as number) + d;
        w[k] = wk - options.learningRate * (v[k] as number);
      }
    }
  }
  return { parameters: w, velocity: v, lossSum };
}

function valuesOf({ x, features }: Examples, row: number): number[] {
  const values = Array.from(x.subarray(row * features, (row + 1) * features));
  return x instanceof Uint8Array ? values.map((byte) => byte / 255) : values;
}

/** |a - b| / |b| in the Euclidean norm. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / size);
}
