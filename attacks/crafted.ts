import type { Examples } from "../shared/dataset/examples.ts";
import { denseLayers, type MlpSpec } from "../shared/model/mlp/dense-layers.ts";
import { randomStream } from "../shared/random.ts";
import { imageOf } from "./correlation.ts";

/** In units of the input; so large that a step of training hardly moves what a unit answers to. */
const spread = 10;
const outputWeight = 0.1;

/**
 * A global model whose hidden units each answer to about one example of a client's, and so tell it by the ratio of their changes
 * (Boenisch et al. 2021, "When the curious abandon honesty"; Fowl et al. 2022, "Robbing the Fed"): unit j takes a random
 * direction, and a bias below which all public examples but a share of 1/examples lie.
 * @param known examples of the same kind that anybody has
 * @param examples that the update comes from
 */
export function trapModel(spec: MlpSpec, known: Examples, examples: number, seed: number): Float32Array {
  const [first, last, ...more] = denseLayers(spec);
  if (!first || !last || more.length > 0) throw new Error("a trap takes one hidden layer");
  const model = new Float32Array(last.bias + last.outputs);
  const stream = randomStream(seed, "start", "trap");
  for (let j = 0; j < first.outputs; j++) {
    const direction = Float64Array.from({ length: first.inputs }, () => 2 * stream.unit() - 1);
    const values = Float64Array.from({ length: known.count }, (_, row) => product(direction, known, row));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const scale = spread / Math.sqrt(variance);
    const place = Math.min(values.length - 1, Math.floor(values.length * (1 - 1 / examples)));
    const threshold = values.sort()[place] as number;
    for (let i = 0; i < first.inputs; i++) {
      model[first.weight + i * first.outputs + j] = scale * (direction[i] as number);
    }
    model[first.bias + j] = -scale * threshold;
    for (let c = 0; c < last.outputs; c++) {
      model[last.weight + j * last.outputs + c] = outputWeight * (2 * stream.unit() - 1);
    }
  }
  return model;
}

function product(direction: Float64Array, known: Examples, row: number): number {
  const image = imageOf(known, row);
  // bytes stand for 0 to 1
  const unit = image instanceof Uint8Array ? 255 : 1;
  return direction.reduce((sum, value, i) => sum + (value * (image[i] as number)) / unit, 0);
}
